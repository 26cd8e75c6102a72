import type { ListedAccount } from '../../../src/core/connector.ts';
import type { ChainedEvent } from '../../../src/core/event.ts';
import { canonical } from '../../../src/core/hash.ts';
import type { OperationState } from '../../../src/core/model.ts';
import { type Trigger, transitions } from '../../../src/core/operation.ts';
import { allChains, verifyChains } from '../../../src/engine/tell/audit.ts';
import { old, rival, stranger, timings } from './company.ts';
import type { Ending, Fault } from './fault.ts';
import type { Read } from './hooks.ts';
import type { Kind, Seen } from './kinds.ts';
import type { Scene } from './scene.ts';

/** Everything that is not as it should be once all is calm; empty: nothing. */
export async function wrongIn(scene: Scene, fault: Fault): Promise<string[]> {
  const { kind } = scene;
  const usual = { state: 'applied', end: kind.end, account: kind.account, effects: 1, more: false } as const;
  const ending: Ending = { ...usual, ...fault.ends?.(kind) };
  const events: ChainedEvent[] = [];
  for await (const event of allChains(scene)) events.push(event);
  return [
    ...(await loginFlaws(scene, ending)),
    ...(kind.app === 'crm' ? [...appFlaws(scene, ending), ...(fault.byClock ? [] : blindCalls(scene))] : []),
    ...historyFlaws(kind, ending, events),
    ...unseenMissing(scene, events),
    ...(await chainFlaws(scene)),
  ];
}

const differs = (what: string, found: unknown, expected: unknown): string[] =>
  canonical(found) === canonical(expected) ? [] : [`${what} is ${canonical(found)}, not ${canonical(expected)}`];

/** The login says how it ended, and waits for nothing. */
async function loginFlaws(scene: Scene, { state, account, end, more }: Ending): Promise<string[]> {
  const login = await scene.login();
  if (login === null) return ['there is no login'];
  const { operation, intent, nextAt, outbox, observed, candidates } = login;
  const shown = scene.kind.app === 'badges' && end !== null ? byHand(observed, end) : [];
  return [
    ...differs('the operation', operation?.state, state),
    ...(more ? [] : differs('its kind', operation?.kind, scene.kind.operation)),
    ...differs('the account', login.account, account),
    ...differs('what waits', { intent, nextAt, outbox: outbox.length }, { intent: null, nextAt: null, outbox: 0 }),
    ...(state === 'applied' ? differs('candidates', candidates, []) : []),
    ...shown,
  ];
}

const byHand = (observed: { attributes: ListedAccount['attributes']; entitlements: unknown } | null, end: Seen) =>
  differs(
    'what was made by hand',
    [observed?.attributes.title, observed?.entitlements],
    [end.title, { rooms: end.groups.filter((group) => group === 'Sales') }],
  );

const seenOf = ({ active, attributes, entitlements }: ListedAccount): Seen => ({
  ...{ active, name: String(attributes.userName), title: String(attributes.title) },
  groups: [...(entitlements.groups ?? [])].sort(),
});

/** Zoe has the account she is to have and no other; all others are as they were; and no more changed than had to. */
function appFlaws({ app, records, kind }: Scene, { end, effects }: Ending): string[] {
  const others = new Map([stranger, rival(nameOf(end, kind))].map((account) => [account.remoteId, account]));
  const accounts = [...app.accounts.values()];
  const hers = accounts.filter(({ remoteId }) => !others.has(remoteId));
  return [
    ...differs('her accounts', hers.map(seenOf), end === null ? [] : [end]),
    ...(accounts.some(({ remoteId }) => remoteId === stranger.remoteId) ? [] : ['somebody else’s account is gone']),
    ...accounts.flatMap((account) =>
      others.has(account.remoteId) ? differs('somebody else’s account', account, others.get(account.remoteId)) : [],
    ),
    ...(records.effects.length > effects ? [`changed by ${records.effects.join(', ')}`] : []),
    ...(kind.operation === 'adopt' && hers.some(({ remoteId }) => remoteId !== old.remoteId)
      ? ['another account']
      : []),
  ];
}

