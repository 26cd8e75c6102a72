import { spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, it } from 'vitest';
import { nameIdFormatNames, nameIdFormats, signings } from '../../src/core/saml.ts';
import { app, assertion, awkward, entityId, keyOf, now, posted, requestXml, saml } from '../saml/kit.ts';

/** What the toolkit of OneLogin takes and refuses, with every check it has: it holds all it gets against the schema too. */

type Answer = Record<string, unknown>;

/** One process for many cases. */
async function asked(cases: readonly object[]): Promise<Answer[]> {
  const script = fileURLToPath(new URL('saml-service-provider.py', import.meta.url));
  const python = spawn('/usr/bin/python3', [script]);
  python.stdin.end(JSON.stringify(cases));
  const [answers, complaint] = await Promise.all([text(python.stdout), text(python.stderr)]);
  if (complaint !== '') throw new Error(complaint);
  return JSON.parse(answers) as Answer[];
}

const bare = (pem: string) => pem.replace(/-----[A-Z ]+-----|\n/g, '');

/** An app with this toolkit, that knows these certificates of ours. */
function settings(certificates: readonly string[], security: object = {}, own: object = {}) {
  const post = 'urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST';
  const address = { url: entityId, binding: 'urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect' };
  return {
    ...{ strict: true, debug: false },
    sp: { entityId: app.entityId, assertionConsumerService: { url: app.acs, binding: post }, ...own },
    idp: { entityId, singleSignOnService: address, x509certMulti: { signing: certificates.map(bare) } },
    security: { wantAttributeStatement: false, ...security },
  };
}

const request = { https: 'on', http_host: 'wiki.acme.test', script_name: '/saml/acs', get_data: {}, post_data: {} };
const responded = (xml: string, certificates: readonly string[], security: object = {}, more: object = {}) => ({
  ...{ kind: 'response', settings: settings(certificates, security), request, ...more },
  response: Buffer.from(xml).toString('base64'),
});

let ours: Awaited<ReturnType<typeof keyOf>>;
let other: Awaited<ReturnType<typeof keyOf>>;
beforeAll(async () => {
  [ours, other] = await Promise.all([keyOf('ours'), keyOf('other')]);
});

const zoe = { nameId: 'zoe@acme.test', session: '_session-1' };

describe('python3-saml takes our responses', () => {
  it('however they are signed, answering and unsolicited, with an old certificate beside the new', async () => {
    const cases = signings.flatMap((sign) =>
      [null, '_asked'].map((inResponseTo) => {
        const security = { wantAssertionsSigned: sign !== 'response', wantMessagesSigned: sign !== 'assertion' };
        const xml = saml.respond(assertion({ sign, inResponseTo }), ours);
        return responded(xml, [other.certificate, ours.certificate], security, { requestId: inResponseTo });
      }),
    );
    const told = { displayName: ['Zoë O’Neil'], groups: ['Sales', 'R & D'] };
    const format = nameIdFormats.emailAddress;
    expect(await asked(cases)).toEqual(cases.map(() => ({ ...zoe, format, attributes: told })));
  });

  it('with every kind of name and value', async () => {
    const attributes = [
      ...awkward.map((value, place) => ({ name: `text ${place}`, values: [value] })),
      ...[
        { name: 'urn:oid:2.5.4.12', values: [42, true] },
        { name: 'none', values: [] },
      ],
    ];
    const cases = nameIdFormatNames.map((format) =>
      responded(saml.respond(assertion({ nameId: { format, value: awkward.join('') }, attributes }), ours), [
        ours.certificate,
      ]),
    );
    // It takes the blanks around a value away.
    const told = Object.fromEntries(awkward.map((value, place) => [`text ${place}`, [value.trim()]]));
    expect(await asked(cases)).toEqual(
      nameIdFormatNames.map((format) => ({
        ...{ nameId: awkward.join(''), session: '_session-1', format: nameIdFormats[format] },
        attributes: { ...told, 'urn:oid:2.5.4.12': ['42', 'true'] },
      })),
    );
  });

  it('with nothing told but who it is, and where the class it asked for must be met', async () => {
    const requestedAuthnContext = ['urn:oasis:names:tc:SAML:2.0:ac:classes:PasswordProtectedTransport'];
    const security = { failOnAuthnContextMismatch: true, requestedAuthnContext };
    const xml = saml.respond(assertion({ attributes: [] }), ours);
    const [answer] = await asked([responded(xml, [ours.certificate], security)]);
    expect(answer).toMatchObject({ ...zoe, attributes: {} });
  });
});

