import { makeEvent } from './event.ts';
import type { Actor, Time, Versioned } from './model.ts';

/**
 * Somebody else decides in a person's place until a moment, beside them. One document for each person, whose id is theirs; kept
 * when it ends. A delegate hands on nothing, decides nothing about themself and nothing they asked for.
 */
export type Delegation = Versioned & {
  delegate: string;
  until: Time;
  by: Actor;
  at: Time;
  ended: boolean;
};

/** Does it hold at this moment, whether or not its end has been written? */
export const isInForce = ({ ended, until }: Pick<Delegation, 'ended' | 'until'>, now: Time): boolean =>
  !ended && now < until;

/** Whose place this person may take: of those in force, without chains. */
export const principalsOf = (delegations: readonly Delegation[], delegate: string, now: Time): string[] =>
  delegations.filter((one) => one.delegate === delegate && isInForce(one, now)).map(({ id }) => id);

type Words = { person: string; delegate: string; until: string };

/** Made, or made anew in place of the one before. */
export function delegated(
  before: Delegation | null,
  given: Pick<Delegation, 'id' | 'delegate' | 'until'>,
  words: Words,
  actor: Actor,
  at: Time,
): Delegation {
  const message = `${words.delegate} may decide in the place of ${words.person} until ${words.until}`;
  return told(before, { ...given, by: actor, at, ended: false }, 'delegation.set', message, actor, at);
}

/** Over: taken back by hand, or since its time has come. */
export function undelegated(before: Delegation, words: Omit<Words, 'until'>, actor: Actor, at: Time): Delegation {
  const why = actor.kind === 'system' ? 'its time is over' : `taken back by ${actor.name}`;
  const message = `${words.delegate} no longer decides in the place of ${words.person}: ${why}`;
  const { id, delegate, until, by, at: since } = before;
  return told(before, { id, delegate, until, by, at: since, ended: true }, 'delegation.ended', message, actor, at);
}

function told(
  before: Delegation | null,
  fields: Omit<Delegation, 'version' | 'outbox'>,
  type: string,
  message: string,
  actor: Actor,
  at: Time,
): Delegation {
  const version = (before?.version ?? -1) + 1;
  const event = makeEvent({ type, message, actor, person: fields.id }, `delegation:${fields.id}:${version}`, at);
  return { ...fields, version, outbox: [...(before?.outbox ?? []), event] };
}
