import { deflateRawSync } from 'node:zlib';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import type { AuthnRequest, SentRequest } from '../../src/core/saml.ts';
import { largestRequest } from '../../src/saml/message-encoding.ts';
import { requestLimits } from '../../src/saml/sent-request.ts';
import { hostile, type Mutation, mutated, type Sample } from './hostile.ts';
import {
  addressed,
  app,
  deflated,
  keyOf,
  outcome,
  posted,
  refusal,
  requestXml,
  saml,
  signedAddress,
  signedXml,
} from './kit.ts';

/** Requests of those who mean harm: none is taken, none breaks anything. Every one of them is made by its seed. */

const seed = 20261130;
let theirs: Awaited<ReturnType<typeof keyOf>>;
let foreign: Awaited<ReturnType<typeof keyOf>>;
beforeAll(async () => {
  [theirs, foreign] = await Promise.all([keyOf('other'), keyOf('third')]);
});

const known = (issuer: string) => (issuer === app.entityId ? [theirs.certificate] : []);
const read = (sent: SentRequest) => saml.readRequest(sent, known);
const refused = (sent: SentRequest) => refusal(() => read(sent), 'saml-request');
const isRequest = (came: AuthnRequest | { code: string }): came is AuthnRequest => 'signed' in came;

const bytesPosted = (bytes: string | Buffer): SentRequest => ({
  ...{ binding: 'post', relayState: null },
  samlRequest: Buffer.from(bytes as string).toString('base64'),
});
const bytesAddressed = (bytes: string | Buffer): SentRequest => ({
  ...{ binding: 'redirect', query: `SAMLRequest=${encodeURIComponent(deflated(bytes))}` },
});

const sample: Sample = {
  xml: requestXml(),
  within: (part) => requestXml({ inside: `<samlp:Extensions>${part}</samlp:Extensions>` }),
  inValue: (part) => requestXml({ issuer: app.entityId.replace('.acme', `${part}.acme`) }),
};

