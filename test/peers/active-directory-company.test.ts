import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { target as connector, directory } from '../../connectors/active-directory/index.ts';
import { connector as csv } from '../../connectors/csv/index.ts';
import { Config } from '../../src/core/config.ts';
import { soon } from '../contracts/peer.ts';
import { company } from '../engine/company.ts';
import type { Acts } from './acts.ts';
import { type AppDomain, startAppDomain } from './app-domain.ts';

/** The whole of Rollcall between an HR export and a real domain controller. */

let app: AppDomain;
let acts: Acts;
let units: AppDomain['units'];
let connection: AppDomain['connection'];
let connect: AppDomain['connect'];

beforeAll(async () => {
  app = await startAppDomain();
  ({ acts, units, connection, connect } = app);
});
afterAll(() => app?.domain.stop());

const settings = {
  ...{ admins: ['ada@acme.test'], approvers: ['ada@acme.test'], deletionThreshold: { count: 50, percent: 100 } },
  // Time passes faster than the servers answer.
  timings: { lease: '20 minutes', deadline: '5 minutes', settle: '1 second', retry: '1 second' },
};
const roles = { roles: [{ name: 'Staff', apps: ['crm'] }], mappings: [{ name: 'Everybody', roles: ['Staff'] }] };
const unasked = { enabled: true, entitlements: true, approval: { create: false, reactivate: false } };

type Row = { id: string; name: string; department: string; state?: string };

/** An HR export that a test writes. */
async function exported() {
  const folder = await mkdtemp(join(tmpdir(), 'rollcall-hr-'));
  const file = join(folder, 'people.csv');
  return {
    entry: { name: 'hr', connector: 'csv', config: { file, key: 'employee_id' } },
    write: (rows: readonly Row[]) => {
      const lines = rows.map(({ id, name, department, state = 'active' }) =>
        [id, `${name}@acme.test`, name, 'Person', `${name} Person`, department, state].join(','),
      );
      const headers = 'employee_id,email,given_name,family_name,display_name,department,status';
      return writeFile(file, `${[headers, ...lines].join('\n')}\n`);
    },
    remove: () => rm(folder, { recursive: true }),
  };
}

/** Time passes in the company while the servers answer in theirs, until `seen` shows it. */
const becomes = (acme: Awaited<ReturnType<typeof company>>, seen: () => Promise<unknown>, wanted: unknown) =>
  expect
    .poll(
      async () => {
        await acme.time.advance(1_000);
        return seen();
      },
      { timeout: 60_000, interval: 50 },
    )
    .toEqual(wanted);

describe('a life, from an HR export to the domain', () => {
  it('joins, moves, is away, comes back and leaves', async () => {
    const hr = await exported();
    const staff = await acts.unit('Company', units.people);
    const trade = await acts.unit('Trade', staff);
    const own = { base: staff, organizationalUnit: staff };
    const config = Config.parse({
      ...{ version: 1, settings, directories: [hr.entry], ...roles },
      apps: [
        {
          ...{
            name: 'crm',
            connector: 'active-directory',
            connection: { ...connection, ...own },
            provisioning: { ...unasked, match: ['userName'] },
          },
          parameters: [
            {
              target: 'organizationalUnit',
              from: 'department',
              translate: { Sales: trade, IT: staff },
            },
            { target: 'groups', from: 'department', translate: { Sales: 'Crew', IT: 'Staff' } },
          ],
        },
      ],
    });
    const rows: Row[] = [
      { id: '1', name: 'ada', department: 'IT' },
      { id: '2', name: 'bea', department: 'Sales' },
      { id: '3', name: 'cid', department: 'Sales' },
    ];
    await hr.write(rows);
    const acme = await company([], config, { directory: csv as never, also: connector as never });
    const accounts = async () => {
      const found: Record<string, unknown> = {};
      for await (const page of connect(own).list(soon()))
        for (const { userName, active, attributes, entitlements } of page)
          found[userName?.split('@')[0] ?? ''] = [
            active,
            attributes.organizationalUnit === trade,
            ...(entitlements.groups ?? []),
          ];
      return found;
    };
    const synced = async (next: readonly Row[]) => {
      await hr.write(next);
      await acme.engine.useCases.sync('hr', { kind: 'system', name: 'test' });
    };
    await synced(rows);
    await becomes(acme, accounts, {
      ada: [true, false, 'Staff'],
      bea: [true, true, 'Crew'],
      cid: [true, true, 'Crew'],
    });
    const [ada, bea, cid] = rows as [Row, Row, Row];
    await synced([{ ...ada, department: 'Sales' }, { ...bea, state: 'inactive' }, cid]);
    await becomes(acme, accounts, { ada: [true, true, 'Crew'], bea: [false, true, 'Crew'], cid: [true, true, 'Crew'] });
    await synced([{ ...ada, department: 'Sales' }, bea, { ...cid, state: 'left' }]);
    await becomes(acme, accounts, { ada: [true, true, 'Crew'], bea: [true, true, 'Crew'], cid: [false, true, 'Crew'] });
    await acme.stop();
    await hr.remove();
  });
});

describe('an HR export and a domain as directories', () => {
  it('make one person with one login, away everywhere when either says so', async () => {
    const hr = await exported();
    const staff = await acts.unit('Employees');
    const { organizationalUnit: _unit, groupBase: _groups, ...reading } = connection;
    const ad = { name: 'ad', connector: 'active-directory', config: { ...reading, base: staff } };
    const apps = [{ name: 'crm', connector: 'memory', provisioning: unasked }];
    const config = Config.parse({ ...{ version: 1, settings, directories: [hr.entry, ad], ...roles }, apps });
    const rows: Row[] = [
      { id: '10', name: 'eva', department: 'IT' },
      { id: '11', name: 'fay', department: 'IT' },
    ];
    const dns = new Map<string, string>();
    // One is known by the same number, the other by the same address alone.
    dns.set('eva', await acts.user('eva', staff, { employeeID: '10', title: 'Head' }));
    dns.set('fay', await acts.user('fay', staff, { mail: 'fay@acme.test', title: 'Clerk' }));
    await hr.write(rows);
    const acme = await company([], config, { directory: [csv, directory] as never });
    const synced = async (next: readonly Row[]) => {
      await hr.write(next);
      for (const name of ['hr', 'ad']) await acme.engine.useCases.sync(name, { kind: 'system', name: 'test' });
    };
    const seen = async () =>
      Object.fromEntries(
        [...acme.app.accounts.values()].map(({ userName, active, attributes }) => [
          userName,
          [active, attributes.title],
        ]),
      );
    const are = (eva: boolean, fay: boolean) =>
      becomes(acme, seen, { 'eva@acme.test': [eva, 'Head'], 'fay@acme.test': [fay, 'Clerk'] });
    await synced(rows);
    await are(true, true);
    const found = await acme.store.people.byRecords('hr', ['10', '11']);
    expect(found.map(({ records }) => records.map(({ directory: name }) => name).sort())).toEqual([
      ['ad', 'hr'],
      ['ad', 'hr'],
    ]);
    await acts.disable(dns.get('eva') ?? '');
    await synced(rows);
    await are(false, true);
    await acts.enable(dns.get('eva') ?? '');
    await synced(rows.map((row) => (row.name === 'fay' ? { ...row, state: 'inactive' } : row)));
    await are(true, false);
    await acts.disable(dns.get('fay') ?? '');
    await synced(rows);
    await are(true, false);
    await acts.enable(dns.get('fay') ?? '');
    await synced(rows);
    await are(true, true);
    await acme.stop();
    await hr.remove();
  });
});
