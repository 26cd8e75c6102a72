import { changeOf } from './change.ts';
import type { Budget, Rate } from './connector.ts';
import type { AccountView, OperationKind, Time } from './model.ts';

/** Calls of an app, or what is left of them. */
export type Calls = { reads: number; writes: number };
type Ceilings = Readonly<Record<keyof Calls, Budget | null>>;

/** What a rate allows of each. Null: nothing is documented. */
export function ceilingsOf(rate: Rate | undefined): Ceilings {
  const plain = rate?.perSecond === undefined ? null : { calls: rate.perSecond, seconds: 1, burst: rate.perSecond };
  return { reads: rate?.reads ?? plain, writes: rate?.writes ?? plain };
}

type Change = { kind: OperationKind; before: AccountView | null; after: AccountView | null };

/** About how many calls an operation takes: one for the account itself, one for each value it gains or loses, and reading both back. */
export function callsFor({ kind, before, after }: Change): Calls {
  if (kind === 'delete' || kind === 'suspend') return { reads: 1, writes: 1 };
  const { set, clear, entitlements } = changeOf({ before, after });
  const values = Object.values(entitlements).reduce((sum, { add, remove }) => sum + add.length + remove.length, 0);
  const isPlain = kind !== 'update' || values === 0 || Object.keys(set).length + clear.length > 0;
  return { reads: 2 + values, writes: values + (isPlain ? 1 : 0) };
}

export const noCalls: Calls = { reads: 0, writes: 0 };
export const sumOf = (calls: readonly Calls[]): Calls =>
  calls.reduce((sum, { reads, writes }) => ({ reads: sum.reads + reads, writes: sum.writes + writes }), noCalls);

/** Milliseconds of one call. */
const distance = ({ calls, seconds }: Budget): number => (seconds * 1_000) / calls;
const burstOf = ({ burst = 1 }: Budget): number => Math.max(1, burst);

/** How long so many calls take at least, milliseconds. */
export function timeFor(calls: Calls, rate: Rate | undefined): number {
  const ceilings = ceilingsOf(rate);
  const of = (budget: Budget | null, count: number) =>
    budget === null ? 0 : Math.max(0, count - burstOf(budget)) * distance(budget);
  return Math.max(of(ceilings.reads, calls.reads), of(ceilings.writes, calls.writes));
}

/** What may be called now. Below zero: begun already, to be made good first. */
export type Purse = { at: Time; left: Calls };

export function fullPurse(rate: Rate | undefined, at: Time): Purse {
  const { reads, writes } = ceilingsOf(rate);
  const full = (budget: Budget | null) => (budget === null ? Number.POSITIVE_INFINITY : burstOf(budget));
  return { at, left: { reads: full(reads), writes: full(writes) } };
}

/**
 * Takes what an operation needs out of the purse, which fills again with time. An operation that needs more than a burst is begun
 * once the purse is full, and the next one waits the longer. `wait`: milliseconds until it may be begun; zero: it is paid.
 */
export function pay(purse: Purse, calls: Calls, rate: Rate | undefined, now: Time): { purse: Purse; wait: number } {
  const ceilings = ceilingsOf(rate);
  const passed = Math.max(0, now - purse.at);
  const filled = (name: keyof Calls): number => {
    const budget = ceilings[name];
    if (budget === null) return Number.POSITIVE_INFINITY;
    return Math.min(burstOf(budget), purse.left[name] + passed / distance(budget));
  };
  const waitFor = (name: keyof Calls): number => {
    const budget = ceilings[name];
    if (budget === null) return 0;
    return Math.max(0, Math.min(calls[name], burstOf(budget)) - filled(name)) * distance(budget);
  };
  const left = { reads: filled('reads'), writes: filled('writes') };
  const wait = Math.ceil(Math.max(waitFor('reads'), waitFor('writes')));
  if (wait > 0) return { purse: { at: Math.max(purse.at, now), left }, wait };
  const paid = { reads: left.reads - calls.reads, writes: left.writes - calls.writes };
  return { purse: { at: Math.max(purse.at, now), left: paid }, wait: 0 };
}

const units = [
  ['day', 86_400_000],
  ['hour', 3_600_000],
  ['minute', 60_000],
] as const;

/** `about 2 hours`, `about 25 minutes`, `less than a minute`. */
export function spanText(milliseconds: number): string {
  const [unit, length] = units.find(([, one]) => milliseconds >= 1.5 * one) ?? ['minute', 60_000];
  const count = Math.round(milliseconds / length);
  if (count === 0 || milliseconds < 60_000) return 'less than a minute';
  return `about ${count.toLocaleString('en-US')} ${unit}${count === 1 ? '' : 's'}`;
}

const budgetText = ({ calls, seconds }: Budget, what: string): string => {
  const span = { 1: 'a second', 60: 'a minute', 3600: 'an hour' }[seconds] ?? `in ${seconds} seconds`;
  return `${calls.toLocaleString('en-US')} ${what} ${span}`;
};

/** What is slowest about so many calls, in words: `about 25 minutes, at 180 changes a minute`. Null: nothing limits them. */
export function durationText(calls: Calls, rate: Rate | undefined): string | null {
  const { reads, writes } = ceilingsOf(rate);
  const time = timeFor(calls, rate);
  const slow = writes !== null && timeFor({ reads: 0, writes: calls.writes }, rate) >= time ? writes : reads;
  if (slow === null || calls.reads + calls.writes === 0) return null;
  return `${spanText(time)}, at ${budgetText(slow, slow === writes ? 'changes' : 'reads')}`;
}
