import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { directory, target } from '../../../connectors/google-workspace/index.ts';
import { connector as scim } from '../../../connectors/scim/index.ts';
import { Config } from '../../../src/core/config.ts';
import { company } from '../../engine/company.ts';
import { startFaultServer } from '../../fakes/fault-server.ts';
import { type Google, startGoogle } from '../../fakes/google.ts';
import type { FakeUser } from '../../fakes/google-lists.ts';
import { readNow, shows } from '../life.ts';

let hr: Google;
let app: Google;
let acme: Awaited<ReturnType<typeof company>>;
let at: () => number = Date.now;

const configOf = (connector: string, connection: object): Config =>
  Config.parse({
    version: 1,
    settings: { admins: ['ada@acme.test'], approvers: ['ada@acme.test'] },
    directories: [{ name: 'hr', connector: 'google-workspace', config: { ...hr.settings, groups: true } }],
    roles: [{ name: 'Staff', apps: ['crm'] }],
    mappings: [
      {
        ...{ name: 'Staff', roles: ['Staff'] },
        conditions: [{ attribute: 'memberOf', operator: '=', value: 'staff@acme.test' }],
      },
    ],
    apps: [
      {
        ...{ name: 'crm', connector, connection },
        provisioning: {
          ...{ enabled: true, entitlements: true, onDelete: 'delete' },
          approval: { create: false, reactivate: false, delete: false },
        },
        parameters: [{ target: 'groups', from: 'department', translate: { Sales: 'sales@acme.test' } }],
      },
    ],
  });

beforeEach(async () => {
  hr = await startGoogle({ now: () => at() });
  app = await startGoogle({ now: () => at() });
  hr.tenant.addGroup('staff@acme.test');
  app.tenant.addGroup('sales@acme.test');
  for (const n of [1, 2, 3]) join(n);
});
const open = async (also: typeof target | typeof scim, connection: object) => {
  acme = await company([], configOf(also.name, connection), { also: also as never, directory: directory as never });
  at = acme.time.clock.now;
};
afterEach(async () => {
  at = Date.now;
  await acme.stop();
  await Promise.all([hr.stop(), app.stop()]);
});

const idOf = (n: number) => String(10_000 + n);
const put = (n: number, more: object = {}): FakeUser => {
  const name = { givenName: 'P', familyName: String(n) };
  const user = { id: idOf(n), primaryEmail: `p${n}@acme.test`, name, ...hr.tenant.users.get(idOf(n)), ...more };
  hr.tenant.users.set(user.id, user);
  return user;
};
function join(n: number): void {
  const id = put(n).id;
  hr.tenant.groups.get('0staff@acme.test')?.members.set(id, { id, type: 'USER', role: 'MEMBER' });
}

/** What the app has of everybody: title, groups, and whether they may sign in. */
const accounts = () =>
  Object.fromEntries(
    [...app.tenant.users.values()].map((user) => {
      const [organization] = (user.organizations ?? []) as { title?: string }[];
      const groups = [...app.tenant.groups.values()].filter(({ members }) => members.has(user.id)).length;
      const state = user.deletionTime !== undefined ? 'deleted' : user.suspended === true ? 'suspended' : 'active';
      return [user.primaryEmail, `${organization?.title ?? '-'}, ${groups} groups, ${state}`];
    }),
  );

const becomes = (wanted: object) => shows(acme, accounts, wanted);
const synced = () => readNow(acme);

describe('a life with Google Workspace as the directory and as an app', () => {
  beforeEach(() => open(target, app.settings));

  it('joins, moves, is suspended, comes back, leaves, and is hired again into the account there was', async () => {
    expect(await synced()).toMatchObject({ result: 'read', kind: 'full', joined: 3 });
    const quiet = '-, 0 groups, active';
    await becomes({ 'p1@acme.test': quiet, 'p2@acme.test': quiet, 'p3@acme.test': quiet });

    put(1, { organizations: [{ title: 'CEO', department: 'Sales', primary: true }] });
    put(2, { suspended: true });
    expect(await synced()).toMatchObject({ changed: 2 });
    const moved = { 'p1@acme.test': 'CEO, 1 groups, active', 'p2@acme.test': '-, 0 groups, suspended' };
    await becomes({ ...moved, 'p3@acme.test': quiet });

    put(2, { suspended: false });
    const before = [...app.tenant.users.values()].find(({ primaryEmail }) => primaryEmail === 'p3@acme.test')?.id;
    hr.tenant.remove(put(3));
    expect(await synced()).toMatchObject({ left: 1 });
    await becomes({ ...moved, 'p2@acme.test': quiet, 'p3@acme.test': '-, 0 groups, deleted' });

    put(3, { deletionTime: undefined, organizations: [{ title: 'Back', department: 'Sales', primary: true }] });
    join(3);
    await synced();
    await becomes({ ...moved, 'p2@acme.test': quiet, 'p3@acme.test': 'Back, 1 groups, active' });
    expect([...app.tenant.users.values()].find(({ primaryEmail }) => primaryEmail === 'p3@acme.test')?.id).toBe(before);
    expect(app.tenant.users.size).toBe(3);
  }, 120_000);

  it('has the account that was made without an answer, also while Google’s searches do not show it yet', async () => {
    app.tenant.lag(true);
    app.fail({ kind: 'reset', effect: true }, { method: 'POST', path: /users$/ });
    await synced();
    const quiet = '-, 0 groups, active';
    await becomes({ 'p1@acme.test': quiet, 'p2@acme.test': quiet, 'p3@acme.test': quiet });
    for (const n of [1, 2, 3])
      await expect
        .poll(
          async () => {
            await acme.time.advance(5_000);
            return acme.word(idOf(n));
          },
          { timeout: 30_000, interval: 20 },
        )
        .toBe('provisioned');
    expect(app.log.filter(({ method, url }) => method === 'POST' && url.endsWith('/users'))).toHaveLength(3);
  }, 120_000);
});

describe('a life with Google Workspace as the directory and a SCIM app', () => {
  it('joins, moves, is suspended, comes back and leaves', async () => {
    const crm = await startFaultServer({ token: 'app-token' });
    const auth = { type: 'bearer', token: 'app-token' };
    crm.app.groups.set('g1', { id: 'g1', version: 1, displayName: 'sales@acme.test', members: [] });
    await open(scim, { baseUrl: crm.baseUrl, auth, allowHosts: ['127.0.0.1'] });
    const shown = () =>
      Object.fromEntries(
        [...crm.app.users.values()].map((user) => [user.userName, `${user.title ?? '-'} ${user.active}`]),
      );
    const comesTo = (wanted: object) =>
      expect
        .poll(
          async () => {
            await acme.time.advance(5_000);
            return shown();
          },
          { timeout: 30_000, interval: 20 },
        )
        .toEqual(wanted);
    try {
      await synced();
      await comesTo({ 'p1@acme.test': '- true', 'p2@acme.test': '- true', 'p3@acme.test': '- true' });
      put(1, { organizations: [{ title: 'CEO', department: 'Sales', primary: true }] });
      put(2, { suspended: true });
      await synced();
      await comesTo({ 'p1@acme.test': 'CEO true', 'p2@acme.test': '- false', 'p3@acme.test': '- true' });
      put(2, { suspended: false });
      hr.tenant.remove(put(3));
      await synced();
      await comesTo({ 'p1@acme.test': 'CEO true', 'p2@acme.test': '- true' });
      expect(crm.app.groups.get('g1')?.members).toHaveLength(1);
    } finally {
      await crm.stop();
    }
  }, 120_000);
});
