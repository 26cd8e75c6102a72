import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Config } from '../../src/core/config.ts';
import { system } from '../../src/core/event.ts';
import { applyRecords } from '../../src/core/join.ts';
import { hold, newLogin, replaceOperation, step, waive } from '../../src/core/login.ts';
import type { Login } from '../../src/core/login-model.ts';
import type { OperationState, Person } from '../../src/core/model.ts';
import { makeOperation } from '../../src/core/operation.ts';
import { pause } from '../../src/engine/act/pause.ts';
import { workPartition } from '../../src/engine/apply/worker.ts';
import { createConnections } from '../../src/engine/connect/connect.ts';
import { createCourtesy } from '../../src/engine/courtesy.ts';
import { disable } from '../../src/engine/leave/disable.ts';
import { reconcile, reconcilePeople } from '../../src/engine/plan/reconcile.ts';
import { timingsOf } from '../../src/engine/timings.ts';
import { memoryStore } from '../../src/store/memory.ts';
import * as any from '../core/arbitraries.ts';
import { configOf, countingRandom, silent } from '../engine/company.ts';
import { memoryApp } from '../fakes/memory-app.ts';
import { memoryDirectory } from '../fakes/memory-directory.ts';
import { testSealing } from '../fakes/sealing.ts';
import { virtualClock } from '../fakes/virtual-clock.ts';

const robot = system('test');
const operator = { kind: 'operator', name: 'ops', via: 'cli' } as const;

/** What was the matter with a login before its person was disabled. */
const matter = fc.constantFrom<'nothing' | OperationState>(
  ...(['nothing', 'nothing', 'awaiting', 'held', 'approved', 'rejected', 'failed'] as const),
);
const one = fc.record({
  matter,
  /** Somebody whom an earlier plan wanted to suspend, rather than to change. */
  suspending: fc.boolean(),
  pinned: fc.boolean(),
  disabled: fc.constantFrom('no', 'no', 'suspended', 'left', 'by name'),
});
const situation = fc.record({
  people: fc.array(one, { minLength: 1, maxLength: 6 }),
  threshold: fc.record({
    count: fc.integer({ min: 1, max: 6 }),
    percent: fc.integer({ min: 0, max: 100 }),
    floor: fc.integer({ min: 0, max: 6 }),
    window: fc.constant('24 hours'),
  }),
  appPaused: fc.boolean(),
  personPaused: fc.boolean(),
  windowShut: fc.boolean(),
  listable: fc.boolean(),
  /** The app deletes the accounts of leavers, and asks before. */
  deleting: fc.boolean(),
});
type Situation = typeof situation extends fc.Arbitrary<infer S> ? S : never;
type One = Situation['people'][number];

const base = configOf();

function configFrom({ threshold, windowShut, deleting }: Situation): Config {
  // The virtual clock starts on a Tuesday.
  const window = { days: ['saturday' as const], from: '03:00', to: '03:01', timezone: 'UTC' };
  const apps = base.apps.map((app) => ({
    ...app,
    provisioning: {
      ...{ ...app.provisioning, ...(windowShut && { window }) },
      ...(deleting && { onSuspend: 'delete' as const, onDelete: 'delete' as const }),
    },
  }));
  return { ...base, apps, settings: { ...base.settings, deletionThreshold: threshold } };
}

const recordOf = (index: number, status: Person['status'] = 'active') => ({
  ...{ directory: 'hr', externalId: `${index}`, status, said: 'explicit' as const },
  attributes: { email: `n${index}@acme.test` },
});

/** A login with an account of ours, and an operation in the state. */
function loginOf(person: string, index: number, { matter: state, suspending, pinned }: One, at: number): Login {
  const attributes = { userName: `n${index}@acme.test` };
  const observed = { active: true, attributes, entitlements: {}, at };
  const wish = {
    ...({ state: suspending ? 'suspended' : 'active', cause: suspending ? 'left' : 'role' } as const),
    ...{ attributes: suspending ? {} : attributes, entitlements: {}, reasons: [] },
  };
  const blank: Login = {
    ...newLogin(person, 'crm', 1),
    ...{ wish, account: 'active', remoteId: `r-${index}`, observed, provenance: 'created', revision: 1 },
    ...(pinned && { pin: { wish: { ...wish, state: 'active', cause: 'role' }, by: operator, at, undoes: null } }),
  };
  if (state === 'nothing') return blank;
  const before = { active: true, attributes, entitlements: {} };
  const after = suspending ? { ...before, active: false } : { ...before, attributes: { ...attributes, title: 'Lead' } };
  const operation = makeOperation(
    {
      ...{ id: `o-${index}`, person, app: 'crm', remoteId: `r-${index}`, kind: suspending ? 'suspend' : 'update' },
      ...{
        before,
        after,
        revision: 1,
        cause: wish.cause,
        explicit: false,
        requester: null,
        reasons: [],
        foundBy: null,
      },
    },
    at,
  );
  return { ...inState(replaceOperation(blank, operation, robot, at), state, at), outbox: [], version: 0 };
}

function inState(login: Login, state: OperationState, at: number): Login {
  const trouble = { kind: 'threshold', message: 'too many', remedy: 'decide', at };
  if (state === 'held') return hold(login, trouble, robot);
  const ask = { approval: 'a-old', hash: login.operation?.hash ?? '' };
  if (state === 'awaiting' || state === 'rejected') {
    const asked = step(login, 'ask', robot, at, { operation: { ask } });
    return state === 'awaiting' ? asked : step(asked, 'reject', robot, at);
  }
  const going = waive(login, robot, at);
  if (state === 'approved') return { ...going, removedAt: null, lostAt: null };
  const started = step(going, 'start', robot, at);
  return {
    ...step(started, 'fail', robot, at, { operation: { trouble } }),
    nextAt: null,
    removedAt: null,
    lostAt: null,
  };
}

