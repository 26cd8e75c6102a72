import type { RollcallEvent } from '../core/model.ts';
import type { Log } from './ports.ts';
import type { Subscriber } from './publisher.ts';

/** What ends a stretch of the way, or has somebody act: the steps between are told to whoever looks closely. */
const milestones: ReadonlySet<string> = new Set([
  ...['succeed', 'fail', 'hold', 'reject', 'expire'].map((trigger) => `operation.${trigger}`),
  ...['approval.approved', 'approval.rejected', 'approval.expired', 'app.quarantined', 'app.recovered'],
]);

/**
 * The trail of every change in the log: one line for each event, with the ids it can be followed by. Whoever did it is told by id, and
 * what it says in words not at all: an event's sentence may name people, and the history has it.
 */
export const trailSubscriber =
  (log: Log): Subscriber =>
  async (events) => {
    for (const event of events) log[milestones.has(event.type) ? 'info' : 'debug'](fieldsOf(event), event.type);
  };

function fieldsOf({ id, at, actor, operation, approval, person, app, kind, status }: RollcallEvent): object {
  const ids = { event: id, operation, approval, person, app, kind, status };
  const known = Object.entries(ids).filter(([, value]) => value !== null);
  return { ...Object.fromEntries(known), by: actor.kind === 'person' ? actor.person : actor.kind, at };
}
