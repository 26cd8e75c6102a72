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

/**
 * One published event in its chain: `hash` covers the digest, the place and the one before. The digest covers `salt` as well, which
 * goes with the personal data: nobody can tell by trying whose digest is left. `erased`: somebody's data was taken out.
 */
export type ChainedEvent = RollcallEvent & {
  partition: string;
  sequence: number;
  previous: string;
  hash: string;
  salt?: string;
  erased?: true;
};

/** The hash before the first event of every partition. */
export const chainStart = '0'.repeat(64);

/** The chain of what is no app's: people, requests, the configuration, and the anchors of all chains. */
export const companyPartition = 'company';

/** Puts an event at the end of its partition's chain. `salt`: what nobody can guess, once for each event. */
export function chain(
  event: RollcallEvent,
  partition: string,
  head: { sequence: number; hash: string },
  salt?: string,
): ChainedEvent {
  const salted = salt === undefined ? event : withSalt(event, salt);
  const { digest, id } = salted;
  const sequence = head.sequence + 1;
  const previous = head.hash;
  return { ...salted, partition, sequence, previous, hash: linkHash({ digest, id, partition, sequence, previous }) };
}

function withSalt({ digest: _, ...body }: RollcallEvent, salt: string): RollcallEvent & { salt: string } {
  const salted = { ...body, salt };
  return { ...salted, digest: digestOf(salted) };
}

/** The hash of an event's place, by which the next one follows it. */
export const linkHash = (link: Pick<ChainedEvent, 'digest' | 'id' | 'partition' | 'sequence' | 'previous'>): string =>
  digestOf(link);

export const system = (name: string): Actor => ({ kind: 'system', name });

/** Who is behind something; null: the system, which wishes nothing. */
export const wisher = (actor: Actor): Actor | null => (actor.kind === 'system' ? null : actor);
