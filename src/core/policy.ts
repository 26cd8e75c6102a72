import type { AppConfig, Consent } from './app-schema.ts';
import { changeOf } from './change.ts';
import type { TargetAttribute } from './connector.ts';
import { missingRequired } from './desired.ts';
import type { Operation, OperationKind, Person, Wish } from './model.ts';
import type { Draft } from './plan.ts';
import type { DeletionThreshold } from './settings-schema.ts';
import { fold, valuesOf } from './text.ts';

export { approvalSteps, circleAmong, circleFor, stepsIn } from './circle.ts';

type Planned = Pick<Draft, 'kind' | 'before' | 'after'>;

/** Takes an account away. */
export const isRemoval = (operation: Pick<Operation, 'kind'>): boolean =>
  operation.kind === 'suspend' || operation.kind === 'delete';

/** The privileged entitlements the change would give, as `groups: Admins`. */
export function privilegedGains(app: AppConfig, draft: Planned): string[] {
  return Object.entries(changeOf(draft).entitlements).flatMap(([target, { add }]) => {
    const privileged = new Set((app.provisioning.privileged[target] ?? []).map(fold));
    return add.filter((value) => privileged.has(fold(value))).map((value) => `${target}: ${value}`);
  });
}

/** The privileged entitlements the change would take away, with the account or by name, as the app spells them. */
export function privilegedLosses(app: AppConfig, draft: Planned): { target: string; values: string[] }[] {
  const { before } = draft;
  if (before === null || draft.kind === 'create' || draft.kind === 'adopt') return [];
  const removed = isRemoval(draft) ? null : changeOf(draft).entitlements;
  return Object.entries(app.provisioning.privileged).flatMap(([target, listed]) => {
    const privileged = new Set(listed.map(fold));
    const lost = removed === null ? (before.entitlements[target] ?? []) : (removed[target]?.remove ?? []);
    const values = lost.filter((value) => privileged.has(fold(value)));
    return values.length > 0 ? [{ target, values }] : [];
  });
}

/** Why this change asks whoever it is about; null when the app's settings let it go. */
export function needsApproval(kind: OperationKind, app: AppConfig, draft: Planned): string | null {
  if (kind === 'adopt') return 'taking over an existing account always asks';
  const gains = privilegedGains(app, draft);
  if (gains.length > 0) return `gives privileged access (${gains.join(', ')})`;
  return app.provisioning.approval[kind] !== false ? `${kind} in ${app.name} needs approval` : null;
}

/** The steps of its own in which this change is asked, where it has some, and how risky it is. */
export function consentOf(kind: OperationKind, app: AppConfig, draft: Planned): Exclude<Consent, boolean> {
  const { approval } = app.provisioning;
  if (approval.privileged !== undefined && privilegedGains(app, draft).length > 0) return approval.privileged;
  const own = kind === 'adopt' ? true : approval[kind];
  return typeof own === 'boolean' ? {} : own;
}

/** Whom a protection is looked for: by the addresses they go by, and by all others that a directory has of them. */
type Addressed = Pick<Person, 'attributes'> & Partial<Pick<Person, 'records'>>;

/** Accounts of protected people are never suspended or deleted unasked. `protectedPeople`: folded e-mail addresses. */
export const isProtected = ({ attributes, records = [] }: Addressed, protectedPeople: ReadonlySet<string>): boolean =>
  [attributes, ...records.map((record) => record.attributes)].some((some) =>
    valuesOf(some, 'email').some((email) => protectedPeople.has(fold(email))),
  );

/** Losses planned now, losses in the window so far, and what there was when it began: active managed accounts, or people. */
export type Removals = { planned: number; removed: number; managed: number };

/**
 * Would the plan take away suspiciously much? Counted over the window, so that slow bleeding is seen too: past the floor, more
 * than `count` or more than `percent` of all there were.
 */
export function threshold(
  removals: Removals,
  setting: DeletionThreshold,
  counted: 'accounts' | 'people' = 'accounts',
): { tripped: boolean; text: string } {
  const { planned, removed, managed } = removals;
  const total = planned + removed;
  const base = Math.max(managed, removed, 1);
  const share = total === 0 ? 0 : (100 * total) / base;
  const past = total > setting.floor && (total > setting.count || share > setting.percent);
  return { tripped: planned > 0 && past, text: thresholdText(total, base, share, setting, counted) };
}

function thresholdText(
  total: number,
  base: number,
  share: number,
  { count, percent, window, floor }: DeletionThreshold,
  counted: 'accounts' | 'people',
): string {
  const lose = counted === 'accounts' ? 'be suspended, deleted or stripped' : 'lose access';
  const taken = `${total} of ${base} ${counted} (${Math.round(share * 10) / 10} %) would ${lose} within ${window}`;
  return `${taken}; the limit is ${count} ${counted} or ${percent} %, once there are more than ${floor}`;
}

/** Everything a verdict rests on. */
export type Case = {
  draft: Planned;
  app: AppConfig;
  person: Addressed;
  wish: Wish | null;
  attributes: readonly TargetAttribute[];
  /** Folded e-mail addresses of protected people. */
  protectedPeople: ReadonlySet<string>;
  /** The account is the last with privileged access in its app. */
  lastAdmin?: boolean;
  /** The change puts back what somebody changed by hand in the app. */
  byHand?: boolean;
  /** Nothing but a request that nobody has consented to wants it. */
  requested?: boolean;
};

export type Verdict = { act: 'go' | 'ask' | 'hold'; why: string };

/** What to do with one planned change; the deletion threshold looks at all removals of a plan together, after this. */
export function verdict(one: Case): Verdict {
  const { draft, app } = one;
  const missing = one.wish === null || isRemoval(draft) ? [] : missingRequired(one.wish, one.attributes);
  if (missing.length > 0) return { act: 'hold', why: missingText(missing, app) };
  const why =
    guarded(one) ??
    (isRemoval(draft) ? null : (putBackAsked(one) ?? requestAsked(one))) ??
    needsApproval(draft.kind, app, draft);
  return why === null ? { act: 'go', why: `${draft.kind} in ${app.name} needs no approval` } : { act: 'ask', why };
}

/** Under `drift: ask` nothing is put back unasked; taking away from somebody who leaves waits for nobody. */
const putBackAsked = ({ byHand, app }: Case): string | null =>
  byHand === true && app.provisioning.drift === 'ask' ? `it was changed by hand in ${app.name}` : null;

const requestAsked = ({ requested }: Case): string | null =>
  requested === true ? 'the person asked for it, and nobody has agreed yet' : null;

/** Why this is never taken away unasked, if it is not. */
function guarded({ draft, person, protectedPeople, lastAdmin, app }: Case): string | null {
  const removal = isRemoval(draft);
  if (removal && isProtected(person, protectedPeople)) return 'accounts of protected people are never removed unasked';
  const losing = removal || privilegedLosses(app, draft).length > 0;
  return lastAdmin === true && losing ? `this is the last account with privileged access in ${app.name}` : null;
}

const missingText = (missing: readonly string[], app: AppConfig): string =>
  `${app.name} requires ${missing.join(', ')}, and there is no value: fill it in the directory, or give the parameter a default`;