describe('python3-saml refuses', () => {
  it('whatever is not as it should be, and says what', async () => {
    const responding = (more: Parameters<typeof assertion>[0] = {}, by = ours) => saml.respond(assertion(more), by);
    const hour = 60 * 60_000;
    // The signature of an assertion leaves what is around it open, so that one of the two addresses can be another.
    const onlyInside = responding({ sign: 'assertion' });
    const elsewhere = 'https://other.test/acs';
    const signed = /<ds:Signature .*?<\/ds:Signature>/gs;
    const refused: [string, string, string, object?][] = [
      ['tampered', responding().replace('>zoe@acme.test<', '>ada@acme.test<'), 'Signature validation failed'],
      ['tampered inside', onlyInside.replace('>zoe@acme.test<', '>ada@acme.test<'), 'Signature validation failed'],
      ['of a foreign key', responding({}, other), 'Signature validation failed'],
      ['unsigned', responding().replace(signed, ''), 'No Signature found'],
      ['the message unsigned', onlyInside, 'Message of the Response is not signed', { wantMessagesSigned: true }],
      [
        'the assertion unsigned',
        responding({ sign: 'response' }),
        'Assertion of the Response is not signed',
        { wantAssertionsSigned: true },
      ],
      ['for another app', responding({ audience: 'https://other.test' }), 'is not a valid audience'],
      [
        'to another address',
        onlyInside.replace(`Destination="${app.acs}"`, `Destination="${elsewhere}"`),
        'received at',
      ],
      [
        'for another recipient',
        responding({ sign: 'assertion', acs: elsewhere }).replace(
          `Destination="${elsewhere}"`,
          `Destination="${app.acs}"`,
        ),
        'A valid SubjectConfirmation was not found',
      ],
      ['of another issuer', responding({ issuer: 'https://other.test' }), 'Invalid issuer'],
      ['expired', responding({ at: now - hour, until: now - hour + 300_000 }), 'expired'],
      ['not yet valid', responding({ at: now + hour, until: now + hour + 300_000 }), 'not yet valid'],
      ['of an ended session', responding({ sessionUntil: now - 1_000 }), 'expired, based on the SessionNotOnOrAfter'],
      [
        'with an element out of place',
        onlyInside.replace(/(<saml:Issuer>.*?<\/saml:Issuer>)(<samlp:Status>.*?<\/samlp:Status>)/s, '$2$1'),
        'Not match the saml-schema',
      ],
    ];
    const answers = await asked(
      refused.map(([, xml, , security]) => responded(xml, [ours.certificate], security ?? {})),
    );
    expect(answers.map(({ error }, place) => [refused[place]?.[0], error])).toEqual(
      refused.map(([name, , words]) => [name, expect.stringContaining(words)]),
    );
  });

  it('what answers another request, and what says no', async () => {
    const answering = saml.respond(assertion({ inResponseTo: '_asked' }), ours);
    const denial = { ...{ issuer: entityId, acs: app.acs, inResponseTo: '_asked', at: now, id: '_no-1' } };
    const no = saml.deny({ ...denial, subcode: 'RequestDenied', message: 'Zoë has no role that gives Wiki.' }, ours);
    const answers = await asked([
      responded(answering, [ours.certificate], {}, { requestId: '_another' }),
      responded(no, [ours.certificate], {}, { requestId: '_asked' }),
    ]);
    expect(answers.map(({ error }) => error)).toEqual([
      expect.stringContaining('does not match the ID of the AuthNRequest'),
      expect.stringContaining('was not Success, was Responder -> Zoë has no role that gives Wiki.'),
    ]);
  });
});

describe('the schema', () => {
  it('takes every message of ours, and none that lacks something', async () => {
    const denial = { ...{ issuer: entityId, acs: app.acs, inResponseTo: null, at: now, id: '_no-1' }, message: 'No.' };
    const subcodes = ['RequestDenied', 'NoPassive', 'InvalidNameIDPolicy', 'AuthnFailed'] as const;
    const mine = [
      ...subcodes.map((subcode) => saml.deny({ ...denial, subcode }, ours)),
      ...signings.map((sign) => saml.respond(assertion({ sign }), ours)),
      saml.respond(assertion({ attributes: [], inResponseTo: '_asked' }), ours),
    ];
    const wrong = mine.map((xml) =>
      xml.replace(/<saml:Issuer>.*?<\/saml:Issuer>(?=<ds:Signature|<samlp:Status)/s, '<saml:Nobody/>'),
    );
    const answers = await asked([...mine, ...wrong].map((xml) => ({ kind: 'message', xml })));
    expect(answers.map(({ error }) => error === null)).toEqual([...mine.map(() => true), ...wrong.map(() => false)]);
  });
});

