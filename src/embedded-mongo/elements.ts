import { MongoError } from './mongo-error.ts';

/** One top-level element of a BSON document: its name, and where its bytes (type, name, value) begin and end. */
export interface Element {
  readonly name: string;
  readonly start: number;
  readonly end: number;
}

/** Bytes of a value of each fixed-size type (BSON 1.1 specification). */
const FIXED: Readonly<Record<number, number>> = {
  1: 8,
  6: 0,
  7: 12,
  8: 1,
  9: 8,
  10: 0,
  16: 4,
  17: 8,
  18: 8,
  19: 16,
  127: 0,
  255: 0,
};

/** Walks the top level without decoding a value. */
export function* elementsOf(raw: Buffer): Generator<Element> {
  let start = 4;
  while (raw[start] !== 0) {
    const type = raw[start] ?? 0;
    const nameEnd = raw.indexOf(0, start + 1);
    if (nameEnd < 0) throw broken();
    const end = nameEnd + 1 + valueSize(raw, type, nameEnd + 1);
    if (end >= raw.length) throw broken();
    yield { name: raw.toString('utf8', start + 1, nameEnd), start, end };
    start = end;
  }
}

function valueSize(raw: Buffer, type: number, at: number): number {
  const fixed = FIXED[type];
  if (fixed !== undefined) return fixed;
  if (type === 3 || type === 4 || type === 15) return raw.readInt32LE(at);
  if (type === 2 || type === 13 || type === 14) return 4 + raw.readInt32LE(at);
  if (type === 5) return 5 + raw.readInt32LE(at);
  if (type === 12) return 16 + raw.readInt32LE(at);
  if (type === 11) return raw.indexOf(0, raw.indexOf(0, at) + 1) + 1 - at;
  throw broken();
}

const broken = () => new MongoError(22, 'InvalidBSON', 'the document cannot be read: its elements do not add up');

/** A document of only these top-level fields, still BSON. */
export function pick(raw: Buffer, names: ReadonlySet<string>): Buffer {
  const parts: Buffer[] = [];
  for (const { name, start, end } of elementsOf(raw)) if (names.has(name)) parts.push(raw.subarray(start, end));
  return documentOf(parts);
}

/** The document without these top-level fields, still BSON. */
export function omit(raw: Buffer, names: ReadonlySet<string>): Buffer {
  const parts: Buffer[] = [];
  for (const { name, start, end } of elementsOf(raw)) if (!names.has(name)) parts.push(raw.subarray(start, end));
  return documentOf(parts);
}

/** The same document with this field in front. */
export function withFirst(raw: Buffer, name: string): Buffer {
  const elements = [...elementsOf(raw)];
  const first = elements.filter((element) => element.name === name);
  const others = elements.filter((element) => element.name !== name);
  return documentOf([...first, ...others].map(({ start, end }) => raw.subarray(start, end)));
}

/**
 * The document with the named fields as they are in `changed` (which holds no others that matter): in their old places, gone where
 * `changed` lacks them, new ones at the end.
 */
export function splice(raw: Buffer, names: ReadonlySet<string>, changed: Buffer): Buffer {
  const fresh = new Map<string, Buffer>();
  for (const { name, start, end } of elementsOf(changed))
    if (names.has(name)) fresh.set(name, changed.subarray(start, end));
  const parts: Buffer[] = [];
  for (const { name, start, end } of elementsOf(raw)) {
    const part = names.has(name) ? fresh.get(name) : raw.subarray(start, end);
    if (part !== undefined) parts.push(part);
    fresh.delete(name);
  }
  return documentOf([...parts, ...fresh.values()]);
}

function documentOf(parts: readonly Buffer[]): Buffer {
  const length = parts.reduce((sum, part) => sum + part.length, 5);
  const size = Buffer.alloc(4);
  size.writeInt32LE(length);
  return Buffer.concat([size, ...parts, Buffer.of(0)], length);
}
