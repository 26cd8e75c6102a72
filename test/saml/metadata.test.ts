import { generateKeyPairSync } from 'node:crypto';
import fc from 'fast-check';
import { generate } from 'selfsigned';
import { beforeAll, describe, expect, it } from 'vitest';
import { nameIdFormatNames, nameIdFormats, type ServiceProvider } from '../../src/core/saml.ts';
import { bindings } from '../../src/saml/metadata.ts';
import { metadataRefused } from '../../src/saml/refusal.ts';
import { metadataLimits } from '../../src/saml/service-provider.ts';
import { readXml } from '../../src/saml/strict-xml.ts';
import { element, type Xml } from '../../src/saml/xml.ts';
import { namespaces } from '../../src/saml/xml-element.ts';
import { hostile, type Mutation, mutated, type Sample } from './hostile.ts';
import { app, entityId, keyOf, now, outcome, refusal, saml } from './kit.ts';

const bare = (pem: string) => pem.replace(/-----[A-Z ]+-----|\s/g, '');
const refused = (xml: string) => refusal(() => saml.readMetadata(xml), 'saml-metadata');

type Attributes = Record<string, string | null>;
const key = (certificate: string, use: string | null = 'signing'): Xml =>
  element(
    'md:KeyDescriptor',
    { use },
    element('ds:KeyInfo', {}, element('ds:X509Data', {}, element('ds:X509Certificate', {}, certificate))),
  );
const consumer = (more: Attributes = {}): Xml =>
  element('md:AssertionConsumerService', { Binding: `${bindings}HTTP-POST`, Location: app.acs, index: '0', ...more });
const role = (more: Attributes = {}, ...inside: Xml[]): Xml =>
  element('md:SPSSODescriptor', { protocolSupportEnumeration: namespaces.protocol, ...more }, ...inside);
const spaces = { 'xmlns:md': namespaces.metadata, 'xmlns:ds': namespaces.signature };
const entity = (more: Attributes = {}, ...roles: Xml[]): Xml =>
  element('md:EntityDescriptor', { ...spaces, entityID: app.entityId, ...more }, ...roles);
const described = (...inside: Xml[]): string => entity({}, role({}, ...inside)).xml;

let certificates: readonly [string, string];
beforeAll(async () => {
  const [one, other] = await Promise.all([keyOf('ours'), keyOf('other')]);
  certificates = [one.certificate.trim().concat('\n'), other.certificate.trim().concat('\n')];
});