describe('a hostile request', () => {
  it('would have been taken without what makes it hostile', () => {
    const plain = [sample.xml, sample.within('<x a="1"><y/></x>'), sample.inValue('')];
    for (const xml of plain)
      for (const sent of [posted(xml), addressed(xml)]) expect(read(sent)).toMatchObject({ issuer: app.entityId });
  });

  it.each(Object.entries(hostile))('with %s is refused, whichever way it comes', (_, make) => {
    fc.assert(
      fc.property(fc.nat({ max: 200 }), fc.constantFrom(bytesPosted, bytesAddressed), (size, send) => {
        refused(send(make(sample, size)));
      }),
      { seed, numRuns: 16 },
    );
  });

  it('of nothing but noise is refused', () => {
    const noise = fc.oneof(
      fc.uint8Array({ maxLength: 300 }).map((bytes) => Buffer.from(bytes)),
      fc.string({ unit: 'binary' }),
    );
    fc.assert(
      fc.property(noise, fc.constantFrom(bytesPosted, bytesAddressed), (bytes, send) => {
        refused(send(bytes));
      }),
      { seed, numRuns: 300 },
    );
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        refused({ binding: 'post', samlRequest: text, relayState: null });
        refused({ binding: 'redirect', query: text });
        refused({ binding: 'redirect', query: `SAMLRequest=${text}` });
      }),
      { seed, numRuns: 100 },
    );
  });

  it('never becomes larger than the largest, however little it is', () => {
    const bomb = (bytes: number) => deflateRawSync(Buffer.alloc(bytes, '<')).toString('base64');
    const sent = (text: string): SentRequest => ({
      binding: 'redirect',
      query: `SAMLRequest=${encodeURIComponent(text)}`,
    });
    expect(refused(sent(bomb(largestRequest)))).not.toContain('larger');
    expect(refused(sent(bomb(largestRequest + 1)))).toContain('larger');
    expect(refused(sent(bomb(30 * 1024 * 1024)))).toContain('larger');
    const within = (bytes: number) => posted(`${requestXml()}${' '.repeat(bytes - requestXml().length)}`);
    expect(read(within(largestRequest)).issuer).toBe(app.entityId);
    expect(refused(within(largestRequest + 1))).toContain('larger');
    const endless = 'A'.repeat(8 * 1024 * 1024);
    expect(refused({ binding: 'post', samlRequest: endless, relayState: null })).toContain('too long');
    expect(refused({ binding: 'redirect', query: `SAMLRequest=${endless}` })).toContain('too long');
    expect(refused({ ...(posted(requestXml()) as SentRequest & { binding: 'post' }), relayState: endless })).toContain(
      'RelayState',
    );
  });

  it('has no more elements, levels and attributes than are checked in a fraction of a second', () => {
    expect(requestLimits).toMatchObject({ depth: 16, elements: 100, attributes: 24 });
    const many = (count: number) => sample.within('<x/>'.repeat(count - 3));
    const deep = (levels: number) => sample.within(`${'<x>'.repeat(levels - 2)}${'</x>'.repeat(levels - 2)}`);
    const given = (count: number) =>
      sample.within(`<x ${Array.from({ length: count }, (_, n) => `a${n}="1"`).join(' ')}/>`);
    for (const [make, most] of [
      [many, 100],
      [deep, 16],
      [given, 24],
    ] as const) {
      expect(read(posted(make(most))).issuer).toBe(app.entityId);
      expect(refused(posted(make(most + 1)))).toContain(`more than ${most}`);
    }
  });

  it('with something behind what was deflated, or otherwise packed, is refused', () => {
    const packed = Buffer.from(deflated(requestXml()), 'base64');
    const query = (bytes: Buffer) => `SAMLRequest=${encodeURIComponent(bytes.toString('base64'))}`;
    expect(read({ binding: 'redirect', query: query(packed) }).issuer).toBe(app.entityId);
    for (const bytes of [Buffer.concat([packed, Buffer.from('x')]), packed.subarray(0, -3), Buffer.from(requestXml())])
      expect(refused({ binding: 'redirect', query: query(bytes) })).toContain('deflated');
    expect(refused({ binding: 'redirect', query: query(packed).replace(/%3D%3D$|%3D$|.$/, '') })).toContain('.');
  });
});

const mutation: fc.Arbitrary<Mutation> = fc.record({
  kind: fc.constantFrom('change' as const, 'insert' as const, 'remove' as const),
  at: fc.nat({ max: 1_000_000 }),
  byte: fc.integer({ min: 0, max: 255 }),
});

/** As it was, or not taken: a request under another name is one of an app that nobody knows. */
function isHarmless(came: AuthnRequest | { code: string; message: string }, before: AuthnRequest): void {
  if (!isRequest(came)) expect(came.code).toBe('saml-request');
  else if (came.issuer === app.entityId) expect(came).toEqual(before);
  else expect(came.signed).toBe(false);
}

describe('a signed request that is changed', () => {
  it('on the way in a form is refused, unless it says the same', () => {
    const xml = signedXml(
      requestXml({ inside: '<samlp:NameIDPolicy AllowCreate="true"/>', attributes: ' IsPassive="1"' }),
      theirs,
    );
    const before = read(posted(xml));
    expect(before).toMatchObject({ signed: true, passive: true });
    let unchanged = 0;
    fc.assert(
      fc.property(mutation, (how) => {
        const came = outcome(() => read(bytesPosted(mutated(Buffer.from(xml), how))));
        isHarmless(came, before);
        if (isRequest(came) && came.signed) unchanged += 1;
      }),
      { seed, numRuns: 600 },
    );
    // Nearly everything is signed but the certificate, which nobody looks at, and blanks.
    expect(unchanged).toBeLessThan(400);
  });

  it('on the way in an address is refused, unless it says the same', () => {
    const query = signedAddress(requestXml(), theirs);
    const before = read({ binding: 'redirect', query });
    expect(before).toMatchObject({ signed: true, relayState: 'back to page 7 & on' });
    fc.assert(
      fc.property(mutation, (how) => {
        const changed = mutated(Buffer.from(query), how).toString('latin1');
        isHarmless(
          outcome(() => read({ binding: 'redirect', query: changed })),
          before,
        );
      }),
      { seed, numRuns: 600 },
    );
  });
});

