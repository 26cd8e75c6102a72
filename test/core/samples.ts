import { App, type AppConfig } from '../../src/core/app-schema.ts';
import { Config } from '../../src/core/config.ts';
import type { ListedAccount, TargetAttribute } from '../../src/core/connector.ts';
import { wishFor } from '../../src/core/desired.ts';
import { newLogin } from '../../src/core/login.ts';
import type { Login } from '../../src/core/login-model.ts';
import type { DirectoryRecord, Operation, Person, Wish } from '../../src/core/model.ts';
import { makeOperation } from '../../src/core/operation.ts';

export const noon = Date.UTC(2026, 2, 15, 12);
export const robot = { kind: 'system', name: 'test' } as const;

export function record(change: Partial<DirectoryRecord> = {}): DirectoryRecord {
  const attributes = {
    email: 'zoe@acme.test',
    employeeId: '1001',
    givenName: 'Zoe',
    department: 'Sales',
    title: 'Clerk',
  };
  return { directory: 'hr', externalId: '1001', status: 'active', said: 'explicit', attributes, ...change };
}

export function person(change: Partial<Person> = {}): Person {
  const one = record();
  return {
    ...{
      id: 'p-zoe',
      version: 0,
      outbox: [],
      records: [one],
      attributes: one.attributes,
      status: 'active',
      said: 'explicit',
    },
    ...{ revision: 1, keys: ['email=zoe@acme.test', 'employeeId=1001'], dirty: false, wakeAt: null, slack: null },
    ...{ leftAt: null, stop: null, plannedFor: null, twins: [] },
    ...change,
  };
}

export const attributes: readonly TargetAttribute[] = [
  { name: 'userName', kind: 'value', type: 'string', required: true, unique: true },
  { name: 'email', kind: 'value', type: 'string' },
  { name: 'title', kind: 'value', type: 'string' },
  { name: 'seats', kind: 'value', type: 'number' },
  { name: 'external', kind: 'value', type: 'boolean' },
  { name: 'groups', kind: 'entitlement', type: 'string' },
  { name: 'licences', kind: 'entitlement', type: 'string' },
];

/** The app as plans see it: parsed, with an enabled provisioning unless told otherwise. */
export function app(change: object = {}): AppConfig {
  return App.parse({
    name: 'crm',
    connector: 'memory',
    provisioning: { enabled: true, entitlements: true },
    parameters: [
      { target: 'userName', from: 'email' },
      { target: 'title', from: 'title' },
    ],
    ...change,
  });
}

export function config(change: object = {}): Config {
  return Config.parse({
    version: 1,
    directories: [{ name: 'hr', connector: 'csv' }],
    roles: [{ name: 'Sales', apps: ['crm'] }],
    mappings: [
      {
        name: 'Sales people',
        conditions: [{ attribute: 'department', operator: '=', value: 'Sales' }],
        roles: ['Sales'],
      },
    ],
    ...change,
  });
}

export function wish(change: Partial<Wish> = {}): Wish {
  return {
    state: 'active',
    cause: 'role',
    attributes: { userName: 'zoe' },
    entitlements: { groups: [] },
    reasons: [],
    ...change,
  };
}

export const login = (change: Partial<Login> = {}): Login => ({ ...newLogin('p-zoe', 'crm', 1), ...change });

export function account(change: Partial<ListedAccount> = {}): ListedAccount {
  return {
    ...{ remoteId: 'r-1', active: true, attributes: { userName: 'zoe' }, entitlements: {} },
    ...{ externalId: null, userName: 'zoe', emails: [] },
    ...change,
  };
}

/** A login whose account exists, is ours, and was last seen as given. */
export function managed(
  view: Partial<Pick<ListedAccount, 'active' | 'attributes' | 'entitlements'>>,
  change: Partial<Login> = {},
): Login {
  const observed = { active: true, attributes: {}, entitlements: {}, ...view, at: noon };
  const state = observed.active ? 'active' : 'suspended';
  return login({ account: state, remoteId: 'r-1', provenance: 'created', observed, ...change });
}

export function operation(change: Partial<Operation> = {}): Operation {
  const draft = {
    ...{ id: 'o-1', person: 'p-zoe', app: 'crm', remoteId: null, kind: 'create' as const, before: null },
    ...{ after: { active: true, attributes: { userName: 'zoe' }, entitlements: {} }, revision: 1 },
    ...{ cause: 'role' as const, explicit: true, requester: null, reasons: [] },
  };
  return { ...makeOperation(draft, noon), ...change };
}

/** Conditions of being in Sales. */
export const sales = [{ attribute: 'department', operator: '=', value: 'Sales' }];

type Setting = { app?: AppConfig; config?: Config; hasAccount?: boolean; previous?: Wish | null };
/** The wish of somebody, with an account in the sample app unless told otherwise. */
export function wishOf(who: Person, setting: Setting = {}): Wish {
  const { hasAccount = true, previous = null } = setting;
  return wishFor(who, setting.app ?? app(), {
    config: setting.config ?? config(),
    attributes,
    now: noon,
    hasAccount,
    previous,
  });
}
