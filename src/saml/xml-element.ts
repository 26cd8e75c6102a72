/** An element as it was read. Names of SAML are told apart by their namespace, whatever prefix they are written with. */
export type XmlElement = {
  namespace: string;
  /** Without its prefix. */
  name: string;
  /** Those without a prefix by their name, those with one as `{namespace}name`. */
  attributes: ReadonlyMap<string, string>;
  children: readonly XmlElement[];
  /** All text directly in it. */
  text: string;
};

export const namespaces = {
  protocol: 'urn:oasis:names:tc:SAML:2.0:protocol',
  assertion: 'urn:oasis:names:tc:SAML:2.0:assertion',
  metadata: 'urn:oasis:names:tc:SAML:2.0:metadata',
  signature: 'http://www.w3.org/2000/09/xmldsig#',
  exclusive: 'http://www.w3.org/2001/10/xml-exc-c14n#',
} as const;
export type Namespace = keyof typeof namespaces;

export const is = (element: XmlElement, namespace: Namespace, name: string): boolean =>
  element.name === name && element.namespace === namespaces[namespace];

export const childrenOf = (element: XmlElement, namespace: Namespace, name: string): XmlElement[] =>
  element.children.filter((child) => is(child, namespace, name));

/** It and everything in it, in the order it was written. */
export function* everyElement(element: XmlElement): Generator<XmlElement> {
  yield element;
  for (const child of element.children) yield* everyElement(child);
}

const blank = new Set([' ', '\t', '\n', '\r']);

/** Without the white space of XML around it, which people who write it by hand leave there. */
export function trimmed(text: string): string {
  let [from, to] = [0, text.length];
  while (from < to && blank.has(text[from] ?? '')) from += 1;
  while (to > from && blank.has(text[to - 1] ?? '')) to -= 1;
  return text.slice(from, to);
}

/** An xs:boolean; undefined where it is written in no way that is one. */
export const booleanOf = (text: string): boolean | undefined => booleans.get(trimmed(text));
const booleans = new Map([
  ['true', true],
  ['1', true],
  ['false', false],
  ['0', false],
]);

const instant = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(\.\d{1,9})?(Z|\+00:00|-00:00)$/;

/** An xs:dateTime in UTC, as SAML 2.0 core has it (section 1.3.3), in milliseconds; undefined where it is none. */
export function timeOf(text: string): number | undefined {
  const [, seconds = '', fraction = ''] = instant.exec(trimmed(text)) ?? [];
  const time = Date.parse(`${seconds}${fraction.slice(0, 4)}Z`);
  // A thirtieth of February would become a day of March.
  return Number.isNaN(time) || new Date(time).toISOString().slice(0, 19) !== seconds ? undefined : time;
}
