import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { changeOf } from '../../src/core/change.ts';
import { Config } from '../../src/core/config.ts';
import type { ListedAccount, RawRecord } from '../../src/core/connector.ts';
import { system } from '../../src/core/event.ts';
import { canonical } from '../../src/core/hash.ts';
import { begin, decideOperation, newLogin, step, succeed, waive } from '../../src/core/login.ts';
import type { Login } from '../../src/core/login-model.ts';
import type { Operation, Person } from '../../src/core/model.ts';
import { createConnections } from '../../src/engine/connect/connect.ts';
import { type Considered, type Considering, consider } from '../../src/engine/plan/consider.ts';
import type { SyncDeps } from '../../src/engine/sync/reading.ts';
import { syncDirectory } from '../../src/engine/sync/sync.ts';
import { worldOf } from '../../src/engine/world.ts';
import { memoryStore } from '../../src/store/memory.ts';
import * as any from '../core/arbitraries.ts';
import { person as aPerson, noon, record } from '../core/samples.ts';
import { countingRandom, silent } from '../engine/company.ts';
import { memoryApp } from '../fakes/memory-app.ts';
import { memoryDirectory, row } from '../fakes/memory-directory.ts';
import { virtualClock } from '../fakes/virtual-clock.ts';

const robot = system('test');
const connections = createConnections(
  {
    targets: new Map([['memory', memoryApp().connector]]),
    directories: new Map([['memory-directory', memoryDirectory().connector]]),
  },
  () => undefined,
  () => noon,
);
const deps = { store: memoryStore(), clock: virtualClock(noon).clock, connections };

const values = ['Sales', 'Ops', 'Board', 'Lead'];
const groupNames = ['Sales', 'Managers', 'Everyone'];
const groups = fc.uniqueArray(fc.constantFrom(...groupNames)).map((list) => list.sort());
const conditions = fc.array(
  fc.record({
    attribute: fc.constantFrom('department', 'title'),
    operator: fc.constantFrom('=', '!=', 'contains', 'exists'),
    value: fc.constantFrom(...values),
  }),
  { maxLength: 2 },
);
const rule = fc.record({
  match: fc.constantFrom('all', 'any'),
  conditions,
  actions: fc.constantFrom(
    [{ target: 'groups', add: ['Managers'] }],
    [{ target: 'groups', set: ['Everyone'] }],
    [{ target: 'groups', remove: ['Sales'] }],
    [{ target: 'title', set: 'Boss' }],
  ),
});
const leaving = fc.constantFrom('suspend', 'delete', 'nothing');
const setting = fc.record({
  rules: fc.array(rule, { maxLength: 3 }).map((rules) => rules.map((one, index) => ({ ...one, name: `r${index}` }))),
  mapping: conditions,
  spread: fc.boolean(),
  entitlements: fc.boolean(),
  approval: fc.record({
    ...{ create: fc.boolean(), update: fc.boolean(), suspend: fc.boolean() },
    ...{ reactivate: fc.boolean(), delete: fc.boolean() },
  }),
  ...{ onSuspend: leaving, onDelete: leaving, onRoleLoss: leaving },
  privileged: fc.boolean(),
});

type Setting = typeof setting extends fc.Arbitrary<infer S> ? S : never;

/** `turned`: every list whose order means nothing, the other way round. */
function configFrom(given: Setting, turned = false): Config {
  const { rules, mapping, spread, privileged, entitlements, approval, onSuspend, onDelete, onRoleLoss } = given;
  const turn = <T>(list: T[]): T[] => (turned ? [...list].reverse() : list);
  return Config.parse({
    version: 1,
    directories: [{ name: 'hr', connector: 'memory-directory' }],
    roles: turn([
      { name: 'Staff', apps: ['crm'] },
      { name: 'Sellers', apps: spread ? ['crm'] : [] },
    ]),
    mappings: turn([
      { name: 'Some', conditions: mapping, roles: ['Staff'] },
      {
        name: 'Sales people',
        conditions: [{ attribute: 'department', operator: '=', value: 'Sales' }],
        roles: turn(['Sellers', 'Staff']),
      },
    ]),
    apps: [
      {
        name: 'crm',
        connector: 'memory',
        provisioning: {
          ...{ enabled: true, entitlements, approval, onSuspend, onDelete, onRoleLoss },
          ...(privileged && { privileged: { groups: ['Managers'] } }),
        },
        parameters: [
          { target: 'title', from: 'title' },
          { target: 'groups', from: 'department', translate: { Sales: 'Sales' } },
        ],
        rules,
      },
    ],
  });
}

