import { expect } from 'vitest';
import type { OperationState } from '../../../src/core/model.ts';
import { allows, type Trigger, transitions } from '../../../src/core/operation.ts';
import { allChains, verifyChains } from '../../../src/engine/tell/audit.ts';
import { connectMongo, mongoStore } from '../../../src/store/mongo.ts';
import { apps } from './company.ts';
import type { World } from './world.ts';

/** What is in the store and in the apps in the end, without ids and times. */
export async function endOf({ db, apps: servers }: World) {
  const people = await db.collection('people').find().toArray();
  const emails = new Map(people.map(({ _id, attributes }) => [String(_id), String(attributes.email)]));
  const logins = await db.collection('logins').find().toArray();
  return {
    people: sorted(people.map(({ attributes, status }) => [String(attributes.email), { attributes, status }])),
    logins: sorted(
      logins.map(({ person, app, account, operation, provenance, owned, observed, wish }) => [
        `${emails.get(person)} in ${app}`,
        {
          account,
          state: operation?.state,
          provenance,
          owned,
          attributes: observed?.attributes,
          wish: wish?.attributes,
        },
      ]),
    ),
    accounts: Object.fromEntries(
      apps.map((app) => [app, sorted(servers[app].accounts().map(({ name, account }) => [name, account]))]),
    ),
  };
}

const sorted = (entries: readonly (readonly [string, unknown])[]) =>
  Object.fromEntries([...entries].sort(([left], [right]) => (left < right ? -1 : 1)));

/** One account for each person in each app, and never was there another. */
export function expectOneAccountEach({ apps: servers }: World, people: number): void {
  for (const app of apps) {
    const names = servers[app].accounts().map(({ name }) => name);
    expect(new Set(names).size, app).toBe(people);
    expect(names, app).toHaveLength(people);
    expect(servers[app].made(), `accounts ever made in ${app}`).toBe(people);
  }
}

type Told = { _id: unknown; type: string; operation?: string | null; approval?: string | null; person?: string | null };

/**
 * Every chain is whole; each operation's events follow one another as the state table has it, none left out and none twice, up to
 * where its login stands; each approval was decided once.
 */
export async function expectWholeHistory({ db, uri }: World): Promise<void> {
  const events = (await db.collection('events').find().toArray()) as unknown as Told[];
  expectStateTable(events);
  const states = new Map(endsOf(events));
  const logins = await db.collection('logins').find().toArray();
  const wrong = logins.filter(({ operation }) => operation && states.get(operation.id) !== operation.state);
  expect(wrong.map(({ _id }) => _id)).toEqual([]);
  await expectDecidedOnce(db, events);
  expect(await brokenChain(uri)).toBeNull();
}

const stepOf = ({ _id }: Told): number => Number(String(_id).split(':').at(-1));

function byOperation(events: readonly Told[]): Map<string, Told[]> {
  const all = new Map<string, Told[]>();
  for (const event of events) {
    if (!event.operation || !event.type.startsWith('operation.')) continue;
    if (!String(event._id).startsWith(`${event.operation}:`)) continue;
    all.set(event.operation, [...(all.get(event.operation) ?? []), event]);
  }
  for (const own of all.values()) own.sort((left, right) => stepOf(left) - stepOf(right));
  return all;
}

const endsOf = (events: readonly Told[]): [string, OperationState][] =>
  [...byOperation(events)].map(([operation, own]) => [operation, walked(own)]);

const triggerOf = ({ type }: Told): Trigger => type.slice('operation.'.length) as Trigger;

/** The state these events lead to. */
function walked(own: readonly Told[]): OperationState {
  let state: OperationState = 'planned';
  for (const event of own) {
    const next: OperationState | undefined = (transitions[state] as Partial<Record<Trigger, OperationState>>)[
      triggerOf(event)
    ];
    if (next === undefined) return state;
    state = next;
  }
  return state;
}

function expectStateTable(events: readonly Told[]): void {
  const wrong: string[] = [];
  for (const [operation, own] of byOperation(events)) {
    if (own.some((event, index) => stepOf(event) !== index + 1))
      wrong.push(`${operation}: a step is missing or doubled`);
    for (const [index, event] of own.entries())
      if (!allows(walked(own.slice(0, index)), triggerOf(event))) wrong.push(`${String(event._id)}: ${event.type}`);
  }
  expect(wrong).toEqual([]);
}

const decisions = new Set(['approval.approved', 'approval.rejected', 'approval.expired']);

async function expectDecidedOnce(db: World['db'], events: readonly Told[]): Promise<void> {
  const approvals = await db.collection('approvals').find().toArray();
  const decided = new Map<string, number>();
  for (const { type, approval } of events)
    if (approval && decisions.has(type)) decided.set(approval, (decided.get(approval) ?? 0) + 1);
  const wrong = approvals.filter(({ _id, state }) => {
    const times = decided.get(String(_id)) ?? 0;
    return state === 'approved' || state === 'rejected' ? times !== 1 : times > 1;
  });
  expect(wrong.map(({ _id, state }) => `${_id} is ${state}`)).toEqual([]);
  expect(approvals.filter(({ state }) => state === 'approved').length).toBeGreaterThan(0);
}

async function brokenChain(uri: string): Promise<unknown> {
  const silent = { debug() {}, info() {}, warn() {}, error() {} };
  const connection = await connectMongo(uri, { log: silent });
  try {
    const store = mongoStore(connection);
    return (await verifyChains(() => allChains({ store }))).broken;
  } finally {
    await connection.close();
  }
}
