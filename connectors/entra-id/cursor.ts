import { z } from 'zod';
import type { Place } from './place.ts';

const Written = z.strictObject({
  v: z.literal(1),
  /** Where Graph tells what changed since. */
  place: z.strictObject({ path: z.array(z.string()), query: z.record(z.string(), z.string()) }),
  /** When everybody was read last, milliseconds since the epoch. */
  full: z.number().positive(),
  /** Who had changed in the read before: they are looked at once more, since a read may trail what it is asked about. */
  again: z.array(z.string()),
});

/** Where the next read starts: what changed since then, unless the last full read is too long ago. */
export type Cursor = { place: Place; full: number; again: readonly string[] };

export const writeCursor = ({ place, full, again }: Cursor): string => JSON.stringify({ v: 1, place, full, again });

/** Null for what another version wrote, or nobody. */
export function readCursor(text: string | null): Cursor | null {
  if (text === null) return null;
  try {
    const { data } = Written.safeParse(JSON.parse(text));
    return data === undefined ? null : { place: data.place, full: data.full, again: data.again };
  } catch {
    return null;
  }
}
