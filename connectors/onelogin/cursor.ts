import { z } from 'zod';

/** Where the next read starts: what changed since then, unless the last full read is too long ago. Times of OneLogin's clock. */
export type Cursor = { since: number; full: number };

const Written = z.strictObject({ v: z.literal(1), since: z.number().positive(), full: z.number().positive() });

export const writeCursor = ({ since, full }: Cursor): string => JSON.stringify({ v: 1, since, full });

/** Null for what another version wrote, or nobody. */
export function readCursor(text: string | null): Cursor | null {
  if (text === null) return null;
  try {
    return Written.safeParse(JSON.parse(text)).data ?? null;
  } catch {
    return null;
  }
}
