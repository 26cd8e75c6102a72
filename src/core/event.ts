import { digestOf } from './hash.ts';
import type { Actor, RollcallEvent, Time } from './model.ts';

/** What an event says before it has an id and a digest; everything but type, message and actor may be left out. */
export type EventDraft = Pick<RollcallEvent, 'type' | 'message' | 'actor'> &
  Partial<Omit<RollcallEvent, 'v' | 'digest'>>;

/** Completes a draft. `id` must be unique for ever. */
export function makeEvent(draft: EventDraft, id: string, at: Time): RollcallEvent {
  const body = {
    v: 1 as const,
    at,
    person: null,
    app: null,
    operation: null,
    approval: null,
    kind: null,
    status: null,
    reasons: [],
    before: null,
    after: null,
    ...draft,
    id,
  };
  return { ...body, digest: digestOf(body) };
}

/** One published event in its chain: `hash` covers the digest, the place and the one before. */
export type ChainedEvent = RollcallEvent & { partition: string; sequence: number; previous: string; hash: string };

/** The hash before the first event of every partition. */
export const chainStart = '0'.repeat(64);

/** Puts an event at the end of its partition's chain. */
export function chain(event: RollcallEvent, partition: string, head: { sequence: number; hash: string }): ChainedEvent {
  const sequence = head.sequence + 1;
  const previous = head.hash;
  const hash = digestOf({ digest: event.digest, id: event.id, partition, sequence, previous });
  return { ...event, partition, sequence, previous, hash };
}

export const system = (name: string): Actor => ({ kind: 'system', name });

/** Who is behind something; null: the system, which wishes nothing. */
export const wisher = (actor: Actor): Actor | null => (actor.kind === 'system' ? null : actor);
