import { sign as signBytes } from 'node:crypto';
import { deflateRawSync } from 'node:zlib';
import { SignedXml } from 'xml-crypto';
import { RollcallError } from '../../src/core/errors.ts';
import type { Assertion, SentRequest } from '../../src/core/saml.ts';
import type { Saml } from '../../src/engine/sign-on/saml-port.ts';
import { createSaml } from '../../src/saml/saml.ts';

type KeyPair = Awaited<ReturnType<Saml['makeKey']>>;

/** The clock of the tests: other libraries look at that of the machine. */
export const now = Date.now();
const day = 24 * 60 * 60_000;
export const saml: Saml = createSaml({ now: () => now });

const made = new Map<string, Promise<KeyPair>>();

/** A key by its name, made once for all the tests of a worker. */
export function keyOf(name: 'ours' | 'other' | 'third'): Promise<KeyPair> {
  const key = made.get(name) ?? saml.makeKey({ name, from: now - day, until: now + 365 * day });
  made.set(name, key);
  return key;
}

export const entityId = 'https://rollcall.acme.test/saml';
export const app = { entityId: 'https://wiki.acme.test/metadata', acs: 'https://wiki.acme.test/saml/acs' };

/** What is told of Zoë, to a wiki. */
export const assertion = (more: Partial<Assertion> = {}): Assertion => ({
  ...{ issuer: entityId, audience: app.entityId, acs: app.acs, inResponseTo: null },
  nameId: { format: 'emailAddress', value: 'zoe@acme.test' },
  attributes: [
    { name: 'displayName', values: ['Zoë O’Neil'] },
    { name: 'groups', values: ['Sales', 'R & D'] },
  ],
  ...{ at: now, until: now + 5 * 60_000, sessionUntil: now + 8 * 60 * 60_000 },
  ids: { response: '_response-1', assertion: '_assertion-1', session: '_session-1' },
  sign: 'both',
  ...more,
});

/** Texts that break what is not escaped, or is escaped twice. */
export const awkward = [
  ...['&', '<b>', '"double"', "'single'", '&amp;lt;', ']]>', '<!-- -->', 'a\nb', ' leading and trailing '],
  ...[
    'tab\there',
    'carriage\r\nreturn',
    '👩‍🚀',
    'مرحبا بالعالم',
    '\u202Eright to left',
    'line\u2028separator',
    'next\u0085line',
    'é',
  ],
];

const ns = {
  protocol: 'xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol"',
  assertion: 'xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion"',
};

/** A request as an app writes it. `inside` follows the issuer. */
export const requestXml = (
  more: { id?: string; issuer?: string; attributes?: string; inside?: string } = {},
): string => {
  const { id = '_request-1', issuer = app.entityId, attributes = '', inside = '' } = more;
  return (
    `<samlp:AuthnRequest ${ns.protocol} ${ns.assertion} ID="${id}" Version="2.0" IssueInstant="${new Date(now).toISOString()}"` +
    ` Destination="${entityId}" AssertionConsumerServiceURL="${app.acs}"${attributes}>` +
    `<saml:Issuer>${issuer}</saml:Issuer>${inside}</samlp:AuthnRequest>`
  );
};

export const posted = (xml: string, relayState: string | null = null): SentRequest => ({
  ...{ binding: 'post', relayState },
  samlRequest: Buffer.from(xml).toString('base64'),
});

export const deflated = (xml: string | Buffer): string => deflateRawSync(Buffer.from(xml as string)).toString('base64');
export const addressed = (xml: string, more = ''): SentRequest => ({
  binding: 'redirect',
  query: `SAMLRequest=${encodeURIComponent(deflated(xml))}${more}`,
});

const sha256 = 'http://www.w3.org/2001/04/xmldsig-more#rsa-sha256';

/** An address with its signature. */
export function signedAddress(
  xml: string,
  key: KeyPair,
  { relayState = 'back to page 7 & on', algorithm = sha256 } = {},
): string {
  const relayed = `&RelayState=${encodeURIComponent(relayState)}&SigAlg=${encodeURIComponent(algorithm)}`;
  const over = `SAMLRequest=${encodeURIComponent(deflated(xml))}${relayed}`;
  const hash = algorithm.slice(algorithm.lastIndexOf('-') + 1);
  const signature = signBytes(hash, Buffer.from(over), key.privateKey).toString('base64');
  return `${over}&Signature=${encodeURIComponent(signature)}`;
}

export type Signing = {
  transforms?: string[];
  algorithm?: string;
  digest?: string;
  reference?: string;
  canonical?: string;
};

/** A message with a signature, as an app makes it. */
export function signedXml(xml: string, key: KeyPair, more: Signing = {}): string {
  const signed = new SignedXml({
    ...{ privateKey: key.privateKey, publicCert: key.certificate },
    signatureAlgorithm: more.algorithm ?? sha256,
    canonicalizationAlgorithm: more.canonical ?? 'http://www.w3.org/2001/10/xml-exc-c14n#',
  });
  signed.addReference({
    xpath: more.reference ?? '/*',
    digestAlgorithm: more.digest ?? 'http://www.w3.org/2001/04/xmlenc#sha256',
    transforms: more.transforms ?? [
      'http://www.w3.org/2000/09/xmldsig#enveloped-signature',
      'http://www.w3.org/2001/10/xml-exc-c14n#',
    ],
  });
  signed.computeSignature(xml, {
    prefix: 'ds',
    location: { reference: "/*/*[local-name()='Issuer']", action: 'after' },
  });
  return signed.getSignedXml();
}

/** What came of it: what was read, or the code and the words of the refusal. Anything else that is thrown is a crash. */
export function outcome<T>(act: () => T): T | { code: string; message: string } {
  try {
    return act();
  } catch (error) {
    if (!(error instanceof RollcallError) || error.next !== 'show') throw error;
    return { code: error.code, message: error.message };
  }
}

/** @returns the words it was refused with. */
export function refusal(act: () => unknown, code: string): string {
  const came = outcome(act) as { code?: string; message?: string };
  if (came === null || typeof came !== 'object' || came.code !== code || came.message === undefined)
    throw new Error(`It should have been refused as ${code}, but came to ${JSON.stringify(came)}`);
  return came.message;
}
