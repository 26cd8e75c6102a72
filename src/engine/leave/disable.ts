import { refused } from '../../core/errors.ts';
import { withStop } from '../../core/join.ts';
import { dayWord } from '../../core/leaving.ts';
import type { Actor, Person } from '../../core/model.ts';
import { nameOf } from '../../core/name.ts';
import { calledBy } from '../../core/stop.ts';
import { changeNewest } from '../gather.ts';
import type { GovernanceDeps, LeaverReport } from '../governance.ts';
import { personNamed } from '../person-named.ts';
import { type ReconcileDeps, reconcilePeople } from '../plan/reconcile.ts';
import { loadWorld } from '../world.ts';
import { countWord, leaver, namesOf } from './leaver-report.ts';

/**
 * Suspends a person in every app at once, whatever the directories and the apps' settings say, until released. The suspensions are
 * planned before this answers, go ahead of everything else, and no deletion threshold holds them; only what an app's setting or a
 * protection asks for waits.
 * @throws RollcallError `unknown-person`, `already-disabled`, `not-set-up`.
 */
export async function disable(
  deps: GovernanceDeps,
  id: string,
  reason: string | null,
  actor: Actor,
): Promise<{ text: string }> {
  const found = await personNamed(deps, id);
  const { config, apps } = await loadWorld(deps);
  const { directories } = config;
  const isByHand = (app: string): boolean => apps.get(app)?.capabilities.byHand === true;
  const at = deps.clock.now();
  const stop = { by: actor, at, reason: reason === null || reason.trim() === '' ? null : reason.trim() };
  const written = await changeNewest(deps.store.people, found, (person) =>
    person.stop === null ? withStop(person, stop, { directories, at, actor }) : null,
  );
  if (written === null) throw alreadyDisabled(await personNamed(deps, id));
  await reconcilePeople(unqueued(deps), { people: [id], app: null, again: true, requester: actor });
  for (const waiting of ['worker', 'publisher', 'reconcile'] as const) deps.bell.ring(waiting);
  return { text: [told(written, await leaver(deps, id), isByHand), ...aboutOneself(id, actor)].join(' ') };
}

/** Behind no import, however long: every write is a compare-and-set, and what is planned meanwhile from the older person loses. */
const unqueued = (deps: ReconcileDeps): ReconcileDeps => ({ ...deps, exclusive: (_name, task) => task() });

function alreadyDisabled(person: Person) {
  const { stop } = person;
  const by = stop === null ? '' : ` by ${calledBy(stop.by)} since ${dayWord(stop.at)}`;
  const why = stop?.reason ? ` (${stop.reason})` : '';
  return refused(
    'already-disabled',
    `${nameOf(person)} is disabled already,${by}${why}`,
    'Release them first if that should end; what is still open is in the leaver report.',
  );
}

const aboutOneself = (person: string, actor: Actor): string[] =>
  actor.kind === 'person' && actor.person === person
    ? ['You have disabled yourself: somebody else has to release you.']
    : [];

/** What happens now, what waits, and what a human must do. */
function told(
  person: Person,
  { closed, pending, failed, open }: LeaverReport,
  isByHand: (app: string) => boolean,
): string {
  const waits = pending.filter(
    ({ login }) => login.operation?.state === 'awaiting' || login.operation?.state === 'held',
  );
  const tasks = pending.filter((view) => !waits.includes(view) && isByHand(view.login.app));
  const going = pending.length - waits.length - tasks.length;
  const parts = [
    ...(going > 0 ? [`${countWord(going, 'account is', 'accounts are')} being suspended now`] : []),
    ...(tasks.length > 0
      ? [
          `${tasks.length} in ${namesOf(tasks)} ${tasks.length === 1 ? 'is a task' : 'are tasks'} for whoever keeps it by hand`,
        ]
      : []),
    ...(closed.length > 0 ? [`${countWord(closed.length, 'was', 'were')} closed already`] : []),
    ...(waits.length > 0 ? [`${waits.length} in ${namesOf(waits)} must be approved first`] : []),
    ...(failed.length > 0 ? [`${failed.length} in ${namesOf(failed)} failed: look there`] : []),
    ...(open.length > 0 ? [`${open.length} in ${namesOf(open)} a human has to close`] : []),
  ];
  const what = parts.length === 0 ? 'there is no account to suspend' : parts.join(', ');
  return `${nameOf(person)} is disabled until released: ${what}.`;
}