const nameOf = (end: Seen | null, kind: Kind): string => (kind.end?.name ?? end?.name ?? '').replace('@acme.test', '');

/** Where nobody knew what came of a call, nothing was sent again before the settle time was over and the app had been looked at. */
function blindCalls({ records: { calls, reads } }: Scene): string[] {
  return calls.flatMap((call, index) => {
    const next = calls[index + 1];
    if (call.end !== 'unknown' || next === undefined) return [];
    const isLook = ({ kind, at }: Read) => kind !== 'list' && at >= call.until + timings.settle && at <= next.at;
    return reads.some(isLook) ? [] : [`${next.kind} was sent blind after ${call.kind}`];
  });
}

/** Planned by the process that made the company ready; times say nothing where clocks are put. */
const isOfBefore = (operation: string): boolean => operation.startsWith('o-before-');

/** Each operation went the way of the state table, and ours ended once. */
function historyFlaws(kind: Kind, { state, more }: Ending, events: readonly ChainedEvent[]): string[] {
  const steps = new Map<string, ChainedEvent[]>();
  for (const event of events)
    if (event.operation !== null && !isOfBefore(event.operation) && event.id.startsWith(`${event.operation}:`))
      steps.set(event.operation, [...(steps.get(event.operation) ?? []), event]);
  const [ours, ...others] = [...steps.values()];
  if (ours === undefined) return ['no operation was planned'];
  const wrong = [...steps.values()].flatMap(strays);
  const ends = new Map([...steps.values()].map((own) => [own, own.filter(({ type }) => type === 'operation.succeed')]));
  return [
    ...wrong,
    ...differs('the kind planned', ours[0]?.kind, kind.operation),
    ...(more || others.length === 0 ? [] : [`${others.length + 1} operations: ${others.map(told).join('; ')}`]),
    ...differs('how often it was done', ends.get(ours)?.length, state === 'applied' ? 1 : 0),
    ...(more ? others.flatMap((own) => (own[0]?.kind === 'update' ? [] : [`also ${told(own)}`])) : []),
    ...differs('how it ended', stateAfter(ours), state),
  ];
}

const told = (own: readonly ChainedEvent[]): string => own.map(({ message }) => message).join(', ');
const triggerOf = ({ type }: ChainedEvent): Trigger => type.slice('operation.'.length) as Trigger;
const table: Record<OperationState, Partial<Record<Trigger, OperationState>>> = transitions;

const stateAfter = (own: readonly ChainedEvent[]): OperationState | undefined =>
  own.reduce<OperationState | undefined>((state, event) => state && table[state][triggerOf(event)], 'planned');

/** A step that is missing, doubled, or not in the table. */
function strays(own: readonly ChainedEvent[]): string[] {
  const isInOrder = own.every(({ id }, index) => id.endsWith(`:${index + 1}`));
  return isInOrder && stateAfter(own) !== undefined
    ? []
    : [`steps ${own.map(({ id, type }) => `${id} ${type}`).join()}`];
}

/** An account counts as missing only after a whole list and a read of its own did not show it. */
function unseenMissing({ records: { reads }, kind }: Scene, events: readonly ChainedEvent[]): string[] {
  const missing = events.filter(({ type }) => type === 'account.missing');
  if (missing.length === 0 || kind.app !== 'crm') return [];
  const isNegative = ({ kind: read, answer }: Read) =>
    read === 'get' ? answer === null : read === 'list' && !JSON.stringify(answer).includes('"zoe');
  const read = new Set(reads.filter(isNegative).map((one) => one.kind));
  return read.has('list') && read.has('get') ? [] : ['missing without two reads'];
}

async function chainFlaws({ store }: Scene): Promise<string[]> {
  const { broken } = await verifyChains(() => allChains({ store }));
  return broken === null ? [] : [`the chain of ${broken.partition} breaks: ${broken.why}`];
}
