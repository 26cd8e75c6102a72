import { changeOf } from './change.ts';
import type { AppConfig, DeletionThreshold } from './config.ts';
import type { TargetAttribute } from './connector.ts';
import { missingRequired } from './desired.ts';
import type { Operation, OperationKind, Person, Wish } from './model.ts';
import type { Draft } from './plan.ts';
import { fold, valuesOf } from './text.ts';

export { approverWords, circleFor } from './circle.ts';

type Planned = Pick<Draft, 'kind' | 'before' | 'after'>;

/** Takes an account away: what the deletion threshold counts. */
export const isRemoval = (operation: Pick<Operation, 'kind'>): boolean =>
  operation.kind === 'suspend' || operation.kind === 'delete';

/** The privileged entitlements the change would give, as `groups: Admins`. */
export function privilegedGains(app: AppConfig, draft: Planned): string[] {
  return Object.entries(changeOf(draft).entitlements).flatMap(([target, { add }]) => {
    const privileged = new Set((app.provisioning.privileged[target] ?? []).map(fold));
    return add.filter((value) => privileged.has(fold(value))).map((value) => `${target}: ${value}`);
  });
}

/** Why this change asks whoever it is about; null when the app's settings let it go. */
export function needsApproval(kind: OperationKind, app: AppConfig, draft: Planned): string | null {
  if (kind === 'adopt') return 'taking over an existing account always asks';
  const gains = privilegedGains(app, draft);
  if (gains.length > 0) return `gives privileged access (${gains.join(', ')})`;
  return app.provisioning.approval[kind] ? `${kind} in ${app.name} needs approval` : null;
}

/** Accounts of protected people are never suspended or deleted unasked. `protectedPeople`: folded e-mail addresses. */
export const isProtected = (person: Pick<Person, 'attributes'>, protectedPeople: ReadonlySet<string>): boolean =>
  valuesOf(person.attributes, 'email').some((email) => protectedPeople.has(fold(email)));

/** Removals planned now, removals in the window so far, and the active managed accounts there were when the window began. */
export type Removals = { planned: number; removed: number; managed: number };

/**
 * Would the plan take away suspiciously much? Counted over the window, so that slow bleeding is seen too: past the floor, more
 * than `count` accounts or more than `percent` of all there were.
 */
export function threshold(removals: Removals, setting: DeletionThreshold): { tripped: boolean; text: string } {
  const { planned, removed, managed } = removals;
  const total = planned + removed;
  const base = Math.max(managed, removed, 1);
  const share = total === 0 ? 0 : (100 * total) / base;
  const past = total > setting.floor && (total > setting.count || share > setting.percent);
  return { tripped: planned > 0 && past, text: thresholdText(total, base, share, setting) };
}

function thresholdText(total: number, base: number, share: number, setting: DeletionThreshold): string {
  const { count, percent, window, floor } = setting;
  const taken = `${total} of ${base} accounts (${Math.round(share * 10) / 10} %) would be suspended or deleted within ${window}`;
  return `${taken}; the limit is ${count} accounts or ${percent} %, once there are more than ${floor}`;
}

/** Everything a verdict rests on. */
export type Case = {
  draft: Planned;
  app: AppConfig;
  person: Pick<Person, 'attributes'>;
  wish: Wish | null;
  attributes: readonly TargetAttribute[];
  /** Folded e-mail addresses of protected people. */
  protectedPeople: ReadonlySet<string>;
  /** The account is the last with privileged access in its app. */
  lastAdmin?: boolean;
};

export type Verdict = { act: 'go' | 'ask' | 'hold'; why: string };

/** What to do with one planned change; the deletion threshold looks at all removals of a plan together, after this. */
export function verdict(one: Case): Verdict {
  const { draft, app } = one;
  const missing = one.wish === null || isRemoval(draft) ? [] : missingRequired(one.wish, one.attributes);
  if (missing.length > 0) return { act: 'hold', why: missingText(missing, app) };
  const why = (isRemoval(draft) ? guarded(one) : null) ?? needsApproval(draft.kind, app, draft);
  return why === null ? { act: 'go', why: `${draft.kind} in ${app.name} needs no approval` } : { act: 'ask', why };
}

/** Why this removal is never done unasked, if it is not. */
function guarded({ person, protectedPeople, lastAdmin, app }: Case): string | null {
  if (isProtected(person, protectedPeople)) return 'accounts of protected people are never removed unasked';
  return lastAdmin === true ? `this is the last account with privileged access in ${app.name}` : null;
}

const missingText = (missing: readonly string[], app: AppConfig): string =>
  `${app.name} requires ${missing.join(', ')}, and there is no value: fill it in the directory, or give the parameter a default`;
