import { system } from '../src/core/event.ts';
import { applyRecords } from '../src/core/join.ts';
import { begin, succeed } from '../src/core/login.ts';
import type { Login } from '../src/core/login-model.ts';
import type { Person } from '../src/core/model.ts';
import { consider } from '../src/engine/plan/consider.ts';
import { systemClock, systemRandom } from '../src/engine/system-clock.ts';
import { type AppWorld, loadWorld, type World } from '../src/engine/world.ts';
import { type Company, departments } from './company.ts';

const actor = system('bench');
const page = 1_000;

/**
 * So many people with an account in every app of the configuration, all as wished: what planning and provisioning would have left
 * behind, written straight into the store.
 */
export async function seedAccounts({ store, engine }: Company, people: number): Promise<void> {
  const world = await loadWorld({ store, connections: engine.connections, clock: systemClock });
  for (const app of world.apps.keys()) await store.accounts.finish(app, 'seeded', systemClock.now());
  for (let start = 0; start < people; start += page) {
    const some = Array.from({ length: Math.min(page, people - start) }, (_, index) => personOf(start + index, world));
    await store.people.insert(some);
    const logins = some.flatMap((person) => [...world.apps.values()].map((app) => loginOf(person, app, world)));
    await store.logins.insert(logins);
  }
}

function personOf(index: number, { config, now }: World): Person {
  const record = {
    ...{ directory: 'hr', externalId: String(index), status: 'active' as const, said: 'explicit' as const },
    attributes: {
      ...{ employeeId: String(index), givenName: `Given${index}`, familyName: `Family${index}` },
      ...{ email: `n${index}@acme.test`, title: 'Engineer', location: 'Berlin' },
      department: departments[index % departments.length] ?? 'Sales',
    },
  };
  const context = { directories: config.directories, at: now, actor };
  const person = applyRecords(null, `p-${String(index).padStart(8, '0')}`, [record], context);
  if (person === null) throw new Error('a new person is news');
  return { ...person, outbox: [], dirty: false };
}

function loginOf(person: Person, app: AppWorld, world: World): Login {
  const id = () => systemRandom.id('o');
  const none = { login: null, accounts: [], taken: new Set<string>(), again: false, requester: null };
  const planned = consider({ ...none, world, app, person, id });
  if (planned.outcome !== 'write' || planned.login.operation?.after == null) throw new Error('no account was planned');
  const { attributes, entitlements } = planned.login.operation.after;
  const call = { attempt: systemRandom.id('t'), epoch: 1, at: world.now, lookAgainAt: world.now };
  const account = { remoteId: `r-${person.id}`, active: true, attributes, entitlements };
  return { ...succeed(begin(planned.login, call, actor), account, actor, world.now), version: 0, outbox: [] };
}
