import { createVerify, X509Certificate } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { signings, skew } from '../../src/core/saml.ts';
import { requestRefused } from '../../src/saml/refusal.ts';
import { readXml } from '../../src/saml/strict-xml.ts';
import { everyElement, type XmlElement } from '../../src/saml/xml-element.ts';
import { app, assertion, entityId, keyOf, now, refusal, saml } from './kit.ts';

const limits = { characters: 100_000, depth: 20, elements: 1_000, attributes: 20, comments: false };
const read = (xml: string) => readXml(xml, limits, requestRefused);
const all = (root: XmlElement, name: string) => [...everyElement(root)].filter((element) => element.name === name);
const one = (root: XmlElement, name: string) => {
  const [found, ...more] = all(root, name);
  if (found === undefined || more.length > 0) throw new Error(`There should be one ${name}`);
  return found;
};
const at = (time: number) => new Date(time).toISOString();
const tree = ({ name, children }: XmlElement): unknown =>
  children.length === 0 || name === 'Signature' ? name : [name, ...children.map(tree)];

describe('a response', () => {
  it('has its elements in the order of the schema, and every time and address where it belongs', async () => {
    const root = read(saml.respond(assertion({ inResponseTo: '_asked' }), await keyOf('ours')));
    expect(tree(root)).toEqual([
      ...['Response', 'Issuer', 'Signature', ['Status', 'StatusCode']],
      [
        ...['Assertion', 'Issuer', 'Signature'],
        ['Subject', 'NameID', ['SubjectConfirmation', 'SubjectConfirmationData']],
        ['Conditions', ['AudienceRestriction', 'Audience']],
        ['AuthnStatement', ['AuthnContext', 'AuthnContextClassRef']],
        ['AttributeStatement', ['Attribute', 'AttributeValue'], ['Attribute', 'AttributeValue', 'AttributeValue']],
      ],
    ]);
    const given = (name: string) => Object.fromEntries(one(root, name).attributes);
    const issued = { Version: '2.0', IssueInstant: at(now) };
    expect(given('Response')).toEqual({ ID: '_response-1', ...issued, Destination: app.acs, InResponseTo: '_asked' });
    expect(given('Assertion')).toEqual({ ID: '_assertion-1', ...issued });
    expect(given('SubjectConfirmationData')).toEqual({
      ...{ NotOnOrAfter: at(now + 300_000), Recipient: app.acs, InResponseTo: '_asked' },
    });
    expect(given('Conditions')).toEqual({ NotBefore: at(now - skew), NotOnOrAfter: at(now + 300_000) });
    expect(given('AuthnStatement')).toEqual({
      ...{ AuthnInstant: at(now), SessionIndex: '_session-1', SessionNotOnOrAfter: at(now + 8 * 3_600_000) },
    });
    expect(given('StatusCode')).toEqual({ Value: 'urn:oasis:names:tc:SAML:2.0:status:Success' });
    expect(all(root, 'Issuer').map(({ text }) => text)).toEqual([entityId, entityId]);
    expect(one(root, 'Audience').text).toBe(app.entityId);
  });

  it('says of no request that it answers one where none was made', async () => {
    for (const sign of signings) {
      expect(saml.respond(assertion({ sign }), await keyOf('ours'))).not.toContain('InResponseTo');
      const answering = saml.respond(assertion({ sign, inResponseTo: '_asked' }), await keyOf('ours'));
      expect(answering.match(/InResponseTo="_asked"/g)).toHaveLength(2);
    }
  });

  it('has no statement of attributes where there is nothing to tell', async () => {
    const key = await keyOf('ours');
    for (const attributes of [[], [{ name: 'title', values: [] }]])
      expect(saml.respond(assertion({ attributes }), key)).not.toContain('AttributeStatement');
  });

  it('names attributes that are a URN or an address by a URI, and others plainly', async () => {
    const names = ['urn:oid:2.5.4.12', 'http://schemas.acme.test/title', 'title'];
    const attributes = names.map((name) => ({ name, values: ['x', 7, false] }));
    const root = read(saml.respond(assertion({ attributes }), await keyOf('ours')));
    const form = 'urn:oasis:names:tc:SAML:2.0:attrname-format:';
    expect(all(root, 'Attribute').map(({ attributes: given }) => [given.get('Name'), given.get('NameFormat')])).toEqual(
      [
        [names[0], `${form}uri`],
        [names[1], `${form}uri`],
        [names[2], `${form}basic`],
      ],
    );
    const values = all(root, 'AttributeValue');
    expect(values.slice(0, 3).map(({ text }) => text)).toEqual(['x', '7', 'false']);
    const type = '{http://www.w3.org/2001/XMLSchema-instance}type';
    expect(new Set(values.map(({ attributes: given }) => given.get(type)))).toEqual(new Set(['xs:string']));
  });

  it.each(signings)('is signed as asked: %s', async (sign) => {
    const { certificate, privateKey } = await keyOf('ours');
    const root = read(saml.respond(assertion({ sign }), { certificate, privateKey }));
    const uris = all(root, 'Reference').map(({ attributes }) => attributes.get('URI'));
    const wanted = {
      both: ['#_response-1', '#_assertion-1'],
      assertion: ['#_assertion-1'],
      response: ['#_response-1'],
    };
    expect(uris).toEqual(wanted[sign]);
    const algorithms = new Set([...everyElement(root)].flatMap(({ attributes }) => attributes.get('Algorithm') ?? []));
    expect([...algorithms].sort()).toEqual([
      'http://www.w3.org/2000/09/xmldsig#enveloped-signature',
      'http://www.w3.org/2001/04/xmldsig-more#rsa-sha256',
      'http://www.w3.org/2001/04/xmlenc#sha256',
      'http://www.w3.org/2001/10/xml-exc-c14n#',
    ]);
    const raw = new X509Certificate(certificate).raw.toString('base64');
    expect(new Set(all(root, 'X509Certificate').map(({ text }) => text))).toEqual(new Set([raw]));
  });

  it('has a signature that holds without any library of XML', async () => {
    const { certificate, privateKey } = await keyOf('ours');
    const xml = saml.respond(assertion({ sign: 'response' }), { certificate, privateKey });
    const [, inside = ''] = /<ds:SignedInfo>(.*?)<\/ds:SignedInfo>/s.exec(xml) ?? [];
    // Canonical XML of what is written: no element is empty, and the prefix is declared at the top.
    const full = inside.replace(/<([\w:]+)([^<>]*)\/>/g, '<$1$2></$1>');
    const canonical = `<ds:SignedInfo xmlns:ds="http://www.w3.org/2000/09/xmldsig#">${full}</ds:SignedInfo>`;
    const [, value = ''] = /<ds:SignatureValue>(.*?)</.exec(xml) ?? [];
    const verified = (text: string) => createVerify('RSA-SHA256').update(text).verify(certificate, value, 'base64');
    expect([verified(canonical), verified(`${canonical} `)]).toEqual([true, false]);
  });

  it('tells of a value it cannot carry instead of leaving out what it is', async () => {
    const key = await keyOf('ours');
    const attributes = [{ name: 'title', values: ['Head\u000Bof Sales'] }];
    expect(refusal(() => saml.respond(assertion({ attributes }), key), 'saml-value')).toContain('U+000B');
    const nameId = { format: 'persistent', value: 'ada\0' } as const;
    expect(refusal(() => saml.respond(assertion({ nameId }), key), 'saml-value')).toContain('U+0000');
  });
});

describe('a response that says no', () => {
  it.each([
    ['RequestDenied', 'Responder'],
    ['AuthnFailed', 'Responder'],
    ['NoPassive', 'Responder'],
    ['InvalidNameIDPolicy', 'Requester'],
  ] as const)('%s is the fault of the %s', async (subcode, fault) => {
    const denial = {
      issuer: entityId,
      acs: app.acs,
      inResponseTo: null,
      message: 'No, <Zoë> & co.',
      at: now,
      id: '_no',
    };
    const xml = saml.deny({ ...denial, subcode }, await keyOf('ours'));
    const root = read(xml);
    expect(tree(root)).toEqual([
      'Response',
      'Issuer',
      'Signature',
      ['Status', ['StatusCode', 'StatusCode'], 'StatusMessage'],
    ]);
    const status = 'urn:oasis:names:tc:SAML:2.0:status:';
    expect(all(root, 'StatusCode').map(({ attributes }) => attributes.get('Value'))).toEqual([
      `${status}${fault}`,
      `${status}${subcode}`,
    ]);
    expect(one(root, 'StatusMessage').text).toBe('No, <Zoë> & co.');
    expect(xml).not.toContain('InResponseTo');
  });
});
