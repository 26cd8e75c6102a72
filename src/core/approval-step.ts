import type { Approval, ApprovalStep, Vote } from './approval-model.ts';
import type { Time } from './model.ts';
import { sortedUnique } from './text.ts';

/** The consents given in one step; the present one unless another is named. */
export const votesIn = ({ votes, step }: Pick<Approval, 'votes' | 'step'>, which = step): Vote[] =>
  votes.filter((given) => given.step === which);

/** Everybody whose voice is given: those who pressed, and those in whose place they did. Nobody has two. */
export const spoken = ({ votes }: Pick<Approval, 'votes'>): Set<string> =>
  new Set(votes.flatMap((given) => (given.for === null ? [given.person] : [given.person, given.for.person])));

/** Everybody who consented, in whoever's place: what they cause or what is about them does not follow from it. */
export const deciders = ({ votes }: Pick<Approval, 'votes'>): Set<string> => new Set(votes.map(({ person }) => person));

/** The first step whose quorum is not there; null: all of them are. */
export function openStep(steps: readonly ApprovalStep[], votes: readonly Vote[]): number | null {
  const index = steps.findIndex(({ quorum }, step) => votesIn({ votes, step }).length < quorum);
  return index === -1 ? null : index;
}

/** What an approval says of its present step. */
type Present = Pick<Approval, 'step' | 'circle' | 'quorum'>;
export function presented(steps: readonly ApprovalStep[], step: number): Present {
  const { circle = [], quorum = 1 } = steps[step] ?? {};
  return { step, circle, quorum };
}

/** The step is asked from now on, and has the whole time to itself. */
export function asking(approval: Approval, step: number, at: Time): Partial<Approval> {
  return {
    ...presented(approval.steps, step),
    ...{ askedAt: at, remindedAt: null, escalatedAt: null, stuckAt: null },
    expiresAt: neverLapses(approval) ? null : at + approval.patience,
  };
}

/** Leaving never lapses, and neither does what the threshold held, nor what was approved and is to be done by hand. */
export const neverLapses = ({ leaving, kind, task }: Pick<Approval, 'leaving' | 'kind' | 'task'>): boolean =>
  leaving || kind === 'threshold' || task === true;

/**
 * Is this about the person, or wished by them? Then they decide nothing about it, in whoever's place. A task is no consent: whoever
 * wished it may do it, for anybody but themselves.
 */
export const concerns = (
  { person, requester, task }: Pick<Approval, 'person' | 'requester' | 'task'>,
  who: string,
): boolean => person === who || (task !== true && requester?.kind === 'person' && requester.person === who);

/** Those of these people whose consent would still count. */
export function ableAmong(approval: Approval, people: readonly string[], working: ReadonlySet<string>): string[] {
  const gone = spoken(approval);
  return sortedUnique(people.filter((id) => working.has(id) && !gone.has(id) && !concerns(approval, id)));
}

/** Everybody a step so far was asked of: they have a card of their own where there is none in a channel. */
export const askedSoFar = ({ steps, step }: Pick<Approval, 'steps' | 'step'>): string[] =>
  sortedUnique(steps.slice(0, step + 1).flatMap(({ circle }) => circle));

/** How a step is called: `step 1 of 2 (manager)`. */
export function stepWords({ steps }: Pick<Approval, 'steps'>, step: number): string {
  const who = steps[step]?.who ?? [];
  return `step ${step + 1} of ${steps.length}${who.length === 0 ? '' : ` (${who.join(', ')})`}`;
}

/** In whose place somebody decides: their own, or that of one of `principals`; why not, where they cannot. */
export type Voice = { for: string | null } | { not: 'already' | 'not-allowed' };

/**
 * `principals`: people who have made this one their delegate. Their place is taken only where somebody has none of their own, and
 * a voice that was given is not given again, by whomever.
 */
export function voiceOf(approval: Approval, person: string, principals: readonly string[]): Voice {
  const given = spoken(approval);
  if (given.has(person)) return { not: 'already' };
  if (approval.circle.includes(person)) return { for: null };
  const places = principals.filter((id) => approval.circle.includes(id) && !concerns(approval, id));
  const free = places.find((id) => !given.has(id));
  if (free !== undefined) return { for: free };
  return { not: places.length > 0 ? 'already' : 'not-allowed' };
}