const evil = 'https://evil.test/acs';
const evilRequest = (inside: string, id: string) => requestXml({ id, inside }).replace(app.acs, evil);

/** The usual places for the signed one, and for its signature, in or beside the one that is to be taken for it. */
function wrappings(): [string, string][] {
  const original = signedXml(requestXml(), theirs);
  const [signature = ''] = /<ds:Signature .*<\/ds:Signature>/s.exec(original) ?? [];
  const bare = original.replace(signature, '');
  const holding = (inside: string, at: string) => signature.replace(at, `${inside}${at}`);
  const object = (inside: string) => holding(`<ds:Object>${inside}</ds:Object>`, '</ds:Signature>');
  const extension = (inside: string) => `<samlp:Extensions>${inside}</samlp:Extensions>`;
  const places: Record<string, string> = {
    'in an object of the signature': object(bare),
    'in the signature itself': holding(bare, '</ds:Signature>'),
    'in the key of the signature': holding(bare, '</ds:KeyInfo>'),
    'in what is signed': holding(bare, '</ds:SignedInfo>'),
    'before the signature': `${bare}${signature}`,
    'after the signature': `${signature}${bare}`,
    'in an extension, with its signature outside': `${signature}${extension(bare)}`,
    'in an extension, with its signature inside': extension(original),
    'whole, before anything else': original,
    'whole, with its signature outside as well': `${signature}${extension(original)}`,
    'whole, in an object of its own signature': object(original),
  };
  return ['_request-1', '_evil-1'].flatMap((id) =>
    Object.entries(places).map(([place, inside]): [string, string] => [`${place}, as ${id}`, evilRequest(inside, id)]),
  );
}

