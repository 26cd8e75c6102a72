import type { Time, Value } from '../core/model.ts';
import { type Assertion, type Denial, nameIdFormats, skew } from '../core/saml.ts';
import type { KeyPair } from './key-pair.ts';
import { sign } from './sign.ts';
import { element, type Xml } from './xml.ts';
import { namespaces } from './xml-element.ts';

const status = 'urn:oasis:names:tc:SAML:2.0:status:';
const bearer = 'urn:oasis:names:tc:SAML:2.0:cm:bearer';
/**
 * How the person signed on. Most apps ask for this class, some refuse any other, and none is known that refuses it; `unspecified` would be
 * refused by those that ask.
 */
const signedOnBy = 'urn:oasis:names:tc:SAML:2.0:ac:classes:PasswordProtectedTransport';

const moment = (time: Time): string => new Date(time).toISOString();

/** The response with the assertion in it, signed as the assertion says (SAML 2.0 profiles, section 4.1.4.2). */
export function respond(assertion: Assertion, key: KeyPair): string {
  const { sign: signing, issuer, acs, inResponseTo, at, ids } = assertion;
  const told = written(assertion);
  const inside = signing === 'response' ? told : { xml: sign(told.xml, key) };
  const response = responseOf({ issuer, acs, inResponseTo, at, id: ids.response }, success, inside);
  return signing === 'assertion' ? response.xml : sign(response.xml, key);
}

/** A signed response that says no. The reason is ours, except where the app asked for what it cannot have. */
export function deny(denial: Denial, key: KeyPair): string {
  const fault = denial.subcode === 'InvalidNameIDPolicy' ? 'Requester' : 'Responder';
  const reason = element('samlp:StatusCode', { Value: `${status}${denial.subcode}` });
  const no = element(
    'samlp:Status',
    {},
    element('samlp:StatusCode', { Value: `${status}${fault}` }, reason),
    element('samlp:StatusMessage', {}, denial.message),
  );
  return sign(responseOf(denial, no).xml, key);
}

const success = element('samlp:Status', {}, element('samlp:StatusCode', { Value: `${status}Success` }));

function responseOf(
  { issuer, acs, inResponseTo, at, id }: Pick<Denial, 'issuer' | 'acs' | 'inResponseTo' | 'at' | 'id'>,
  ...content: readonly Xml[]
): Xml {
  return element(
    'samlp:Response',
    {
      ...{ 'xmlns:samlp': namespaces.protocol, 'xmlns:saml': namespaces.assertion },
      ...{ ID: id, Version: '2.0', IssueInstant: moment(at), Destination: acs, InResponseTo: inResponseTo },
    },
    element('saml:Issuer', {}, issuer),
    ...content,
  );
}

function written(assertion: Assertion): Xml {
  const { issuer, at, ids } = assertion;
  return element(
    'saml:Assertion',
    {
      'xmlns:saml': namespaces.assertion,
      'xmlns:xs': 'http://www.w3.org/2001/XMLSchema',
      'xmlns:xsi': 'http://www.w3.org/2001/XMLSchema-instance',
      ...{ ID: ids.assertion, Version: '2.0', IssueInstant: moment(at) },
    },
    element('saml:Issuer', {}, issuer),
    subject(assertion),
    conditions(assertion),
    statement(assertion),
    ...attributeStatement(assertion),
  );
}

function subject({ issuer, audience, nameId, acs, inResponseTo, until }: Assertion): Xml {
  // A name that only this app gets is told by whom it was given and to whom (core, section 8.3.7).
  const qualified = nameId.format === 'persistent';
  const qualifiers = { NameQualifier: qualified ? issuer : null, SPNameQualifier: qualified ? audience : null };
  const data = { NotOnOrAfter: moment(until), Recipient: acs, InResponseTo: inResponseTo };
  return element(
    'saml:Subject',
    {},
    element('saml:NameID', { ...qualifiers, Format: nameIdFormats[nameId.format] }, nameId.value),
    element('saml:SubjectConfirmation', { Method: bearer }, element('saml:SubjectConfirmationData', data)),
  );
}

const conditions = ({ at, until, audience }: Assertion): Xml =>
  element(
    'saml:Conditions',
    { NotBefore: moment(at - skew), NotOnOrAfter: moment(until) },
    element('saml:AudienceRestriction', {}, element('saml:Audience', {}, audience)),
  );

const statement = ({ at, sessionUntil, ids }: Assertion): Xml =>
  element(
    'saml:AuthnStatement',
    { AuthnInstant: moment(at), SessionIndex: ids.session, SessionNotOnOrAfter: moment(sessionUntil) },
    element('saml:AuthnContext', {}, element('saml:AuthnContextClassRef', {}, signedOnBy)),
  );

/** None at all where there is nothing to tell: the schema knows no empty one. */
function attributeStatement({ attributes }: Assertion): Xml[] {
  const told = attributes.filter(({ values }) => values.length > 0);
  return told.length === 0 ? [] : [element('saml:AttributeStatement', {}, ...told.map(attribute))];
}

function attribute({ name, values }: { name: string; values: readonly Value[] }): Xml {
  const form = /^(?:urn:|https?:\/\/)/i.test(name) ? 'uri' : 'basic';
  const given = { Name: name, NameFormat: `urn:oasis:names:tc:SAML:2.0:attrname-format:${form}` };
  const typed = values.map((value) => element('saml:AttributeValue', { 'xsi:type': 'xs:string' }, String(value)));
  return element('saml:Attribute', given, ...typed);
}