describe('a request that xmlsec signed', () => {
  it.each(['256', '384', '512'])('with SHA-%s is believed, and not once it is changed', async (hash) => {
    const inside = '<samlp:NameIDPolicy xmlns:xs="urn:xs" AllowCreate="true"/>';
    const { certificate, privateKey } = other;
    const signing = { kind: 'signed', hash, certificate, privateKey, prefixes: ['xs', 'samlp'] };
    const [answer] = await asked([{ ...signing, xml: requestXml({ inside, attributes: ' IsPassive="true"' }) }]);
    const xml = String(answer?.xml);
    expect(xml).toContain('PrefixList="xs samlp"');
    const read = (text: string) => saml.readRequest(posted(text), () => [certificate]);
    expect(read(xml)).toMatchObject({ issuer: app.entityId, passive: true, consumer: { url: app.acs }, signed: true });
    expect(() => read(xml.replace('IsPassive="true"', 'IsPassive="false"'))).toThrow('Its signature is wrong');
  });
});

describe('metadata', () => {
  it('of ours is valid by the schema, and read with both certificates', async () => {
    const certificates = [ours.certificate, other.certificate];
    const xml = saml.metadata({ entityId, signOn: `${entityId}/sign-on?a=1&b=2`, certificates });
    const [answer] = await asked([{ kind: 'metadata', xml }]);
    expect(answer?.idp).toMatchObject({
      ...{ entityId, singleSignOnService: { url: `${entityId}/sign-on?a=1&b=2` } },
      x509certMulti: { signing: certificates.map(bare) },
    });
  });

  it('of an app with the toolkit is read, and the requests it makes', async () => {
    const own = {
      x509cert: bare(other.certificate),
      privateKey: bare(other.privateKey),
      NameIDFormat: nameIdFormats.persistent,
      attributeConsumingService: {
        serviceName: 'Wiki',
        serviceDescription: 'Where it is written',
        requestedAttributes: [
          { name: 'urn:oid:2.5.4.12', isRequired: true, friendlyName: 'title' },
          { name: 'mail', isRequired: false },
        ],
      },
    };
    const algorithms = ['rsa-sha256', 'rsa-sha384', 'rsa-sha512'].map(
      (name) => `http://www.w3.org/2001/04/xmldsig-more#${name}`,
    );
    const signing = (signatureAlgorithm: string, more: object = {}) =>
      settings(
        [ours.certificate],
        { ...{ authnRequestsSigned: true, wantAssertionsSigned: true, signatureAlgorithm }, ...more },
        own,
      );
    const asking = { kind: 'login', request, returnTo: 'https://wiki.acme.test/a b?c=ü&d', passive: true };
    const sha1 = 'http://www.w3.org/2000/09/xmldsig#rsa-sha1';
    const [described, weak, ...logins] = await asked([
      { kind: 'provider', settings: signing(algorithms[0] ?? '') },
      { ...asking, settings: signing(sha1) },
      ...algorithms.map((name) => ({ ...asking, settings: signing(name) })),
    ]);
    const app1 = saml.readMetadata(String(described?.xml));
    expect(app1).toEqual({
      ...{ entityId: app.entityId, acs: [{ url: app.acs, index: 1 }], nameIdFormats: ['persistent'] },
      ...{ requestsSigned: true, wantsAssertionsSigned: true, certificates: [other.certificate.trim().concat('\n')] },
      asked: [
        { name: 'urn:oid:2.5.4.12', required: true },
        { name: 'mail', required: false },
      ],
    });
    const read = (login: Answer | undefined) =>
      saml.readRequest({ binding: 'redirect', query: new URL(String(login?.url)).search }, () => app1.certificates);
    for (const login of logins)
      expect(read(login)).toMatchObject({
        ...{ id: login.id, issuer: app.entityId, consumer: { url: app.acs }, destination: entityId, passive: true },
        ...{ nameIdFormat: nameIdFormats.persistent, relayState: asking.returnTo, signed: true },
      });
    expect(logins).toHaveLength(3);
    expect(() => read(weak)).toThrow('SHA-256');
  });
});
