import { changeOf } from './change.ts';
import { type AppConfig, type DeletionThreshold, milliseconds, type Settings } from './config.ts';
import type { TargetAttribute } from './connector.ts';
import { missingRequired } from './desired.ts';
import type { Operation, OperationKind, Person, Wish } from './model.ts';
import type { Draft } from './plan.ts';
import { fold, valuesOf } from './text.ts';

export { approverWords, type Circle, circleFor, type People, resolveCircle } from './circle.ts';

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

/** Accounts of protected people are never suspended or deleted unasked. */
export function isProtected(person: Pick<Person, 'attributes'>, settings: Pick<Settings, 'protected'>): boolean {
  const emails = new Set(valuesOf(person.attributes, 'email').map(fold));
  return settings.protected.some((address) => emails.has(fold(address)));
}

/** Removals planned now, removals in the window so far, and the accounts under management before this plan. */
export type Removals = { planned: number; removed: number; managed: number };

/**
 * Would the plan take away suspiciously much? Counted over the window, so that slow bleeding is seen too: past the floor, more
 * than `count` accounts or more than `percent` of all there were.
 */
export function threshold(removals: Removals, setting: DeletionThreshold): { tripped: boolean; text: string } {
  const { planned, removed, managed } = removals;
  const total = planned + removed;
  const share = total === 0 ? 0 : (100 * total) / Math.max(managed + removed, 1);
  const past = total > setting.floor && (total > setting.count || share > setting.percent);
  return { tripped: planned > 0 && past, text: thresholdText(total, managed + removed, share, setting) };
}

function thresholdText(total: number, base: number, share: number, setting: DeletionThreshold): string {
  const { count, percent, window, floor } = setting;
  const taken = `${total} of ${base} accounts (${Math.round(share * 10) / 10} %) would be suspended or deleted within ${window}`;
  return `${taken}; the limit is ${count} accounts or ${percent} %, once there are more than ${floor}`;
}

/** Start of the threshold's window. */
export const windowStart = (setting: DeletionThreshold, now: number): number => now - milliseconds(setting.window);

/** Everything a verdict rests on. */
export type Case = {
  draft: Draft;
  app: AppConfig;
  settings: Settings;
  person: Person;
  wish: Wish;
  attributes: readonly TargetAttribute[];
  threshold: { tripped: boolean; text: string };
  /** Somebody named this very person to be disabled: past the threshold too, it goes at once. */
  named: boolean;
  /** The account is the last with privileged access in its app. */
  lastAdmin: boolean;
};

export type Verdict = { act: 'go' | 'ask' | 'hold'; why: string };

/** What to do with a planned change: let it go, ask, or hold it until somebody mends what is wrong. */
export function verdict(one: Case): Verdict {
  const { draft, app, settings, person } = one;
  if (isRemoval(draft)) {
    if (one.threshold.tripped && !one.named) return { act: 'hold', why: one.threshold.text };
    if (isProtected(person, settings)) return { act: 'ask', why: 'protected people are never removed unasked' };
    if (one.lastAdmin) return { act: 'ask', why: `this is the last privileged account in ${app.name}` };
  }
  const missing = isRemoval(draft) ? [] : missingRequired(one.wish, one.attributes);
  if (missing.length > 0) return { act: 'hold', why: missingText(missing, app) };
  const why = needsApproval(draft.kind, app, draft);
  return why === null ? { act: 'go', why: `${draft.kind} in ${app.name} needs no approval` } : { act: 'ask', why };
}

const missingText = (missing: readonly string[], app: AppConfig): string =>
  `${app.name} requires ${missing.join(', ')}, and there is no value: fill it in the directory, or give the parameter a default`;
