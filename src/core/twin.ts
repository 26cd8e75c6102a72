import { makeEvent } from './event.ts';
import { applyRecords, type JoinContext } from './join.ts';
import type { Actor, Person, RollcallEvent, Time } from './model.ts';

/** So many people with one key: it is no key, and says nothing of a newcomer. */
export const mostTwins = 5;

const told = (person: Person, type: string, message: string, actor: Actor, at: Time): RollcallEvent =>
  makeEvent(
    { type: `person.${type}`, message, actor, person: person.id },
    `${person.id}:${person.version}:${type}`,
    at,
  );

/** Somebody new who may be one of these people under another id: no account is planned before an admin has said so or not. */
export function asTwin(person: Person, candidates: readonly string[], { actor, at }: JoinContext): Person {
  const message = `may be ${candidates.join(' or ')} under another id: nothing is planned until an admin says so or not`;
  return {
    ...person,
    twins: [...candidates],
    outbox: [...person.outbox, told(person, 'ambiguous', message, actor, at)],
  };
}

/** Decided: nobody we knew. From now on planned like everybody. */
export function apart(person: Person, { actor, at }: JoinContext): Person {
  const after = { ...person, version: person.version + 1, twins: [], dirty: true };
  return { ...after, outbox: [...person.outbox, told(after, 'apart', 'is nobody we knew before', actor, at)] };
}

/** Decided: the newcomer's records belong to `into`. What is left of the newcomer is nobody, and never had an account. */
export function emptied(newcomer: Person, into: string, context: JoinContext): Person {
  const bare = applyRecords(newcomer, newcomer.id, [], context) ?? newcomer;
  const after = { ...bare, version: newcomer.version + 1, twins: [], dirty: false, slack: null };
  const message = `is ${into} under another id: the records were joined there`;
  return { ...after, outbox: [...newcomer.outbox, told(after, 'merged', message, context.actor, context.at)] };
}

/** Takes the newcomer's records in; the history says whose they were. */
export function joinedWith(person: Person, newcomer: Person, context: JoinContext): Person {
  const own = person.records.filter(
    (held) => !newcomer.records.some((one) => one.directory === held.directory && one.externalId === held.externalId),
  );
  // Whoever was disabled by name stays it.
  const stopped = { ...person, stop: person.stop ?? newcomer.stop };
  const after = applyRecords(stopped, person.id, [...own, ...newcomer.records], context) ?? stopped;
  const joined = { ...after, version: person.version + 1, dirty: true };
  const message = `is ${newcomer.id} as well: the records were joined`;
  return { ...joined, outbox: [...after.outbox, told(joined, 'merged', message, context.actor, context.at)] };
}
