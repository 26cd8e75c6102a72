import { z } from 'zod';

/** When everybody was read last, and when anything was. */
export type Cursor = { full: number; read: number };

const Stored = z.object({ full: z.number(), read: z.number() });

export const cursorText = ({ full, read }: Cursor): string => JSON.stringify({ full, read });

/** Null: there is none, or it is not one of ours; everybody is read. */
export function readCursor(text: string | null): Cursor | null {
  try {
    return text === null ? null : (Stored.safeParse(JSON.parse(text)).data ?? null);
  } catch {
    return null;
  }
}
