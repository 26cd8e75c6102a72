import { changeOf } from './change.ts';
import type { Budget, Rate } from './connector.ts';
import type { AccountView, OperationKind, Time } from './model.ts';

/** Calls of an app, or what is left of them. */
export type Calls = { reads: number; writes: number };
/** What a budget is of: reads, writes, or all calls together. */
export type Ceiling = keyof Calls | 'all';
type Ceilings = Readonly<Record<Ceiling, Budget | null>>;
const ceilings: readonly Ceiling[] = ['reads', 'writes', 'all'];

/** What a rate allows of each. Null: nothing is documented. */
export function ceilingsOf(rate: Rate | undefined): Ceilings {
  const plain = rate?.perSecond === undefined ? null : { calls: rate.perSecond, seconds: 1, burst: rate.perSecond };
  return { reads: rate?.reads ?? plain, writes: rate?.writes ?? plain, all: rate?.all ?? null };
}

/**
 * A share of a rate, above 0 and 1 at most. All shares together never come to more than the whole, where that has a call for each of them.
 */
export function portionOf(rate: Rate | undefined, share: number): Rate | undefined {
  if (rate === undefined || share >= 1) return rate;
  const { reads, writes, all } = ceilingsOf(rate);
  const of = (budget: Budget | null): Budget | undefined => (budget === null ? undefined : portion(budget, share));
  const [some, others, together] = [of(reads), of(writes), of(all)];
  return {
    ...(rate.concurrency !== undefined && { concurrency: rate.concurrency }),
    ...{ ...(some && { reads: some }), ...(others && { writes: others }), ...(together && { all: together }) },
  };
}

/** Less than one call is one in a longer time. */
function portion(budget: Budget, share: number): Budget {
  const exact = budget.calls * share;
  const burst = Math.max(1, Math.floor(burstOf(budget) * share));
  if (exact < 1) return { calls: 1, seconds: budget.seconds / exact, burst: 1 };
  return { calls: Math.floor(exact), seconds: budget.seconds, burst };
}

/** So many of the calls count for a ceiling. */
export const countOf = ({ reads, writes }: Calls, ceiling: Ceiling): number =>
  ceiling === 'all' ? reads + writes : { reads, writes }[ceiling];

/** Of an account, from what it was to what it is going to be. */
export type Change = { kind: OperationKind; before: AccountView | null; after: AccountView | null };

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

/** How much later than another a call may reach the app: it counts by its own clock, when they arrive. Milliseconds. */
const unevenness = 100;

/** Over so long no more are made than a budget has, milliseconds. */
export const spanOf = ({ seconds }: Budget): number => seconds * 1_000 + unevenness;
/** Milliseconds of one call. */
const distance = (budget: Budget): number => spanOf(budget) / budget.calls;
const burstOf = ({ burst = 1 }: Budget): number => Math.max(1, burst);

/** How long so many calls take at least, milliseconds. */
export function timeFor(calls: Calls, rate: Rate | undefined): number {
  const budgets = ceilingsOf(rate);
  const of = (ceiling: Ceiling): number => {
    const budget = budgets[ceiling];
    return budget === null ? 0 : Math.max(0, countOf(calls, ceiling) - burstOf(budget)) * distance(budget);
  };
  return Math.max(...ceilings.map(of));
}

/** How long the calls take in the long run, whatever may be made at once. Milliseconds. */
export function steadyTimeFor(calls: Calls, rate: Rate | undefined): number {
  const budgets = ceilingsOf(rate);
  const of = (ceiling: Ceiling): number => {
    const budget = budgets[ceiling];
    return budget === null ? 0 : countOf(calls, ceiling) * distance(budget);
  };
  return Math.max(...ceilings.map(of));
}

type Lot = { at: Time; count: number };
/** What may be called now, and what was begun within the span of each budget. Below zero: begun already, to be made good first. */
export type Purse = {
  at: Time;
  left: Readonly<Record<Ceiling, number>>;
  begun: Readonly<Record<Ceiling, readonly Lot[]>>;
};

const forEach = <T>(of: (ceiling: Ceiling) => T): Record<Ceiling, T> => ({
  reads: of('reads'),
  writes: of('writes'),
  all: of('all'),
});