describe('a signature', () => {
  it('holds for what it is over, wherever that was put', () => {
    const all = wrappings();
    expect(all).toHaveLength(22);
    for (const [place, xml] of all) expect(refused(posted(xml)), place).toContain('.');
    const original = signedXml(requestXml(), theirs);
    const around = [
      original.replace('</samlp:AuthnRequest>', `${evilRequest('', '_evil-1')}</samlp:AuthnRequest>`),
      `<samlp:Response xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol">${original}</samlp:Response>`,
      `${original}${evilRequest('', '_evil-1')}`,
      `${evilRequest('', '_evil-1')}${original}`,
    ];
    for (const xml of around) refused(posted(xml));
  });

  it('that is taken away leaves a request that nobody vouches for', () => {
    const xml = signedXml(requestXml(), theirs).replace(/<ds:Signature .*<\/ds:Signature>/s, '');
    expect(read(posted(xml)).signed).toBe(false);
    const [over = ''] = signedAddress(requestXml(), theirs).split('&SigAlg');
    expect(read({ binding: 'redirect', query: over }).signed).toBe(false);
    expect(read(addressed(requestXml(), '&RelayState=x')).signed).toBe(false);
  });

  it('is refused in part, and in the wrong place', () => {
    const query = signedAddress(requestXml(), theirs);
    expect(refused({ binding: 'redirect', query: query.replace(/&SigAlg=[^&]*/, '') })).toContain('not whole');
    expect(refused({ binding: 'redirect', query: query.replace(/&Signature=[^&]*/, '') })).toContain('not whole');
    const xml = signedXml(requestXml(), theirs);
    expect(refused(addressed(xml))).toContain('as if by a form');
    const [signature = ''] = /<ds:Signature .*<\/ds:Signature>/s.exec(xml) ?? [];
    const moved = [
      xml.replace(signature, '').replace('<saml:Issuer>', `${signature}<saml:Issuer>`),
      xml.replace(signature, `${signature}${signature}`),
      xml.replace(signature, `<samlp:Extensions>${signature}</samlp:Extensions>`),
      xml.replace(signature, '').replace('</saml:Issuer>', `${signature}</saml:Issuer>`),
    ];
    for (const one of moved) refused(posted(one));
    const beside = xml.replace(
      '</samlp:AuthnRequest>',
      `<samlp:Extensions>${signature}</samlp:Extensions></samlp:AuthnRequest>`,
    );
    expect(refused(posted(beside))).toContain('more than one signature');
    const renamed = [
      xml.replaceAll('ds:Signature>', 'ds:Signed>').replace('<ds:Signature ', '<ds:Signed '),
      xml.replace('09/xmldsig#"', '09/xmldsig"'),
    ];
    for (const one of renamed) expect(refused(posted(one))).toContain('no AuthnRequest has');
  });

  it('of another key is refused, though it brings its certificate', () => {
    expect(refused(posted(signedXml(requestXml(), foreign)))).toContain('signature is wrong');
    expect(refused({ binding: 'redirect', query: signedAddress(requestXml(), foreign) })).toContain(
      'signature is wrong',
    );
    const own = signedXml(requestXml(), theirs);
    const bare = (pem: string) => pem.replace(/-----[A-Z ]+-----|\s/g, '');
    const evilInfo = own.replace(bare(theirs.certificate), bare(foreign.certificate));
    expect(evilInfo).not.toBe(own);
    expect(read(posted(evilInfo))).toEqual(read(posted(own)));
  });

  it('is of RSA with SHA-2 alone: nothing weaker, nothing with the certificate for its secret, and not none', () => {
    const names = [
      ...['http://www.w3.org/2000/09/xmldsig#rsa-sha1', 'http://www.w3.org/2000/09/xmldsig#hmac-sha1', 'none', ''],
      ...['http://www.w3.org/2001/04/xmldsig-more#hmac-sha256', 'http://www.w3.org/2001/04/xmldsig-more#rsa-md5'],
      ...['http://www.w3.org/2000/09/xmldsig#dsa-sha1', 'constructor', '__proto__', 'toString'],
    ];
    const xml = signedXml(requestXml(), theirs);
    const query = signedAddress(requestXml(), theirs);
    const usual = 'http://www.w3.org/2001/04/xmldsig-more#rsa-sha256';
    for (const name of names) {
      expect(refused(posted(xml.replace(usual, name)))).toContain('another kind');
      expect(
        refused({ binding: 'redirect', query: query.replace(encodeURIComponent(usual), encodeURIComponent(name)) }),
      ).toMatch(/another kind|not whole/);
      expect(refused(posted(xml.replace('http://www.w3.org/2001/04/xmlenc#sha256', name)))).toContain('another kind');
    }
    const weak = signedXml(requestXml(), theirs, { algorithm: 'http://www.w3.org/2000/09/xmldsig#rsa-sha1' });
    expect(refused(posted(weak))).toContain('another kind');
    const digest = signedXml(requestXml(), theirs, { digest: 'http://www.w3.org/2000/09/xmldsig#sha1' });
    expect(refused(posted(digest))).toContain('another kind');
  });

  it('changes nothing before it is checked', () => {
    const xml = signedXml(requestXml(), theirs);
    const exclusive = '<ds:Transform Algorithm="http://www.w3.org/2001/10/xml-exc-c14n#"/>';
    expect(xml).toContain(exclusive);
    const transform = (name: string, inside = '') => `<ds:Transform Algorithm="${name}">${inside}</ds:Transform>`;
    const xslt = '<xsl:stylesheet xmlns:xsl="http://www.w3.org/1999/XSL/Transform" version="1.0"/>';
    const added = [
      transform('http://www.w3.org/TR/1999/REC-xslt-19991116', xslt),
      transform('http://www.w3.org/TR/1999/REC-xpath-19991116', '<ds:XPath>true()</ds:XPath>'),
      transform('http://www.w3.org/2002/06/xmldsig-filter2'),
      transform('http://www.w3.org/2000/09/xmldsig#base64'),
      transform('http://www.w3.org/2000/09/xmldsig#enveloped-signature'),
      exclusive,
    ];
    for (const one of added) {
      for (const changed of [`${one}${exclusive}`, `${exclusive}${one}`, one])
        if (changed !== exclusive) refused(posted(xml.replace(exclusive, changed)));
    }
    refused(posted(xml.replace(exclusive, '')));
    refused(posted(xml.replace(/<ds:Transforms>.*<\/ds:Transforms>/s, '')));
    const enveloped = 'http://www.w3.org/2000/09/xmldsig#enveloped-signature';
    const inclusive = 'http://www.w3.org/TR/2001/REC-xml-c14n-20010315';
    const transformed: string[][] = [[enveloped], [enveloped, inclusive], [enveloped, `${inclusive}#WithComments`]];
    for (const transforms of transformed) refused(posted(signedXml(requestXml(), theirs, { transforms })));
    refused(posted(signedXml(requestXml(), theirs, { canonical: inclusive })));
    refused(
      posted(signedXml(requestXml(), theirs, { canonical: 'http://www.w3.org/2001/10/xml-exc-c14n#WithComments' })),
    );
  });

  it('is over the whole message, once, and over nothing else', () => {
    const inside = '<samlp:Extensions><x ID="_other-1"/></samlp:Extensions>';
    const part = signedXml(requestXml({ inside }), theirs, { reference: "//*[local-name()='x']" });
    expect(part).toContain('URI="#_other-1"');
    expect(refused(posted(part))).toContain('over something else');
    const xml = signedXml(requestXml(), theirs);
    for (const uri of [
      '',
      '#',
      '#_other-1',
      '_request-1',
      '#xpointer(/)',
      "#xpointer(id('_request-1'))",
      'http://127.0.0.1/',
    ])
      expect(refused(posted(xml.replace('URI="#_request-1"', `URI="${uri}"`)))).toContain('over something else');
    refused(posted(xml.replace(' URI="#_request-1"', '')));
    const [reference = ''] = /<ds:Reference .*<\/ds:Reference>/s.exec(xml) ?? [];
    refused(posted(xml.replace(reference, `${reference}${reference}`)));
    refused(posted(xml.replace(reference, '')));
    const [info = ''] = /<ds:SignedInfo>.*<\/ds:SignedInfo>/s.exec(xml) ?? [];
    refused(posted(xml.replace(info, `${info}${info}`)));
    refused(posted(xml.replace(info, '')));
    refused(posted(xml.replace('<ds:SignatureValue>', '<ds:SignatureValue><!-- -->')));
  });
});

