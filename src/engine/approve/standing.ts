import { stuck, widen, withoutVotes } from '../../core/approval.ts';
import type { Approval } from '../../core/approval-model.ts';
import { ableAmong, spoken, stepWords, votesIn } from '../../core/approval-step.ts';
import { principalsOf } from '../../core/delegation.ts';
import { system } from '../../core/event.ts';
import type { Person } from '../../core/model.ts';
import { nameOf } from '../../core/name.ts';
import { worksHere } from '../../core/standing.ts';
import type { Deps } from '../ports.ts';
import { adminsOf } from '../world.ts';
import { aboutText, waysToDecide } from './asked-about.ts';

export type StandingDeps = Pick<Deps, 'store' | 'clock' | 'bell'> & { team?(): string | null };

const keeper = system('approvals');

/** Who of these works here, and is nobody in doubt. */
export async function workingAmong({ store }: Pick<Deps, 'store'>, ids: Iterable<string>): Promise<Person[]> {
  const people = await store.people.many([...new Set(ids)]);
  return people.filter(worksHere);
}

/** Whose place this person may take now: of those who work here and have made them their delegate. */
export async function placesOf(deps: Pick<Deps, 'store' | 'clock'>, delegate: string): Promise<Person[]> {
  const principals = principalsOf(await deps.store.delegations.open(), delegate, deps.clock.now());
  return principals.length === 0 ? [] : workingAmong(deps, principals);
}

const idsOf = (people: readonly Person[]): Set<string> => new Set(people.map(({ id }) => id));

/**
 * Keeps an open request decidable: consents of people who left count no more; a step too few are left in is widened by its
 * fallback, then by the admins; where nobody is left, the admins are told. Level-triggered: doing it again changes nothing.
 * Answers the request as it stands then. `known`: who works here of all it names, where that was read a moment ago.
 */
export async function keepDecidable(
  deps: StandingDeps,
  first: Approval,
  known?: ReadonlySet<string>,
): Promise<Approval> {
  let approval = first;
  for (let tries = 0; tries < 8 && approval.state === 'open'; tries += 1) {
    const after = await mended(deps, approval, tries === 0 ? known : undefined);
    if (after === null) return approval;
    const won = await deps.store.approvals.swap([{ before: approval, after }]);
    if (won.has(after.id)) await tellOf(deps, approval, after);
    approval = (await deps.store.approvals.get(approval.id)) ?? approval;
  }
  return approval;
}

/** Everybody the present step names, and everybody who has spoken. */
export const namedIn = (approval: Approval): string[] => [
  ...[...approval.circle, ...(approval.steps[approval.step]?.fallback ?? []), ...spoken(approval)],
];

/** What is to be written; null: all is well, or nothing can be done any more. */
async function mended(deps: StandingDeps, approval: Approval, known?: ReadonlySet<string>): Promise<Approval | null> {
  const { steps, step, circle } = approval;
  const fallback = steps[step]?.fallback ?? [];
  const heard = spoken(approval);
  const working = known ?? idsOf(await workingAmong(deps, namedIn(approval)));
  const at = deps.clock.now();
  const gone = new Set([...heard].filter((id) => !working.has(id)));
  if (gone.size > 0) return withoutVotes(approval, gone, keeper, at);
  const needed = approval.quorum - votesIn(approval).length;
  const able = ableAmong(approval, circle, working);
  if (able.length >= needed) return null;
  const instead = ableAmong(approval, fallback, working).filter((id) => !circle.includes(id));
  const admins = able.length + instead.length < needed ? await ableAdmins(deps, approval, [...circle, ...instead]) : [];
  const added = [...instead, ...admins];
  if (added.length === 0) return approval.stuckAt === null ? stuck(approval, keeper, at) : null;
  const message = `too few are left in ${stepWords(approval, step)}: ${await namesOf(deps, added)} may decide as well`;
  return widen(approval, added, { type: 'approval.fell-back', message }, keeper, at);
}

/** Admins who could decide it and are not asked yet. */
export async function ableAdmins(deps: StandingDeps, approval: Approval, but: readonly string[]): Promise<string[]> {
  const admins = idsOf(await adminsOf(deps));
  return ableAmong(approval, [...admins], admins).filter((id) => !but.includes(id));
}

export async function namesOf(
  { store }: Pick<Deps, 'store'>,
  ids: readonly string[],
  type: Intl.ListFormatType = 'conjunction',
): Promise<string> {
  const people = await store.people.many(ids.slice(0, 5));
  const names = people.map((person) => nameOf(person)).sort();
  const more = ids.length > names.length ? [`${ids.length - names.length} more`] : [];
  return new Intl.ListFormat('en', { type }).format([...names, ...more]);
}

/** Whoever is asked only now hears of it; a card that is changed in place calls nobody. */
async function tellOf(deps: StandingDeps, before: Approval, after: Approval): Promise<void> {
  deps.bell.ring('publisher');
  if (after.stuckAt !== null && before.stuckAt === null) return tellStuck(deps, after);
  const added = after.circle.filter((id) => !before.circle.includes(id));
  if (added.length > 0) await tellAsked(deps, after, added);
}

/** `added` may decide the present step now. */
export async function tellAsked(deps: StandingDeps, approval: Approval, added: readonly string[]): Promise<void> {
  const what = approval.task ? 'You are asked to make a change by hand' : 'You are asked to decide';
  const body = `${what}: ${await aboutText(deps, approval)}.\n${waysToDecide(approval)}`;
  for (const to of added) {
    const id = `asked:${approval.id}:${approval.step}:${to}`;
    await deps.store.outbox.want({ id, kind: 'notice', subject: approval.id, to, body }, deps.clock.now());
  }
  deps.bell.ring('outbox');
}

/** To every admin, whether or not they may decide it themselves: they can name somebody who may. */
async function tellStuck(deps: StandingDeps, approval: Approval): Promise<void> {
  const about = await aboutText(deps, approval);
  const body = `Nobody is left who may decide: ${about}.\nNobody decides about themselves or what they asked for. Name another admin in settings.admins, who is asked then.`;
  for (const { id: to } of await adminsOf(deps)) {
    const id = `stuck:${approval.id}:${approval.step}:${approval.stuckAt}:${to}`;
    await deps.store.outbox.want({ id, kind: 'notice', subject: approval.id, to, body }, deps.clock.now());
  }
  deps.bell.ring('outbox');
}