export function fullPurse(rate: Rate | undefined, at: Time): Purse {
  const budgets = ceilingsOf(rate);
  const full = (budget: Budget | null) => (budget === null ? Number.POSITIVE_INFINITY : burstOf(budget));
  return { at, left: forEach((ceiling) => full(budgets[ceiling])), begun: forEach(() => []) };
}

/**
 * Takes what an operation needs out of the purse, which fills again with time; over the span of a budget never more is begun than it
 * has. An operation that needs more than that is begun once nothing else was, and the next one waits the longer. `wait`:
 * milliseconds until it may be begun; zero: it is paid. A clock that was put back costs nothing but what had filled since.
 */
export function pay(purse: Purse, calls: Calls, rate: Rate | undefined, now: Time): { purse: Purse; wait: number } {
  const budgets = ceilingsOf(rate);
  const left = forEach((ceiling) => filled(purse, ceiling, budgets[ceiling], now));
  const begun = forEach((ceiling) => within(purse.begun[ceiling], budgets[ceiling], now));
  const waitFor = (ceiling: Ceiling): number => {
    const budget = budgets[ceiling];
    const count = countOf(calls, ceiling);
    if (budget === null || count === 0) return 0;
    const missing = Math.max(0, Math.min(count, burstOf(budget)) - left[ceiling]) * distance(budget);
    return Math.max(missing, roomAfter(begun[ceiling], budget, count, now));
  };
  const wait = Math.ceil(Math.max(...ceilings.map(waitFor)));
  if (wait > 0) return { purse: { at: now, left, begun }, wait };
  const paid = forEach((ceiling) => left[ceiling] - countOf(calls, ceiling));
  const lots = forEach((ceiling) =>
    withLot(begun[ceiling], budgets[ceiling], { at: now, count: countOf(calls, ceiling) }),
  );
  return { purse: { at: now, left: paid, begun: lots }, wait: 0 };
}

function filled(purse: Purse, ceiling: Ceiling, budget: Budget | null, now: Time): number {
  if (budget === null) return Number.POSITIVE_INFINITY;
  const passed = Math.max(0, now - purse.at);
  return Math.min(burstOf(budget), purse.left[ceiling] + passed / distance(budget));
}

/** Those that still count. After the clock was put back they count from now. */
const within = (lots: readonly Lot[], budget: Budget | null, now: Time): Lot[] =>
  budget === null
    ? []
    : lots.filter(({ at }) => now - at < spanOf(budget)).map(({ at, count }) => ({ at: Math.min(at, now), count }));

const withLot = (lots: readonly Lot[], budget: Budget | null, lot: Lot): readonly Lot[] =>
  budget === null || lot.count === 0 ? lots : [...lots, lot];

/** How long until so many more fit into the budget beside those that still count. */
function roomAfter(lots: readonly Lot[], budget: Budget, count: number, now: Time): number {
  let over = lots.reduce((sum, lot) => sum + lot.count, 0) + Math.min(count, budget.calls) - budget.calls;
  for (const lot of lots) {
    if (over <= rounding) return 0;
    over -= lot.count;
    if (over <= rounding) return Math.max(0, lot.at + spanOf(budget) - now);
  }
  return 0;
}

/** Sums of fractions never come out exactly. */
const rounding = 1e-6;

/** When the latest calls of each ceiling were over, the last one last; one that is under way is never over. */
export type Turns = Readonly<Record<Ceiling, readonly Time[]>>;
export const noTurns: Turns = { reads: [], writes: [], all: [] };

const underWay = Number.POSITIVE_INFINITY;
/** When to look again where one that is under way has to end first, milliseconds. */
const again = 20;

/**
 * The turn of one call, so that over the span of a budget no more reach the app than it has: a call counts from when its turn is taken
 * until the span is over after its end, since nobody knows when in between it arrives. `wait`: milliseconds until it may be asked again;
 * zero: it is taken.
 */
