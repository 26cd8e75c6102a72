import { Config } from '../../../src/core/config.ts';
import type { ListedAccount, RawRecord } from '../../../src/core/connector.ts';
import { row } from '../../fakes/memory-directory.ts';

/** Well apart, so that each of them shows: a call is given up, its late effect waited out, its owner given up. Milliseconds. */
export const timings = { lease: 4_500, deadline: 1_500, settle: 8_000, retry: 400 };

/** Who decides, and who keeps the badges. Neither has an account anywhere. */
const office: readonly RawRecord[] = [row('ada'), row('olga')];

export const zoe = (attributes: RawRecord['attributes'] = {}, status: RawRecord['status'] = 'active'): RawRecord =>
  row('zoe', { location: 'Berlin', title: 'Rep', ...attributes }, status);

export const rowsWith = (record: RawRecord | null): RawRecord[] => [...office, ...(record === null ? [] : [record])];

const inBerlin = { attribute: 'location', operator: '=', value: 'Berlin' };
const inSales = { attribute: 'department', operator: '=', value: 'Sales' };

/** Whoever works in Berlin has an account in this one app; who works in Sales is in the group of that name there. */
export const configOf = (app: 'crm' | 'badges', provisioning: Record<string, unknown>): Config =>
  Config.parse({
    version: 1,
    settings: {
      ...{ admins: ['ada@acme.test'], approvers: ['ada@acme.test'] },
      timings: {
        ...Object.fromEntries(Object.entries(timings).map(([name, time]) => [name, `${time} milliseconds`])),
        retryMax: '2 seconds',
      },
    },
    directories: [{ name: 'hr', connector: 'memory-directory' }],
    roles: [{ name: 'Staff', apps: [app] }],
    mappings: [{ name: 'Berlin', conditions: [inBerlin], roles: ['Staff'] }],
    apps: [{ name: app, ...appOf[app], provisioning: { ...usual, ...provisioning } }],
  });

/** Lists are never trusted for long, so that sweeps go through the app all the time. */
const usual = { enabled: true, entitlements: true, verify: '1 second' };

const title = { target: 'title', from: 'title' };
const appOf = {
  crm: {
    connector: 'memory',
    parameters: [title],
    rules: [{ name: 'Sales', match: 'all', conditions: [inSales], actions: [{ target: 'groups', add: ['Sales'] }] }],
  },
  badges: {
    ...{ connector: 'manual', owners: ['olga@acme.test'], parameters: [title] },
    connection: { entitlements: ['rooms = Sales'] },
    rules: [{ name: 'Sales', match: 'all', conditions: [inSales], actions: [{ target: 'rooms', add: ['Sales'] }] }],
  },
};

const account = (remoteId: string, name: string, change: Partial<ListedAccount>): ListedAccount => ({
  ...{ remoteId, active: true, externalId: null, userName: `${name}@acme.test`, emails: [`${name}@acme.test`] },
  ...{ attributes: { userName: `${name}@acme.test`, email: `${name}@acme.test`, title: 'Old' }, entitlements: {} },
  ...change,
});

/** Nobody’s that we know: it is never to be touched. */
export const stranger = account('x-bob', 'bob', { entitlements: { groups: ['Chess', 'Sales'] } });
/** Zoe’s own of old, which Rollcall has not made. */
export const old = account('x-zoe', 'zoe', { entitlements: { groups: ['Chess'] } });
/** Somebody else’s under a name that Zoe is to have. */
export const rival = (name: string): ListedAccount => account('x-rival', name, {});
