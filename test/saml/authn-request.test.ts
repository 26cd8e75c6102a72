import { describe, expect, it } from 'vitest';
import { nameIdFormats } from '../../src/core/saml.ts';
import { addressed, app, entityId, now, posted, refusal, requestXml, saml } from './kit.ts';

const known = () => [];
const read = (xml: string) => saml.readRequest(posted(xml), known);
const refused = (xml: string) => refusal(() => read(xml), 'saml-request');
const attributes = (more: string) => requestXml({ attributes: more });
const inside = (more: string) => requestXml({ inside: more });
const without = (name: string) => requestXml().replace(new RegExp(` ${name}="[^"]*"`), '');

describe('a request for a sign-on', () => {
  it('is read whichever way it comes, with what the app wants back', () => {
    const plain = {
      ...{ id: '_request-1', issuer: app.entityId, destination: entityId, at: now, consumer: { url: app.acs } },
      ...{ nameIdFormat: null, passive: false, relayState: null, signed: false },
    };
    const xml = `<?xml version="1.0" encoding="UTF-8"?>\n${requestXml()}\n`;
    expect(read(xml)).toEqual(plain);
    expect(saml.readRequest(addressed(xml), known)).toEqual(plain);
    const state = '/wiki/page?7&8 "ü"';
    expect(saml.readRequest(posted(xml, state), known)).toEqual({ ...plain, relayState: state });
    const query = `&RelayState=${encodeURIComponent(state).replaceAll('%20', '+')}`;
    expect(saml.readRequest(addressed(xml, query), known)).toEqual({ ...plain, relayState: state });
    for (const empty of [posted(xml, ''), addressed(xml, '&RelayState=')])
      expect(saml.readRequest(empty, known).relayState).toBeNull();
    const folded = Buffer.from(xml).toString('base64').replace(/.{76}/g, '$&\r\n');
    expect(saml.readRequest({ binding: 'post', samlRequest: folded, relayState: null }, known)).toEqual(plain);
  });

  it('says what it would like, or leaves it open', () => {
    const bare = requestXml().replace(` Destination="${entityId}" AssertionConsumerServiceURL="${app.acs}"`, '');
    expect(read(bare)).toMatchObject({ destination: null, consumer: null });
    expect(read(bare.replace(' Version', ' AssertionConsumerServiceIndex="65535" Version')).consumer).toEqual({
      index: 65_535,
    });
    for (const [said, passive] of [
      ['true', true],
      ['1', true],
      ['false', false],
      ['0', false],
    ])
      expect(read(attributes(` IsPassive="${said}"`)).passive).toBe(passive);
    const policy = (format: string) => inside(`<samlp:NameIDPolicy Format="${format}" AllowCreate="true"/>`);
    expect(read(policy(nameIdFormats.persistent)).nameIdFormat).toBe(nameIdFormats.persistent);
    expect(read(policy(nameIdFormats.unspecified)).nameIdFormat).toBeNull();
    expect(read(inside('<samlp:NameIDPolicy AllowCreate="true"/>')).nameIdFormat).toBeNull();
    const post = 'urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST';
    expect(read(attributes(` ProtocolBinding="${post}"`)).consumer).toEqual({ url: app.acs });
  });

  it('may hold what is left aside, in the order of the schema', () => {
    const all =
      '<samlp:Extensions><x/></samlp:Extensions><saml:Subject><saml:NameID>ada</saml:NameID></saml:Subject>' +
      '<samlp:NameIDPolicy/><saml:Conditions/><samlp:RequestedAuthnContext Comparison="exact"/><samlp:Scoping/>';
    expect(read(inside(all)).issuer).toBe(app.entityId);
    const blanks = requestXml({ issuer: `\n  ${app.entityId}\n` });
    expect(read(blanks).issuer).toBe(app.entityId);
    const section = requestXml({ issuer: `<![CDATA[${app.entityId}]]>` });
    expect(read(section).issuer).toBe(app.entityId);
    for (const at of ['2026-11-30T08:00:00Z', '2026-11-30T08:00:00.123456789Z', '2026-11-30T08:00:00+00:00'])
      expect(read(requestXml().replace(new Date(now).toISOString(), at)).at - Date.UTC(2026, 10, 30, 8)).toBe(
        at.includes('.') ? 123 : 0,
      );
  });

  it.each([
    ['a response', () => requestXml().replaceAll('AuthnRequest', 'Response'), 'no AuthnRequest'],
    ['of SAML 1.1', () => requestXml().replace('SAML:2.0:protocol', 'SAML:1.1:protocol'), 'no AuthnRequest'],
    ['of another version', () => requestXml().replace('Version="2.0"', 'Version="2.1"'), 'not of SAML 2.0'],
    ['without a version', () => without('Version'), 'not of SAML 2.0'],
    ['without an ID', () => without('ID'), 'no ID'],
    ['with an ID that is none', () => requestXml({ id: '1 2' }), 'no ID'],
    ['with too long an ID', () => requestXml({ id: `_${'x'.repeat(256)}` }), 'no ID'],
    ['without a time', () => without('IssueInstant'), 'IssueInstant'],
    [
      'of a time of somewhere else',
      () => requestXml().replace(/IssueInstant="[^"]*"/, 'IssueInstant="2026-11-30T08:00:00+01:00"'),
      'in UTC',
    ],
    [
      'of a day that is none',
      () => requestXml().replace(/IssueInstant="[^"]*"/, 'IssueInstant="2026-02-30T08:00:00Z"'),
      'in UTC',
    ],
    ['without a sender', () => requestXml().replace(/<saml:Issuer>.*<\/saml:Issuer>/, ''), 'which app it is from'],
    ['with an empty sender', () => requestXml({ issuer: ' \n' }), 'which app it is from'],
    ['with too long a sender', () => requestXml({ issuer: 'x'.repeat(1025) }), 'which app it is from'],
    [
      'with a sender of another kind',
      () => requestXml().replaceAll('saml:Issuer', 'samlp:Issuer'),
      'no AuthnRequest has',
    ],
    ['with two senders', () => inside('<saml:Issuer>other</saml:Issuer>'), 'one is there twice'],
    ['in another order', () => inside('<samlp:NameIDPolicy/><saml:Subject/>'), 'in another order'],
    ['with something else in it', () => inside('<samlp:Anything/>'), 'no AuthnRequest has'],
    ['with a comment', () => inside('<!-- by hand --><samlp:NameIDPolicy/>'), 'a comment'],
    ['with a comment before it', () => `<!-- by hand -->${requestXml()}`, 'a comment'],
    ['to two addresses', () => attributes(' AssertionConsumerServiceIndex="1"'), 'an address for the response twice'],
    [
      'to an address of no number',
      () =>
        without('AssertionConsumerServiceURL').replace(' Version', ' AssertionConsumerServiceIndex="65536" Version'),
      'a number that is none',
    ],
    [
      'by another way back',
      () => attributes(' ProtocolBinding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Artifact"'),
      'another way than HTTP POST',
    ],
    ['that says neither yes nor no', () => attributes(' IsPassive="maybe"'), 'IsPassive'],
    ['that says what every object has', () => attributes(' IsPassive="constructor"'), 'IsPassive'],
  ])('%s is refused, and told why', (_, make, words) => {
    expect(refused(make())).toContain(words);
  });
});
