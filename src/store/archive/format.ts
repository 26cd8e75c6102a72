import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { Sum } from './tally.ts';

/** To be raised when an older Rollcall could not read it. */
export const archiveFormat = 1;

/** The first line says what the file is. */
export const Header = z.strictObject({
  rollcall: z.literal('store'),
  format: z.literal(archiveFormat),
  /** Of the Rollcall that wrote it. */
  version: z.string(),
  at: z.iso.datetime(),
  store: z.enum(['built-in', 'MongoDB']),
  /** Ids of the keys that something in it is sealed under. */
  keys: z.array(z.string()),
});
export type Header = z.infer<typeof Header>;

/** Enough of any header, also of one that later versions write. */
export const AnyHeader = z.object({ rollcall: z.literal('store'), format: z.int(), version: z.string() });

export const headerLine = (header: Header): string => JSON.stringify(header);

/** `text`: of the document, as `documentText` gives it. */
export const entryLine = (collection: string, text: string): string =>
  `{"collection":"${collection}","document":${text}}`;

/** An entry's collection and the text of its document; null for a line that is none. */
export function readEntry(line: string): { collection: string; text: string } | null {
  const [start, collection] = /^\{"collection":"([A-Za-z]+)","document":(?=\{)/.exec(line) ?? [];
  if (start === undefined || collection === undefined || !line.endsWith('}')) return null;
  return { collection, text: line.slice(start.length, -1) };
}

/** The last line: with it, everything before it can be checked. It is written one way only, and compared whole. */
export function trailerLine(header: string, sums: ReadonlyMap<string, Sum>): string {
  const collections = [...sums].map(([name, { documents, sha256 }]) => [name, { documents, sha256 }]);
  const digest = createHash('sha256').update(header).digest('hex');
  return JSON.stringify({ trailer: { header: digest, collections: Object.fromEntries(collections) } });
}

export const isTrailer = (line: string): boolean => line.startsWith('{"trailer":');

/** `1.10.0` is newer than `1.9.2`. */
export function isNewer(version: string, than: string): boolean {
  const [left, right] = [version, than].map((text) => (text.split('-')[0] ?? '').split('.').map(Number));
  for (let place = 0; place < 3; place += 1) {
    const difference = (left?.[place] ?? 0) - (right?.[place] ?? 0);
    if (difference !== 0) return difference > 0;
  }
  return false;
}
