import type { Approval } from '../../core/approval-model.ts';
import type { RollcallEvent } from '../../core/model.ts';
import { namesOf } from '../approve/standing.ts';
import type { Deps } from '../ports.ts';

/**
 * Tells those who were given a task what of it is no longer to be done: a card that changes in place calls nobody, and who has begun
 * already must take it back. `events`: of the operations that are superseded.
 */
export async function tellWithdrawn(
  deps: Pick<Deps, 'store' | 'clock' | 'bell'>,
  approval: Approval,
  events: readonly RollcallEvent[],
): Promise<void> {
  const { store, clock, bell } = deps;
  const last = events.at(-1);
  if (approval.task !== true || approval.state !== 'open' || last === undefined) return;
  const people = [...new Set(events.flatMap(({ person }) => person ?? []))];
  const config = (await store.config.read())?.config;
  const title = config?.apps.find(({ name }) => name === last.app)?.title ?? last.app;
  const about = `${await namesOf(deps, people)} in ${title} (task ${approval.id})`;
  const body = `No longer to be done by hand: ${about}. What is wished has changed since.\nIf it is done already, take it back, unless a newer task says otherwise.`;
  for (const to of approval.circle) {
    const id = `withdrawn:${approval.id}:${last.id}:${to}`;
    await store.outbox.want({ id, kind: 'notice', subject: approval.id, to, body }, clock.now());
  }
  bell.ring('outbox');
}
