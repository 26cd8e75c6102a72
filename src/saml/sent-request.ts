import type { KeyObject } from 'node:crypto';
import type { AuthnRequest, SentRequest } from '../core/saml.ts';
import { type AddressSignature, addressQuery } from './address-query.ts';
import { authnRequest, type RequestMessage } from './authn-request.ts';
import { checkingKey } from './certificate.ts';
import { addressMessage, formMessage, fromBase64, largestRequest } from './message-encoding.ts';
import { refuseSameIds, signatureOf, signedMessage } from './message-signature.ts';
import { requestRefused } from './refusal.ts';
import { isSignatureAlgorithm, isSignedBy } from './signature-algorithm.ts';
import { readXml } from './strict-xml.ts';
import type { XmlElement } from './xml-element.ts';

/** More than any request needs, and little enough that even the worst that fits is checked in a fraction of a second. */
export const requestLimits = { characters: largestRequest, depth: 16, elements: 100, attributes: 24, comments: false };
const longestRelayState = 4096;

/** The certificates an app has told us, by its entity id; none for one that is not known. */
export type CertificatesOf = (issuer: string) => readonly string[];

/**
 * Reads a request for a sign-on, and checks its signature where its issuer has certificates.
 * @throws RollcallError `saml-request` (show)
 */
export function readRequest(sent: SentRequest, certificatesOf: CertificatesOf): AuthnRequest {
  return sent.binding === 'redirect' ? fromAddress(sent.query, certificatesOf) : fromForm(sent, certificatesOf);
}

/** There the signature is in the address; one in the message would have had to be left out (bindings, section 3.4.4.1). */
function fromAddress(query: string, certificatesOf: CertificatesOf): AuthnRequest {
  const { samlRequest, relayState, signature } = addressQuery(query);
  const root = read(addressMessage(samlRequest));
  if (signatureOf(root) !== null) throw requestRefused('It came by an address, but is signed as if by a form.');
  const message = authnRequest(root);
  const keys = keysOf(message, certificatesOf);
  if (signature !== null && keys !== null) refuseUnlessSigned(signature, keys);
  return { ...message, relayState: relayed(relayState), signed: signature !== null && keys !== null };
}

function refuseUnlessSigned({ algorithm, over, value }: AddressSignature, keys: readonly KeyObject[]): void {
  if (!isSignatureAlgorithm(algorithm))
    throw requestRefused('Its signature is of another kind than RSA with SHA-256, SHA-384 or SHA-512.');
  if (!isSignedBy(keys, algorithm, over, fromBase64(value)))
    throw requestRefused(
      'Its signature is wrong: it was changed on the way, or signed with a key the app has not told us.',
    );
}

function fromForm(
  { samlRequest, relayState }: { samlRequest: string; relayState: string | null },
  certificatesOf: CertificatesOf,
): AuthnRequest {
  const xml = formMessage(samlRequest);
  const root = read(xml);
  const signature = signatureOf(root);
  const claimed = authnRequest(root);
  const keys = keysOf(claimed, certificatesOf);
  const signed = signature !== null && keys !== null;
  const message = signed ? authnRequest(read(signedMessage(xml, root, signature, keys))) : claimed;
  // The keys were looked up by what nobody had vouched for yet.
  if (message.issuer !== claimed.issuer) throw requestRefused('Its signature is over something else.');
  return { ...message, relayState: relayed(relayState), signed };
}

function read(xml: string): XmlElement {
  const root = readXml(xml, requestLimits, requestRefused);
  refuseSameIds(root);
  return root;
}

/** Null: the app has told us no certificate. @throws RollcallError `saml-request` where it has, but none that can be used. */
function keysOf({ issuer }: RequestMessage, certificatesOf: CertificatesOf): readonly KeyObject[] | null {
  const certificates = certificatesOf(issuer);
  if (certificates.length === 0) return null;
  return certificates.map(checkingKey).filter((key) => key !== null);
}

function relayed(state: string | null): string | null {
  if (state !== null && (state.length > longestRelayState || state.includes('\0')))
    throw requestRefused(`What the app wants back (RelayState) is longer than ${longestRelayState} characters.`);
  return state === '' ? null : state;
}
