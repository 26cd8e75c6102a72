import type { SearchEntry } from 'ldapts';

/** An entry as it came: values as bytes, by attribute in lower case, and what of it the server kept back. */
export type Row = {
  dn: string;
  values: ReadonlyMap<string, readonly Buffer[]>;
  /** Attributes of which more values are to be fetched, and from which one on. */
  rest: ReadonlyMap<string, number>;
  /** Attributes as they were called, in lower case: `member;range=1-1`. */
  called: readonly string[];
};

const ranged = /^([^;]+);range=(\d+)-(\d+|\*)$/i;

/** Attributes with very many values come in ranges, each under a name of its own ([MS-ADTS] 3.1.1.3.1.3.3). */
export function rowOf(entry: SearchEntry): Row {
  const values = new Map<string, readonly Buffer[]>();
  const rest = new Map<string, number>();
  for (const attribute of entry.attributes) {
    const [, name, , high] = ranged.exec(attribute.type) ?? [];
    const key = (name ?? attribute.type).toLowerCase();
    values.set(key, [...(values.get(key) ?? []), ...attribute.parsedBuffers]);
    if (high !== undefined && high !== '*') rest.set(key, Number(high) + 1);
  }
  return { dn: entry.name, values, rest, called: entry.attributes.map(({ type }) => type.toLowerCase()) };
}

export const textsOf = (row: Row, name: string): string[] =>
  (row.values.get(name.toLowerCase()) ?? []).map((value) => value.toString('utf8'));

export const textOf = (row: Row, name: string): string | undefined => textsOf(row, name)[0];

/** The immutable id of an object, as people and tools write it: the first three parts are little-endian. Undefined: not told. */
export function guidOf(row: Row): string | undefined {
  const [bytes] = row.values.get('objectguid') ?? [];
  if (bytes?.length !== 16) return undefined;
  const part = (start: number, end: number) => bytes.subarray(start, end);
  const turned = (start: number, end: number) => Buffer.from(part(start, end)).reverse();
  const parts = [turned(0, 4), turned(4, 6), turned(6, 8), part(8, 10), part(10, 16)];
  return parts.map((bytesOfPart) => bytesOfPart.toString('hex')).join('-');
}

/** The bytes of an id written as `guidOf` writes it; null where it is none. */
export function guidBytes(guid: string): Buffer | null {
  if (!/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(guid)) return null;
  const [a = '', b = '', c = '', d = '', e = ''] = guid.split('-');
  const turned = (part: string) => Buffer.from(part, 'hex').reverse();
  return Buffer.concat([turned(a), turned(b), turned(c), Buffer.from(d + e, 'hex')]);
}

/** A name of an object that no rename and no move changes ([MS-ADTS] 3.1.1.3.1.2.4). */
export const guidDn = (row: Row): string => `<GUID=${guidOf(row) ?? ''}>`;

/** The last part of a security identifier, which tells groups of one domain apart; undefined where there is none. */
export function ridOf(row: Row): number | undefined {
  const [sid] = row.values.get('objectsid') ?? [];
  return sid === undefined || sid.length < 12 ? undefined : sid.readUInt32LE(sid.length - 4);
}

const epoch = 116_444_736_000_000_000n;
const never = 0x7fffffffffffffffn;

/** A moment in hundreds of nanoseconds since 1601 as milliseconds since 1970; null where it stands for never. */
export function timeOf(text: string | undefined): number | null {
  if (text === undefined || !/^\d{1,19}$/.test(text)) return null;
  const ticks = BigInt(text);
  return ticks === 0n || ticks >= never ? null : Number((ticks - epoch) / 10_000n);
}

/** DNs of one server differ in case alone where they mean the same. */
export const sameDn = (dn: string): string => dn.toLowerCase();
