import type { Actor, Operation, Person, PersonStatus, Reason } from './model.ts';

type Said = { status: PersonStatus; said: 'explicit' | 'absent' };

/** Disabled by name: at least suspended, and said so, whatever the directories say. */
export function underStop(recorded: Said, stop: Person['stop']): Said {
  if (stop === null) return recorded;
  return { status: recorded.status === 'active' ? 'suspended' : recorded.status, said: 'explicit' };
}

/** Suspends somebody who was disabled by name: no threshold holds it. */
export const goesByName = (person: Pick<Person, 'stop'>, operation: Pick<Operation, 'kind'>): boolean =>
  person.stop !== null && operation.kind === 'suspend';

/** `disabled by Ada: laptop stolen` */
export function stopReason({ by, reason }: NonNullable<Person['stop']>): Reason {
  const who = calledBy(by);
  return {
    kind: 'status',
    name: who,
    because: reason === null ? `disabled by ${who}` : `disabled by ${who}: ${reason}`,
  };
}

export const calledBy = (actor: Actor): string => (actor.kind === 'system' ? `Rollcall (${actor.name})` : actor.name);