const attributes = fc.record(
  { email: fc.constant('zoe@acme.test'), department: fc.constantFrom(...values), title: fc.constantFrom(...values) },
  { requiredKeys: ['email'] },
);
const who: fc.Arbitrary<Person> = fc
  .record({
    attributes,
    status: fc.constantFrom('active' as const, 'active' as const, 'suspended' as const, 'left' as const),
    said: fc.constantFrom('explicit' as const, 'absent' as const),
  })
  .map(({ attributes: known, status, said }) =>
    aPerson({
      ...{ attributes: known, status, said, leftAt: status === 'active' ? null : noon },
      records: [record({ attributes: known, status, said: status === 'left' ? said : 'explicit' })],
    }),
  );

const view = fc.record({
  active: fc.boolean(),
  attributes: fc.record({ userName: fc.constantFrom('zoe@acme.test', 'zz'), title: fc.constantFrom(...values) }),
  entitlements: fc.record({ groups }),
});
/** Nothing yet, or an account by whatever provenance, of whose values some are ours. */
const login: fc.Arbitrary<Login | null> = fc
  .record({
    known: fc.constantFrom('nothing', 'login', 'account', 'account', 'account'),
    seen: view,
    ours: groups,
    provenance: fc.constantFrom('created' as const, 'adopted' as const, 'unmanaged' as const, null),
    disassociated: fc.boolean(),
    rarely: fc.nat(5),
  })
  .map(({ known, seen, ours, provenance, disassociated, rarely }) => {
    if (known === 'nothing') return null;
    const blank = newLogin('p-zoe', 'crm', 1);
    if (known === 'login') return blank;
    const owned = ours
      .filter((value) => seen.entitlements.groups.includes(value))
      .map((value) => ({ target: 'groups', value, provenance: 'created' as const }));
    return {
      ...{ ...blank, account: seen.active ? 'active' : 'suspended', remoteId: 'r-1', provenance, owned },
      ...{ observed: { ...seen, at: noon }, disassociated: disassociated && rarely === 0 },
    } as Login;
  });

const account = (remoteId: string, change: Partial<ListedAccount> = {}): ListedAccount => ({
  ...{ remoteId, active: true, attributes: { userName: 'zoe@acme.test' }, entitlements: { groups: ['Everyone'] } },
  ...{ externalId: null, userName: 'zoe@acme.test', emails: [] },
  ...change,
});
const accounts = fc.constantFrom<ListedAccount[]>(
  [],
  [],
  [account('r-2')],
  [account('r-2'), account('r-3', { userName: 'x', emails: ['zoe@acme.test'] })],
  [account('r-2', { active: false }), account('r-4', { externalId: 'p-zoe', userName: 'y' })],
);

type Scene = { config: Config; person: Person; login: Login | null; accounts: readonly ListedAccount[] };
async function considering(scene: Scene, again = false): Promise<Considering> {
  const world = await worldOf(deps, scene.config, 1);
  const app = world.apps.get('crm');
  if (app === undefined) throw new Error('no app');
  const { person, login: before, accounts: found } = scene;
  return {
    ...{ world, app, person, login: before, accounts: found, taken: new Set<string>(), again, requester: null },
    // Another one than before, and the same for the same login.
    id: () => `${before?.operation?.id ?? 'o'}-1`,
  };
}

/** The operation a plan has just made; null when it made none. */
function madeBy(result: Considered, before: Login | null): Operation | null {
  if (!('login' in result)) return null;
  const { operation } = result.login;
  return operation === null || operation.id === before?.operation?.id ? null : operation;
}

const scenes = fc.record({ setting, who, login, accounts });