export function takeTurn(
  turns: Turns,
  kind: keyof Calls,
  rate: Rate | undefined,
  now: Time,
): { turns: Turns; wait: number } {
  const budgets = ceilingsOf(rate);
  const isCounting = (ceiling: Ceiling) => budgets[ceiling] !== null && (ceiling === kind || ceiling === 'all');
  // Those of later were over before the clock was put back.
  const made = forEach((ceiling) => turns[ceiling].map((at) => (at === underWay ? at : Math.min(at, now))));
  const free = ceilings.map((ceiling) => (isCounting(ceiling) ? firstFree(made[ceiling], budgets[ceiling]) : now));
  const wait = Math.max(0, ...free.map((at) => (at === underWay ? again : at - now)));
  if (wait > 0) return { turns: made, wait };
  const taken = forEach((ceiling) =>
    isCounting(ceiling) ? [...made[ceiling], underWay].slice(-callsOf(budgets[ceiling])) : made[ceiling],
  );
  return { turns: taken, wait: 0 };
}

/** One call is over, whatever came of it. */
export const endTurn = (turns: Turns, kind: keyof Calls, now: Time): Turns =>
  forEach((ceiling) => {
    const first = ceiling === kind || ceiling === 'all' ? turns[ceiling].indexOf(underWay) : -1;
    return first < 0 ? turns[ceiling] : turns[ceiling].with(first, now);
  });

const callsOf = (budget: Budget | null): number => Math.max(1, Math.floor(budget?.calls ?? 1));

function firstFree(times: readonly Time[], budget: Budget | null): Time {
  const oldest = times.length < callsOf(budget) ? undefined : times.at(-callsOf(budget));
  return oldest === undefined || budget === null ? 0 : oldest + budget.seconds * 1_000 + rounded;
}

/** Clocks tell whole milliseconds, and differ in how fast they go. */
const rounded = 10;

const [minute, hour, day] = [60_000, 3_600_000, 86_400_000];

/** `about 2 hours 40 minutes`, `about 25 minutes`, `less than a minute`: from ten minutes on within a tenth of the truth. */
export function spanText(milliseconds: number): string {
  if (milliseconds < minute) return 'less than a minute';
  if (milliseconds < 1.5 * hour) return `about ${counted(Math.round(milliseconds / minute), 'minute')}`;
  if (milliseconds >= 5 * day) return `about ${counted(Math.round(milliseconds / day), 'day')}`;
  if (milliseconds >= 10 * hour) return `about ${counted(Math.round(milliseconds / hour), 'hour')}`;
  const tens = Math.round(milliseconds / (10 * minute));
  const rest = (tens % 6) * 10;
  return `about ${counted(Math.floor(tens / 6), 'hour')}${rest === 0 ? '' : ` ${rest} minutes`}`;
}

const counted = (count: number, unit: string): string =>
  `${count.toLocaleString('en-US')} ${unit}${count === 1 ? '' : 's'}`;

const budgetText = ({ calls, seconds }: Budget, what: string): string => {
  const span = { 1: 'a second', 60: 'a minute', 3600: 'an hour' }[seconds] ?? `in ${seconds} seconds`;
  return `${calls.toLocaleString('en-US')} ${what} ${span}`;
};

/**
 * What is slowest about so many calls, in words: `about 25 minutes, at 180 changes a minute`. Null: nothing limits them. `slowness`: how many
 * times as long as the rate alone it has taken of late.
 */
export function durationText(calls: Calls, rate: Rate | undefined, slowness = 1): string | null {
  if (calls.reads + calls.writes === 0) return null;
  const slow = slowest(calls, rate);
  return slow === null
    ? null
    : `${spanText(timeFor(calls, rate) * slowness)}, at ${budgetText(slow.budget, slow.what)}`;
}

const whatIs = { writes: 'changes', reads: 'reads', all: 'calls' } as const;

function slowest(calls: Calls, rate: Rate | undefined): { budget: Budget; what: string } | null {
  const budgets = ceilingsOf(rate);
  const known = (['writes', 'reads', 'all'] as const).flatMap((ceiling) => {
    const budget = budgets[ceiling];
    if (budget === null) return [];
    return [{ budget, what: whatIs[ceiling], time: timeFor(calls, { [ceiling]: budget }) }];
  });
  return known.reduce<(typeof known)[number] | null>(
    (most, one) => (most === null || one.time > most.time ? one : most),
    null,
  );
}
