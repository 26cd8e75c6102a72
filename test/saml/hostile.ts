/* What is sent by those who mean harm, or write XML that others read differently. */

/** A document that is fine, and two places in it. */
export type Sample = {
  xml: string;
  /** With something more where it may hold anything. */
  within(part: string): string;
  /** With something more right in the middle of a value. */
  inValue(part: string): string;
};

type Hostile = (sample: Sample, size: number) => string | Buffer;

const entities = (depth: number): string =>
  [
    '<!ENTITY e0 "ha">',
    ...Array.from({ length: depth }, (_, n) => `<!ENTITY e${n + 1} "${`&e${n};`.repeat(10)}">`),
  ].join('');
const declared = (encoding: string, { xml }: Sample): string => `<?xml version="1.0" encoding="${encoding}"?>${xml}`;
const nested = (depth: number): string => `${'<x>'.repeat(depth)}${'</x>'.repeat(depth)}`;
const swapped = (text: Buffer): Buffer => Buffer.from(text).swap16();

/** None of them may ever be taken. `size` makes each of them many. */
export const hostile: Readonly<Record<string, Hostile>> = {
  'a document type': ({ xml }) => `<!DOCTYPE x>${xml}`,
  'a document type after a declaration': (sample) => declared('UTF-8', sample).replace('?>', '?>\n<!DOCTYPE x [ ]>'),
  'a document type in another case': ({ xml }) => `<!doctype x>${xml}`,
  'a billion laughs': ({ inValue }, size) => `<!DOCTYPE x [${entities(1 + (size % 12))}]>${inValue(`&e${size % 12};`)}`,
  'a quadratic blow-up': ({ inValue }, size) =>
    `<!DOCTYPE x [<!ENTITY a "${'a'.repeat(size)}">]>${inValue('&a;'.repeat(50))}`,
  'an external entity': ({ inValue }) => `<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>${inValue('&a;')}`,
  'an external entity of the network': ({ inValue }, size) =>
    `<!DOCTYPE x [<!ENTITY a SYSTEM "http://127.0.0.1:${size}/">]>${inValue('&a;')}`,
  'a parameter entity': ({ xml }) => `<!DOCTYPE x [<!ENTITY % a SYSTEM "http://127.0.0.1/x.dtd"> %a;]>${xml}`,
  'an external document type': ({ xml }) => `<!DOCTYPE x PUBLIC "-//A//B" "http://127.0.0.1/x.dtd">${xml}`,
  'an entity that nobody declared': ({ inValue }) => inValue('&a;'),
  'a declaration within': ({ within }) => within('<!ENTITY a "b">'),
  'a processing instruction': ({ within }, size) => within(`<?go ${size}?>`),
  'a style sheet': ({ xml }) => `<?xml-stylesheet href="http://127.0.0.1/x.xsl"?>${xml}`,
  'a second XML declaration': ({ within }) => within('<?xml version="1.0"?>'),
  'UTF-7 by name': (sample) => declared('UTF-7', sample),
  'UTF-7 all through': ({ xml }) => xml.replaceAll('<', '+ADw-').replaceAll('>', '+AD4-'),
  'UTF-16 by name': (sample) => declared('UTF-16', sample),
  'UTF-16 with a mark': ({ xml }) => Buffer.from(`\uFEFF${xml}`, 'utf16le'),
  'UTF-16 without one': ({ xml }) => Buffer.from(xml, 'utf16le'),
  'UTF-16, the other way round': ({ xml }) => swapped(Buffer.from(`\uFEFF${xml}`, 'utf16le')),
  'EBCDIC by name': (sample) => declared('IBM037', sample),
  'bytes that are no UTF-8': ({ inValue }, size) => {
    const wrong = [[0xc0, 0x80], [0xed, 0xa0, 0x80], [0xff], [0xf5, 0x80, 0x80, 0x80], [0xc3]][size % 5] ?? [];
    const [before = '', after = ''] = inValue('\u0001').split('\u0001');
    return Buffer.concat([Buffer.from(before), Buffer.from(wrong), Buffer.from(after)]);
  },
  'a character that XML cannot hold': ({ inValue }, size) =>
    inValue(['\0', '\u0001', '\u001B', '\uFFFE'][size % 4] ?? ''),
  'a reference to such a character': ({ inValue }, size) =>
    inValue(['&#0;', '&#x1B;', '&#xFFFF;', '&#x110000;'][size % 4] ?? ''),
  'a comment within a value': ({ inValue }, size) => inValue(`<!--${'-+'.repeat(size % 9)}x-->`),
  'a section that ends nowhere': ({ within }) => within('<![CDATA['),
  'a comment that ends nowhere': ({ within }) => within('<!-- '),
  'an element within a value': ({ inValue }) => inValue('<x/>'),
  'a second document': ({ xml }) => `${xml}${xml}`,
  'text after the end': ({ xml }, size) => `${xml}${'x'.repeat(1 + size)}`,
  'half of it': ({ xml }, size) => xml.slice(0, 1 + (size % (xml.length - 1))),
  'more than it may have': ({ within }, size) => within(`<x y="${'x'.repeat(1024 * 1024 + size)}"/>`),
  'blanks without end': ({ within }, size) => within(`<x${' '.repeat(1024 * 1024 + size)}y`),
  'elements too deep': ({ within }, size) => within(nested(32 + size)),
  'elements too many': ({ within }, size) => within('<x/>'.repeat(10_000 + size)),
  'attributes too many': ({ within }, size) =>
    within(`<x ${Array.from({ length: 65 + size }, (_, n) => `a${n}="1"`).join(' ')}/>`),
  'prefixes too many': ({ within }, size) =>
    within(`<x ${Array.from({ length: 65 + size }, (_, n) => `xmlns:a${n}="urn:a"`).join(' ')}/>`),
  'a prefix that nobody declared': ({ within }) => within('<nobody:x/>'),
  'a prefix of XML for something else': ({ within }) => within('<x xmlns:xml="urn:x"/>'),
  'an attribute twice': ({ within }, size) => within(`<x a${size}="1" a${size}="2"/>`),
  'an attribute without quotes': ({ within }, size) => within(`<x a=${size}/>`),
  'ends in another order': ({ within }) => within('<x><y></x></y>'),
  'names of a prototype': ({ within }, size) => within(`<${['__proto__', 'constructor', 'toString'][size % 3]}:x/>`),
};

/** A byte that is changed, put in, or taken out. */
export type Mutation = { kind: 'change' | 'insert' | 'remove'; at: number; byte: number };

export function mutated(bytes: Buffer, { kind, at, byte }: Mutation): Buffer {
  const place = at % bytes.length;
  const [before, after] = [bytes.subarray(0, place), bytes.subarray(kind === 'insert' ? place : place + 1)];
  const changed = Buffer.from([((bytes[place] ?? 0) ^ (byte || 1)) & 0xff]);
  const between = { change: changed, insert: Buffer.from([byte]), remove: Buffer.alloc(0) }[kind];
  return Buffer.concat([before, between, after]);
}