describe('what is not ours', () => {
  it(
    'is never written: unmanaged accounts not at all, of ours only the entitlements we gave, others only by consent',
    async () => {
      await fc.assert(
        fc.asyncProperty(scenes, async ({ setting: given, who: person, login: before, accounts: found }) => {
          const scene = { config: configFrom(given), person, login: before, accounts: found };
          const result = consider(await considering(scene));
          const operation = madeBy(result, before);
          if (operation === null) return;
          const exists = before?.account === 'active' || before?.account === 'suspended';
          const ours = before?.provenance === 'created' || before?.provenance === 'adopted';
          if (exists && (!ours || before?.disassociated)) throw new Error(`${operation.kind} of what is not ours`);
          if (operation.kind === 'delete') return;
          const { entitlements } = changeOf(operation);
          for (const value of entitlements.groups?.remove ?? []) {
            if (!before?.owned.some((own) => own.value === value)) throw new Error(`takes ${value}, which is not ours`);
          }
          if (operation.kind === 'adopt' && result.outcome === 'write' && operation.state !== 'held')
            throw new Error('adopts unasked');
          if (operation.kind === 'create' && found.length > 0) throw new Error('makes a second account');
        }),
        any.runs,
      );
    },
    any.patience,
  );
});

/** The app as its contract has it. */
function applied(seen: ListedAccount | null, operation: Operation): ListedAccount | null {
  const { kind, after } = operation;
  if (kind === 'delete' || after === null) return null;
  const base = seen ?? account('r-9', { attributes: {}, entitlements: {}, active: true });
  if (kind === 'suspend') return { ...base, active: false };
  const { set, clear, entitlements } = changeOf(operation);
  const kept = Object.entries({ ...base.attributes, ...set }).filter(([name]) => !clear.includes(name));
  const { add = [], remove = [] } = entitlements.groups ?? {};
  const values = [...new Set([...(base.entitlements.groups ?? []), ...add])].filter((one) => !remove.includes(one));
  return {
    ...{ ...base, active: true, attributes: Object.fromEntries(kept) },
    entitlements: { ...base.entitlements, groups: values.sort() },
  };
}

/** Lets the operation through, whatever it needs, and does it. */
function carriedOut(result: Extract<Considered, { login: Login }>, found: readonly ListedAccount[]): Login {
  const placed = result.login;
  const going = {
    write: () => placed,
    ask: () =>
      decideOperation(
        step(placed, 'ask', robot, noon, { operation: { ask: { approval: 'a', hash: '' } } }),
        ...(['approve', robot, noon, ''] as const),
      ),
    removal: () => waive(placed, robot, noon),
  }[result.outcome]();
  const { operation } = going;
  if (operation === null) return going;
  const { observed } = going;
  const mine = observed === null ? null : account('r-1', { ...observed });
  const seen = operation.kind === 'adopt' ? (found.find((one) => one.remoteId === operation.remoteId) ?? null) : mine;
  const started = begin(going, { attempt: 't', epoch: 1, at: noon, lookAgainAt: noon }, robot);
  return succeed(started, applied(seen, operation), robot, noon);
}

describe('a plan', () => {
  it(
    'once applied, leaves nothing to plan',
    async () => {
      let plans = 0;
      let deletions = 0;
      await fc.assert(
        fc.asyncProperty(scenes, async ({ setting: given, who: person, login: before, accounts: found }) => {
          const scene = { config: configFrom(given), person, login: before, accounts: found };
          const result = consider(await considering(scene));
          const operation = madeBy(result, before);
          if (operation === null || !('login' in result) || operation.state === 'held') return;
          plans += 1;
          const first = carriedOut(result, found);
          const next = consider(await considering({ ...scene, login: first }, true));
          const following = madeBy(next, first);
          // Suspended first: what follows is the deletion, which is asked, and nothing after it.
          const deletes = following !== null && first.wish?.beforeDeletion === true && 'login' in next;
          if (deletes && !(following.kind === 'delete' && next.outcome === 'removal' && next.act === 'ask'))
            throw new Error(`${following.kind} follows the suspension`);
          const after = deletes ? carriedOut(next, found) : first;
          const again = deletes ? consider(await considering({ ...scene, login: after }, true)) : next;
          deletions += deletes ? 1 : 0;
          const more = madeBy(again, after);
          if (more !== null && more !== after.operation)
            throw new Error(`${operation.kind}, then ${more.kind}: ${JSON.stringify([more.before, more.after])}`);
        }),
        any.runs,
      );
      expect(plans).toBeGreaterThan(300);
      expect(deletions).toBeGreaterThan(0);
    },
    any.patience,
  );

  it(
    'never leaves a managed account active while only its deletion waits for consent',
    async () => {
      let suspensions = 0;
      await fc.assert(
        fc.asyncProperty(scenes, async ({ setting: given, who: person, login: before, accounts: found }) => {
          const scene = { config: configFrom(given), person, login: before, accounts: found };
          const result = consider(await considering(scene));
          const operation = madeBy(result, before);
          if (operation === null || before?.account !== 'active' || result.outcome !== 'removal') return;
          const asks = { suspend: given.approval.suspend, delete: given.approval.delete };
          if (operation.kind === 'delete' && result.act === 'ask' && !asks.suspend)
            throw new Error('the account stays active until its deletion is approved');
          if (operation.kind === 'suspend' && result.login.wish?.beforeDeletion === true) {
            suspensions += 1;
            if (result.act !== 'go' || !asks.delete) throw new Error(`${result.act} first, though ${asks.delete}`);
          }
        }),
        any.runs,
      );
      expect(suspensions).toBeGreaterThan(0);
    },
    any.patience,
  );

  it(
    'is the same in whatever order accounts, records, roles and mappings come',
    async () => {
      await fc.assert(
        fc.asyncProperty(scenes, async ({ setting: given, who: person, login: before, accounts: found }) => {
          const second = record({ directory: 'ad', externalId: 's-1', attributes: { phone: '1' } });
          const records = [...person.records, second];
          const one = { config: configFrom(given), person: { ...person, records }, login: before, accounts: found };
          const other = {
            ...{ config: configFrom(given, true), person: { ...person, records: [...records].reverse() } },
            ...{ login: before, accounts: [...found].reverse() },
          };
          const [left, right] = [consider(await considering(one)), consider(await considering(other))];
          if (canonical(left) !== canonical(right)) throw new Error(`${canonical(left)} is not ${canonical(right)}`);
        }),
        any.runs,
      );
    },
    any.patience,
  );
});

