import { z } from 'zod';
import { chainStart } from './event.ts';
import { digestOf } from './hash.ts';
import type { AnchoredHead, AnchorNote, Time } from './model.ts';

const Hash = z.string().regex(/^[0-9a-f]{64}$/);
const Head = z.strictObject({ partition: z.string(), sequence: z.int().positive(), hash: Hash });

/** The note of an anchor, in its event or on its line. */
export const Note = z.strictObject({
  events: z.int().nonnegative(),
  heads: z.array(Head),
  digest: Hash,
  previous: Hash,
});

/**
 * An anchor as it leaves the machine: one JSON object a line. `place` is its own event, whose hash covers all the rest; `mark` was
 * made with the sealing key of that id, and null where there was none.
 */
export const AnchorLine = z.strictObject({
  v: z.literal(1),
  at: z.int(),
  ...Note.shape,
  place: Head,
  mark: z.strictObject({ key: z.string(), text: z.string() }).nullable(),
});
export type AnchorLine = z.output<typeof AnchorLine>;

/** What an anchor notes of all chains. `previous`: the hash of the anchor before; null: there was none. */
export function anchorNote(heads: readonly AnchoredHead[], previous: string | null): AnchorNote {
  const sorted = [...heads].sort((a, b) => (a.partition < b.partition ? -1 : 1));
  const events = sorted.reduce((sum, { sequence }) => sum + sequence, 0);
  return { events, heads: sorted, digest: digestOf(sorted), previous: previous ?? chainStart };
}

/** Why a note cannot be one of ours; null when it may. */
export function noteFlaw(note: AnchorNote): string | null {
  const { events, digest } = anchorNote(note.heads, note.previous);
  return events === note.events && digest === note.digest ? null : 'its heads are not those its digest was made of';
}

/** What the sealing key marks: everything on the line but the mark. */
export const markedText = ({ mark: _, ...line }: AnchorLine): string => `anchor:${digestOf(line)}`;

/** So many characters of the hash stand in the short form: 64 bits, which nobody finds another history for. */
const shortLength = 16;
export const shortHash = ({ hash }: Pick<AnchoredHead, 'hash'>): string => hash.slice(0, shortLength);

/** An anchor as people post it: when, how much it covers, and the beginning of its hash. */
export type ShortAnchor = { at: Time; events: number; hash: string };
export const shortAnchor = ({ at, events, place }: Pick<AnchorLine, 'at' | 'events' | 'place'>): ShortAnchor => ({
  ...{ at, events, hash: shortHash(place) },
});