async function played(given: Situation) {
  const { clock } = virtualClock();
  const at = clock.now();
  const config = configFrom(given);
  const [store, app, directory] = [memoryStore(), memoryApp(), memoryDirectory()];
  const connections = createConnections(
    {
      targets: new Map([['memory', app.connector]]),
      directories: new Map([['memory-directory', directory.connector]]),
    },
    () => undefined,
    clock.now,
  );
  connections.use(config);
  await store.config.replace(null, { config, digest: 'd', edition: 1, at, by: robot });
  const shared = {
    courtesy: createCourtesy(clock),
    ...{ store, clock, random: countingRandom(), log: silent, connections, timings: timingsOf(config) },
    sealer: testSealing().sealer,
  };
  const planning = {
    ...{ ...shared, bell: { ring() {} } },
    exclusive: <T>(_name: string, task: () => Promise<T>) => task(),
    listApp: async () => {
      if (!given.listable) throw new Error('the app cannot be listed');
      await store.accounts.finish('crm', 's1', clock.now());
    },
  };
  const context = { directories: config.directories, at, actor: robot };
  const people: Person[] = [];
  for (const [index, person] of given.people.entries()) {
    const joined = applyRecords(null, `p-${index}`, [recordOf(index)], context);
    if (joined === null) throw new Error('nobody joined');
    people.push({ ...joined, dirty: false });
    const userName = `n${index}@acme.test`;
    const listed = { attributes: { userName }, entitlements: {}, externalId: `p-${index}`, userName, emails: [] };
    app.accounts.set(`r-${index}`, { remoteId: `r-${index}`, active: true, ...listed });
    await store.logins.insert([loginOf(`p-${index}`, index, person, at)]);
  }
  const ada = applyRecords(
    null,
    'p-ada',
    [{ ...recordOf(0), externalId: 'ada', attributes: { email: 'ada@acme.test' } }],
    context,
  );
  await store.people.insert(ada === null ? people : [...people, { ...ada, dirty: false }]);
  if (given.appPaused) await pause(planning, { app: 'crm' }, null, null, operator);
  if (given.personPaused) await pause(planning, { person: 'p-0' }, null, null, operator);

  const before = people.filter((_, index) => ['suspended', 'left'].includes(given.people[index]?.disabled ?? 'no'));
  const changes = before.flatMap((person) => {
    const index = Number(person.id.slice(2));
    const after = applyRecords(person, person.id, [recordOf(index, given.people[index]?.disabled as 'left')], context);
    return after === null ? [] : [{ before: person, after }];
  });
  await store.people.swap(changes);
  await reconcile(planning);
  for (const [index, { disabled }] of given.people.entries())
    if (disabled === 'by name') await disable(planning, `p-${index}`, null, operator);
  const working = {
    ...shared,
    replan: async (who: readonly string[]) =>
      void (await reconcilePeople(planning, { people: who, app: null, again: false, requester: null })),
    happened() {},
  };
  const lease = { name: 'crm:0', epoch: 1, remaining: () => 1e9 };
  await workPartition(working, lease, 'crm', new AbortController().signal);
  const outcomes = await Promise.all(
    given.people.map(async ({ disabled }, index) => {
      const login = await store.logins.get(`p-${index}:crm`);
      const approval = await store.approvals.get(login?.operation?.ask?.approval ?? '');
      return { disabled, active: app.accounts.get(`r-${index}`)?.active, login, approval };
    }),
  );
  return outcomes;
}

describe('an explicit disable', () => {
  it(
    'ends in suspension whatever else is held or paused, unless past the threshold: then one urgent card asks, and by name it still goes',
    async () => {
      let heldOnce = false;
      let wentOnce = false;
      let askedOnce = false;
      await fc.assert(
        fc.asyncProperty(situation, async (given) => {
          const outcomes = await played(given);
          for (const { disabled, active, login } of outcomes) {
            if (disabled === 'by name') expect(active, 'by name').toBe(false);
            if (disabled === 'no' && login?.account === 'active') expect(active, 'nobody else').toBe(true);
          }
          const said = outcomes.filter(({ disabled }) => disabled === 'suspended' || disabled === 'left');
          const held = said.filter(({ active }) => active === true);
          for (const { login, approval, active } of said) {
            if (active !== false || !given.deleting) continue;
            expect(login?.operation, 'the deletion is asked').toMatchObject({ kind: 'delete' });
            expect(['awaiting', 'held']).toContain(login?.operation?.state);
            expect(approval?.state).toBe('open');
            askedOnce = true;
          }
          for (const { login, approval } of held) {
            expect(login?.operation).toMatchObject({ kind: 'suspend', state: 'held', trouble: { kind: 'threshold' } });
            expect(approval).toMatchObject({ kind: 'threshold', state: 'open', urgent: true, expiresAt: null });
            expect(approval?.circle).toEqual(['p-ada']);
          }
          const { floor, count, percent } = given.threshold;
          const share = (100 * said.length) / given.people.length;
          const past = said.length > floor && (said.length > count || share > percent);
          if (!past) expect(held, 'not past the threshold').toEqual([]);
          heldOnce ||= held.length > 0;
          wentOnce ||= said.length > held.length;
        }),
        any.runs,
      );
      expect({ heldOnce, wentOnce, askedOnce }).toEqual({ heldOnce: true, wentOnce: true, askedOnce: true });
    },
    any.patience * 2,
  );
});