describe('a directory', () => {
  const names = Array.from({ length: 12 }, (_, index) => `n${index}`);
  const read = fc.record({
    present: fc.subarray(names, { minLength: 1 }),
    suspended: fc.subarray(names, { maxLength: 2 }),
    ends: fc.constantFrom('complete', 'complete', 'incomplete'),
    bad: fc.subarray(names, { maxLength: 1 }),
  });

  it(
    'never makes anybody leave by absence without a complete read of more than half',
    async () => {
      let believed = 0;
      await fc.assert(
        fc.asyncProperty(fc.array(read, { minLength: 1, maxLength: 5 }), async (reads) => {
          const store = memoryStore();
          const directory = memoryDirectory();
          const own = createConnections(
            { targets: new Map(), directories: new Map([['memory-directory', directory.connector]]) },
            () => undefined,
            () => noon,
          );
          const config = Config.parse({ version: 1, directories: [{ name: 'hr', connector: 'memory-directory' }] });
          await store.config.replace(null, { config, digest: 'd', edition: 1, at: 0, by: robot });
          const isOurs = async () => true;
          const exclusive: SyncDeps['exclusive'] = (_name, task) => task(isOurs);
          const reading = { store, clock: deps.clock, random: countingRandom(), log: silent, connections: own };
          const syncing = { ...reading, isOurs, exclusive };
          const statusOf = async () => {
            const people = await store.people.byRecords('hr', names);
            return new Map(people.map((one) => [one.records[0]?.externalId ?? '', one]));
          };
          let known = 0;
          for (const { present, suspended, ends, bad } of [{ ...first, present: names }, ...reads]) {
            const rows: RawRecord[] = present
              .filter((name) => !bad.includes(name))
              .map((name) => row(name, {}, suspended.includes(name) ? 'suspended' : 'active'));
            Object.assign(directory.state, {
              ...{ rows, complete: ends === 'complete' },
              problems: bad.map((name) => ({ place: name, message: 'bad row', externalId: name })),
            });
            const seen = new Set([...rows.map((one) => one.externalId), ...bad]);
            const before = await statusOf();
            await syncDirectory(syncing, 'hr', robot);
            const enough = ends === 'complete' && (known === 0 || seen.size * 2 > known);
            for (const [name, now] of await statusOf()) {
              const left = now.status === 'left' && before.get(name)?.status !== 'left';
              if (left && (!enough || seen.has(name))) throw new Error(`${name} left by a read that ${ends}`);
              if (now.status !== 'left' && enough && !seen.has(name)) throw new Error(`${name} is still here`);
              if (left) believed += 1;
            }
            if (enough) known = seen.size;
          }
        }),
        { numRuns: 2_000 },
      );
      expect(believed).toBeGreaterThan(100);
    },
    any.patience * 2,
  );

  const first = { suspended: [] as string[], ends: 'complete', bad: [] as string[] };
});