describe('an id', () => {
  it('is there once, whatever the attribute is called', () => {
    for (const name of ['ID', 'Id', 'id', 'xml:id', 'p:ID']) {
      const inside = `<samlp:Extensions><x xmlns:p="urn:p" ${name}="_request-1"/></samlp:Extensions>`;
      expect(refused(posted(requestXml({ inside })))).toContain('the same ID');
      expect(
        refused(posted(signedXml(requestXml(), theirs).replace('</saml:Issuer>', `</saml:Issuer>${inside}`))),
      ).toContain('the same ID');
    }
  });
});

describe('an address', () => {
  it('holds each of its parameters once, under its own name', () => {
    const query = signedAddress(requestXml(), theirs);
    const evilMessage = encodeURIComponent(deflated(evilRequest('', '_evil-1')));
    const more = [
      `SAMLRequest=${evilMessage}`,
      `SAMLReques%74=${evilMessage}`,
      'RelayState=x',
      'Relay%53tate=x',
      'SigAlg=none',
      'Signature=AAAA',
      'Signatur%65=AAAA',
    ];
    for (const one of more)
      for (const twice of [`${query}&${one}`, `${one}&${query}`])
        expect(refused({ binding: 'redirect', query: twice })).toContain('twice');
    expect(read({ binding: 'redirect', query: `?${query}&utm=1&flag` })).toEqual(read({ binding: 'redirect', query }));
    expect(refused({ binding: 'redirect', query: `${query}&SAMLEncoding=urn:none` })).toContain('unknown way');
    expect(refused({ binding: 'redirect', query: `${query}&x=%E0%A4%A&%zz=1` })).toContain('not written as one');
  });
});
