import { type AuthnRequest, nameIdFormats } from '../core/saml.ts';
import { bindings } from './metadata.ts';
import { requestRefused } from './refusal.ts';
import { booleanOf, childrenOf, is, type Namespace, timeOf, trimmed, type XmlElement } from './xml-element.ts';

/** What the message itself says; how it came and who signed it is not in it. */
export type RequestMessage = Omit<AuthnRequest, 'relayState' | 'signed'>;

/** What may stand in a request, in this order and each once (SAML 2.0 core, sections 3.2.1 and 3.4.1). */
const order: readonly [Namespace, string][] = [
  ['assertion', 'Issuer'],
  ['signature', 'Signature'],
  ['protocol', 'Extensions'],
  ['assertion', 'Subject'],
  ['protocol', 'NameIDPolicy'],
  ['assertion', 'Conditions'],
  ['protocol', 'RequestedAuthnContext'],
  ['protocol', 'Scoping'],
];

/**
 * Reads a request. Whom it would like to sign on (Subject) and how (RequestedAuthnContext) is left aside: everybody signs on as themselves,
 * and every time anew.
 */
export function authnRequest(root: XmlElement): RequestMessage {
  if (!is(root, 'protocol', 'AuthnRequest')) throw requestRefused('It is no AuthnRequest of SAML 2.0.');
  if (root.attributes.get('Version') !== '2.0') throw requestRefused('It is not of SAML 2.0.');
  inOrder(root);
  return {
    id: identifier(root),
    issuer: issuer(root),
    destination: root.attributes.get('Destination') || null,
    at: issuedAt(root),
    consumer: consumer(root),
    nameIdFormat: nameIdFormat(root),
    passive: passive(root),
  };
}

function inOrder(root: XmlElement): void {
  let next = 0;
  for (const child of root.children) {
    const place = order.findIndex(([namespace, name]) => is(child, namespace, name));
    if (place < 0) throw requestRefused('It holds an element that no AuthnRequest has.');
    if (place < next)
      throw requestRefused('Its elements are in another order than those of an AuthnRequest, or one is there twice.');
    next = place + 1;
  }
}

function identifier({ attributes }: XmlElement): string {
  const id = attributes.get('ID') ?? '';
  if (!/^[\p{L}_][\p{L}\p{M}\p{N}._·-]{0,255}$/u.test(id)) throw requestRefused('It has no ID, or one that is none.');
  return id;
}

/** An entity id has 1,024 characters at most (core, section 8.3.6). */
function issuer(root: XmlElement): string {
  const [found] = childrenOf(root, 'assertion', 'Issuer');
  const text = found === undefined || found.children.length > 0 ? '' : trimmed(found.text);
  if (text === '' || text.length > 1024) throw requestRefused('It does not say which app it is from (Issuer).');
  return text;
}

function issuedAt({ attributes }: XmlElement): number {
  const at = timeOf(attributes.get('IssueInstant') ?? '');
  if (at === undefined) throw requestRefused('It does not say when it was made (IssueInstant), in UTC.');
  return at;
}

function consumer({ attributes }: XmlElement): RequestMessage['consumer'] {
  const [url, index] = ['URL', 'Index'].map((what) => attributes.get(`AssertionConsumerService${what}`));
  const binding = attributes.get('ProtocolBinding') ?? `${bindings}HTTP-POST`;
  if (binding !== `${bindings}HTTP-POST`) throw requestRefused('It asks for a response by another way than HTTP POST.');
  if (url !== undefined && index !== undefined) throw requestRefused('It names an address for the response twice.');
  if (url !== undefined) return { url };
  return index === undefined ? null : { index: indexOf(index) };
}

function indexOf(text: string): number {
  const index = /^\d{1,5}$/.test(text) ? Number(text) : Number.NaN;
  if (!(index <= 65_535)) throw requestRefused('It names an address for the response by a number that is none.');
  return index;
}

/** Unspecified is as good as none: any will do (core, section 3.4.1.1). */
function nameIdFormat(root: XmlElement): string | null {
  const [policy] = childrenOf(root, 'protocol', 'NameIDPolicy');
  const format = policy?.attributes.get('Format');
  return format === undefined || format === nameIdFormats.unspecified ? null : format;
}

function passive({ attributes }: XmlElement): boolean {
  const said = booleanOf(attributes.get('IsPassive') ?? 'false');
  if (said === undefined) throw requestRefused('It says in no known way whether the person may be asked (IsPassive).');
  return said;
}
