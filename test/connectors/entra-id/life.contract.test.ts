import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { directory, target } from '../../../connectors/entra-id/index.ts';
import { Config } from '../../../src/core/config.ts';
import { company } from '../../engine/company.ts';
import { type Entra, startEntra } from '../../fakes/entra.ts';
import { readNow, shows } from '../life.ts';
import { guid } from './reading.ts';

let hr: Entra;
let app: Entra;
let acme: Awaited<ReturnType<typeof company>>;
let staff: string;

const configOf = (): Config =>
  Config.parse({
    version: 1,
    settings: { admins: ['ada@acme.test'], approvers: ['ada@acme.test'] },
    directories: [{ name: 'hr', connector: 'entra-id', config: { ...hr.config, lagSeconds: 1 } }],
    roles: [{ name: 'Staff', apps: ['cloud'] }],
    mappings: [
      { name: 'Staff', conditions: [{ attribute: 'memberOf', operator: '=', value: 'Staff' }], roles: ['Staff'] },
    ],
    apps: [
      {
        ...{ name: 'cloud', connector: 'entra-id', connection: app.config },
        provisioning: {
          ...{ enabled: true, entitlements: true, onDelete: 'delete' },
          approval: { create: false, reactivate: false, delete: false },
        },
        parameters: [
          { target: 'groups', from: 'department', translate: { Sales: 'Sales and Marketing' } },
          { target: 'usageLocation', from: 'usageLocation', default: 'DE' },
          { target: 'licences', from: 'department', translate: { Sales: 'ENTERPRISEPACK' } },
        ],
      },
    ],
  });

const join = (n: number, more: object = {}): void => {
  const name = { userPrincipalName: `p${n}@acme.test`, mail: `p${n}@acme.test`, displayName: `P ${n}` };
  hr.tenant.put({ id: guid(n), ...name, ...more });
  hr.tenant.join(staff, guid(n));
};

beforeEach(async () => {
  hr = await startEntra();
  app = await startEntra();
  staff = hr.tenant.putGroup({ displayName: 'Staff' }).id;
  app.tenant.putGroup({ displayName: 'Sales and Marketing' });
  app.tenant.skus.push({ skuId: randomUUID(), skuPartNumber: 'ENTERPRISEPACK', appliesTo: 'User', left: 9 });
  for (const n of [1, 2, 3]) join(n);
  acme = await company([], configOf(), { also: target as never, directory: directory as never });
});
afterEach(async () => {
  await acme.stop();
  await Promise.all([hr.stop(), app.stop()]);
});

/** What the app has of everybody: title, groups, licences, and whether they may sign in. */
const accounts = () => {
  const { users, deleted, groupsOf } = app.tenant;
  const line = (user: { id: string } & Record<string, unknown>, state: string) => {
    const licences = (user.licenseAssignmentStates as unknown[]).length;
    return [user.userPrincipalName, `${user.jobTitle ?? '-'}, ${groupsOf(user.id).length}, ${licences}, ${state}`];
  };
  return Object.fromEntries([
    ...[...users.values()].map((user) => line(user, user.accountEnabled ? 'active' : 'suspended')),
    ...[...deleted.values()].map((user) => line(user, 'deleted')),
  ]);
};

const becomes = (wanted: object) => shows(acme, accounts, wanted);
const synced = () => readNow(acme);

describe('a life with Entra ID as the directory and as an app', () => {
  it.each([0, 1])(
    'joins, moves, is suspended, comes back, leaves and is hired again into the same account; reads trail by %i',
    async (lag) => {
      app.tenant.state.lag = lag;
      expect(await synced()).toMatchObject({ result: 'read', kind: 'full', joined: 3 });
      const plain = '-, 0, 0, active';
      await becomes({ 'p1@acme.test': plain, 'p2@acme.test': plain, 'p3@acme.test': plain });
      hr.tenant.put({ id: guid(1), jobTitle: 'CEO', department: 'Sales' });
      hr.tenant.put({ id: guid(2), accountEnabled: false });
      expect(await synced()).toMatchObject({ kind: 'delta', changed: 2 });
      const moved = { 'p1@acme.test': 'CEO, 1, 1, active' };
      await becomes({ ...moved, 'p2@acme.test': '-, 0, 0, suspended', 'p3@acme.test': plain });
      const ids = [...app.tenant.users.keys()].sort();
      hr.tenant.put({ id: guid(2), accountEnabled: true });
      hr.tenant.remove(guid(3));
      expect(await synced()).toMatchObject({ kind: 'delta', left: 1 });
      await becomes({ ...moved, 'p2@acme.test': plain, 'p3@acme.test': '-, 0, 0, deleted' });
      hr.tenant.restore(guid(3));
      hr.tenant.put({ id: guid(3), jobTitle: 'Back' });
      await synced();
      await becomes({ ...moved, 'p2@acme.test': plain, 'p3@acme.test': 'Back, 0, 0, active' });
      expect([...app.tenant.users.keys()].sort()).toEqual(ids);
    },
    120_000,
  );
});
