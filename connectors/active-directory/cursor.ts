import { z } from 'zod';

/** Where the next read begins: what had been seen, and when everything was read last. */
const Cursor = z.discriminatedUnion('by', [
  z.strictObject({ by: z.literal('dirsync'), cookie: z.base64(), full: z.number() }),
  z.strictObject({
    by: z.literal('usn'),
    /** The database of the one controller whose numbers these are. */
    invocation: z.string(),
    usn: z.string().regex(/^\d{1,19}$/),
    full: z.number(),
  }),
]);
export type Cursor = z.infer<typeof Cursor>;

/** Null for one that says nothing to us: then everything is read. */
export function readCursor(text: string | null): Cursor | null {
  if (text === null) return null;
  try {
    return Cursor.safeParse(JSON.parse(text)).data ?? null;
  } catch {
    return null;
  }
}

export const writeCursor = (cursor: Cursor | null): string | null => (cursor === null ? null : JSON.stringify(cursor));