describe('our metadata', () => {
  it('names both ways to us, every certificate, and the names we give', () => {
    const xml = saml.metadata({ entityId, signOn: `${entityId}/sign-on?a=1&b=2`, certificates });
    const root = readXml(xml, metadataLimits, metadataRefused);
    expect(xml.startsWith('<?xml version="1.0" encoding="UTF-8"?>')).toBe(true);
    expect([root.name, root.attributes.get('entityID')]).toEqual(['EntityDescriptor', entityId]);
    const [believed, ours, ...more] = root.children;
    expect(more).toEqual([]);
    const methods = believed?.children.map(({ name, attributes }) => [
      name,
      attributes.get('Algorithm')?.replace(/^.*#/, ''),
    ]);
    expect(methods).toEqual([
      ...['sha256', 'sha384', 'sha512'].map((hash) => ['DigestMethod', hash]),
      ...['rsa-sha256', 'rsa-sha384', 'rsa-sha512'].map((algorithm) => ['SigningMethod', algorithm]),
    ]);
    expect(ours?.attributes.get('WantAuthnRequestsSigned')).toBe('false');
    expect(ours?.children.map(({ name }) => name)).toEqual([
      ...['KeyDescriptor', 'KeyDescriptor', ...nameIdFormatNames.map(() => 'NameIDFormat')],
      ...['SingleSignOnService', 'SingleSignOnService'],
    ]);
    const services = ours?.children
      .slice(-2)
      .map(({ attributes }) => [attributes.get('Binding'), attributes.get('Location')]);
    expect(services).toEqual([
      [`${bindings}HTTP-Redirect`, `${entityId}/sign-on?a=1&b=2`],
      [`${bindings}HTTP-POST`, `${entityId}/sign-on?a=1&b=2`],
    ]);
    for (const certificate of certificates) expect(xml).toContain(`>${bare(certificate)}<`);
  });

  it('describes no app', () => {
    expect(refused(saml.metadata({ entityId, signOn: entityId, certificates }))).toContain('no service provider');
  });
});

const any = {
  url: fc.webUrl({ withQueryParameters: true, withFragments: false }),
  name: fc.string({ minLength: 1, maxLength: 30, unit: 'grapheme' }).map((text) => `n${text}n`),
};
const expected = fc.record({
  entityId: fc.oneof(any.url, any.name),
  acs: fc.uniqueArray(fc.record({ url: any.url, index: fc.nat({ max: 65_535 }) }), {
    ...{ selector: ({ index }) => index, minLength: 1, maxLength: 5 },
  }),
  nameIdFormats: fc.subarray([...nameIdFormatNames]),
  wantsAssertionsSigned: fc.boolean(),
  signed: fc.constantFrom('none', 'one', 'both'),
  asked: fc.uniqueArray(fc.record({ name: any.name, required: fc.boolean() }), {
    selector: ({ name }) => name,
    maxLength: 4,
  }),
  around: fc.constantFrom('nothing', 'others', 'twice others'),
});

describe('metadata of an app', () => {
  it('is read as it was written, whatever stands around it', () => {
    fc.assert(
      fc.property(expected, ({ signed, around, asked, ...rest }) => {
        const known = { none: [], one: [certificates[0]], both: [...certificates] }[signed] ?? [];
        const provider: ServiceProvider = { ...rest, requestsSigned: signed !== 'none', certificates: known, asked };
        const service = element(
          'md:AttributeConsumingService',
          { index: '0' },
          element('md:ServiceName', { 'xml:lang': 'en' }, 'Wiki'),
          ...asked.map(({ name, required }) =>
            element('md:RequestedAttribute', { Name: name, isRequired: String(required) }),
          ),
        );
        const one = entity(
          { entityID: rest.entityId, validUntil: new Date(now + 60_000).toISOString() },
          role(
            {
              AuthnRequestsSigned: provider.requestsSigned ? '1' : null,
              WantAssertionsSigned: String(rest.wantsAssertionsSigned),
            },
            ...known.map((certificate, place) =>
              key(certificate.split('\n').slice(1, -2).join('\n  '), place === 0 ? null : 'signing'),
            ),
            ...rest.nameIdFormats.map((format) => element('md:NameIDFormat', {}, `\n  ${nameIdFormats[format]}\n`)),
            element('md:NameIDFormat', {}, 'urn:oasis:names:tc:SAML:1.1:nameid-format:X509SubjectName'),
            ...rest.acs.map(({ url, index }) => consumer({ Location: url, index: String(index) })),
            consumer({ Binding: `${bindings}HTTP-Artifact`, Location: 'https://artifact.test', index: '7' }),
            ...(asked.length === 0 ? [] : [service]),
          ),
        );
        const others = element(
          'md:EntitiesDescriptor',
          spaces,
          entity({ entityID: 'https://idp.test' }, element('md:IDPSSODescriptor', {})),
          one,
        );
        const whole =
          { nothing: one, others, 'twice others': element('md:EntitiesDescriptor', spaces, others) }[around] ?? one;
        expect(saml.readMetadata(`<?xml version="1.0"?>\n<!-- by hand -->\n${whole.xml}`)).toEqual(provider);
      }),
      { numRuns: 200 },
    );
  });

  it('has the default address first, then those that do not deny to be it', () => {
    const order = [
      ['a', 'false'],
      ['b', null],
      ['c', 'true'],
      ['d', '0'],
      ['e', '1'],
      ['f', null],
    ] as const;
    const xml = described(
      ...order.map(([name, isDefault], index) =>
        consumer({ Location: `https://${name}.test`, index: String(index), isDefault }),
      ),
    );
    expect(
      saml
        .readMetadata(xml)
        .acs.map(({ url }) => url[8])
        .join(''),
    ).toBe('cebfad');
  });

  it('may leave out what is not needed', () => {
    expect(saml.readMetadata(described(consumer({ index: null })))).toEqual({
      ...{ entityId: app.entityId, acs: [{ url: app.acs }], nameIdFormats: [], requestsSigned: false },
      ...{ wantsAssertionsSigned: false, certificates: [], asked: [] },
    });
  });

  it('has certificates for signatures, each once, and only those that can check one', async () => {
    const weak = await generate([{ name: 'commonName', value: 'weak' }], { keySize: 1024, algorithm: 'sha256' });
    const pair = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const pem = { type: 'spki', format: 'pem' } as const;
    const curve = await generate([{ name: 'commonName', value: 'curve' }], {
      ...{ keyType: 'ec', algorithm: 'sha256' },
      keyPair: {
        privateKey: String(pair.privateKey.export({ type: 'pkcs8', format: 'pem' })),
        publicKey: String(pair.publicKey.export(pem)),
      },
    });
    const [one, other] = certificates;
    const keys = [
      key(bare(one)),
      key(bare(one)),
      key(bare(other), 'encryption'),
      key(bare(weak.cert)),
      key(bare(curve.cert)),
    ];
    expect(saml.readMetadata(described(...keys, consumer())).certificates).toEqual([one]);
    const signs = (...inside: Xml[]) => entity({}, role({ AuthnRequestsSigned: 'true' }, ...inside, consumer())).xml;
    expect(saml.readMetadata(signs(...keys)).requestsSigned).toBe(true);
    expect(refused(signs())).toContain('names no certificate to check');
    expect(refused(signs(key(bare(weak.cert)), key(bare(curve.cert))))).toContain('RSA key of at least 2048 bits');
  });

  const before = new Date(now - 1_000).toISOString();
  const twice = (name: string) => entity({ entityID: `https://${name}.test` }, role({}, consumer()));
  it.each<[string, () => string, string]>([
    ['of nothing', () => '', 'no XML'],
    ['of a page', () => '<!DOCTYPE html><html></html>', 'document type'],
    ['of an identity provider', () => entity({}, element('md:IDPSSODescriptor', {})).xml, 'no service provider'],
    [
      'of SAML 1.1',
      () => entity({}, role({ protocolSupportEnumeration: 'urn:oasis:names:tc:SAML:1.1:protocol' }, consumer())).xml,
      'no service provider',
    ],
    [
      'under another namespace',
      () => described(consumer()).replace('SAML:2.0:metadata', 'SAML:2.0:other'),
      'no service provider',
    ],
    [
      'of several apps',
      () => element('md:EntitiesDescriptor', spaces, twice('one'), twice('two')).xml,
      '“https://one.test”, “https://two.test”',
    ],
    ['of two roles of one app', () => entity({}, role({}, consumer()), role({}, consumer())).xml, 'describes 2'],
    ['that ended', () => entity({ validUntil: before }, role({}, consumer())).xml, `valid until ${before} only`],
    ['whose role ended', () => entity({}, role({ validUntil: before }, consumer())).xml, 'valid until'],
    [
      'whose file ended',
      () => element('md:EntitiesDescriptor', { ...spaces, validUntil: before }, twice('one')).xml,
      'valid until',
    ],
    [
      'that ends at no time',
      () => entity({ validUntil: '2026-02-30T00:00:00Z' }, role({}, consumer())).xml,
      'no time in UTC: “2026-02-30T00:00:00Z”',
    ],
    ['without a name', () => entity({ entityID: null }, role({}, consumer())).xml, 'no entity id'],
    ['with too long a name', () => entity({ entityID: 'x'.repeat(1025) }, role({}, consumer())).xml, '1,024'],
    ['without an address', () => described(), 'HTTP POST'],
    ['with another binding alone', () => described(consumer({ Binding: `${bindings}HTTP-Artifact` })), 'HTTP POST'],
    [
      'with a script for an address',
      () => described(consumer({ Location: 'javascript:alert(1)//https://a' })),
      'no address of the web: “javascript:',
    ],
    ['with data for an address', () => described(consumer({ Location: 'data:text/html,x' })), 'no address of the web'],
    ['with a path alone', () => described(consumer({ Location: '/saml/acs' })), 'no address of the web'],
    [
      'with slashes that are missing',
      () => described(consumer({ Location: 'https:evil.test' })),
      'no address of the web',
    ],
    ['with a password', () => described(consumer({ Location: 'https://a:b@wiki.acme.test' })), 'no address of the web'],
    [
      'with a blank in an address',
      () => described(consumer({ Location: 'https://wiki.acme.test/a b' })),
      'no address of the web',
    ],
    ['with an index that is none', () => described(consumer({ index: '65536' })), 'from 0 to 65535: “65536”'],
    [
      'with the same index twice',
      () => described(consumer(), consumer({ Location: 'https://other.test' })),
      'same index',
    ],
    [
      'with a flag that is none',
      () => entity({}, role({ AuthnRequestsSigned: 'yes' }, consumer())).xml,
      'AuthnRequestsSigned is neither true nor false: “yes”',
    ],
    ['with a certificate that is none', () => described(key('AAAA'), consumer()), 'is none'],
    ['with a certificate that is no base64', () => described(key('not base64!'), consumer()), 'base64'],
    [
      'with an attribute without a name',
      () => described(consumer(), element('md:AttributeConsumingService', {}, element('md:RequestedAttribute', {}))),
      'has no name',
    ],
    [
      'with addresses without end',
      () => described(...Array.from({ length: 101 }, (_, index) => consumer({ index: String(index) }))),
      'more than 100',
    ],
    [
      'with certificates without end',
      () => described(...Array.from({ length: 11 }, () => key('AAAA')), consumer()),
      'more than 10',
    ],
  ])('%s is refused, and told why', (_, make, words) => {
    expect(refused(make())).toContain(words);
  });
});

const whole = () =>
  described(key(bare(certificates[0])), element('md:NameIDFormat', {}, nameIdFormats.persistent), consumer());
const sample = (): Sample => ({
  xml: whole(),
  within: (part) => whole().replace('<md:NameIDFormat>', `<md:Extensions>${part}</md:Extensions><md:NameIDFormat>`),
  inValue: (part) => whole().replace(bare(certificates[0]).slice(40), (rest) => `${part}${rest}`),
});

describe('metadata of those who mean harm', () => {
  const seed = 20261130;

  it('would have been taken without what makes it hostile', () => {
    for (const xml of [sample().xml, sample().within('<x a="1"/>'), sample().inValue('')])
      expect(saml.readMetadata(xml).certificates).toEqual([certificates[0]]);
  });

  // A file is read by whoever fetched it, as text: a wrong encoding has become other characters by then.
  const asText = (made: string | Buffer) => (typeof made === 'string' ? made : made.toString('utf8'));

  it.each(Object.entries(hostile))('with %s is refused', (_, make) => {
    fc.assert(
      fc.property(fc.nat({ max: 200 }), (size) => {
        refused(asText(make(sample(), size)));
      }),
      { seed, numRuns: 6 },
    );
  });

  it('and changed anywhere is read as something that can be, or refused', () => {
    const mutation: fc.Arbitrary<Mutation> = fc.record({
      kind: fc.constantFrom('change' as const, 'insert' as const, 'remove' as const),
      at: fc.nat({ max: 1_000_000 }),
      byte: fc.integer({ min: 0, max: 255 }),
    });
    const xml = Buffer.from(whole());
    let refusals = 0;
    fc.assert(
      fc.property(mutation, (how) => {
        const came = outcome(() => saml.readMetadata(mutated(xml, how).toString('utf8')));
        if ('code' in came) {
          expect(came.code).toBe('saml-metadata');
          refusals += 1;
          return;
        }
        expect(came.entityId).not.toBe('');
        for (const { url } of came.acs) expect(new URL(url).protocol).toMatch(/^https?:$/);
        expect(came.nameIdFormats.every((format) => nameIdFormatNames.includes(format))).toBe(true);
      }),
      { seed, numRuns: 600 },
    );
    expect(refusals).toBeGreaterThan(100);
  });
});
