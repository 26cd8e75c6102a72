import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { type Connectors, checkConfig, type Problem } from '../../src/core/config-check.ts';
import { defineDirectory, defineTarget, type TargetConnector } from '../../src/core/connector.ts';
import * as any from './arbitraries.ts';
import { attributes } from './samples.ts';

const never = (): never => {
  throw new Error('a check connects to nothing');
};
const auth = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('bearer'), token: z.string().regex(/^\S+$/).meta({ secret: true }) }),
  z.strictObject({ type: z.literal('none') }),
]);
const connection = z.strictObject({ baseUrl: z.url(), auth, pageSize: z.number().max(100).default(50) });
const scim = defineTarget({
  ...{ kind: 'target', name: 'scim', title: 'SCIM', config: connection, attributes, connect: never },
  capabilities: { suspend: true, delete: true, entitlements: true },
  parameters: [{ target: 'userName', from: 'email' }],
});
const plain: TargetConnector = defineTarget({
  ...scim,
  name: 'plain',
  title: 'Plain',
  config: z.unknown(),
  capabilities: {},
  parameters: [],
});
const csv = defineDirectory({
  kind: 'directory',
  name: 'csv',
  title: 'CSV',
  config: z.strictObject({ file: z.string() }),
  connect: never,
});
const connectors = {
  targets: new Map([
    ['scim', scim],
    ['plain', plain],
  ] as [string, TargetConnector][]),
  directories: new Map([['csv', csv]]),
} as unknown as Connectors;

/** A good configuration; each test spoils one thing. */
function good() {
  const crm = {
    name: 'crm',
    owners: ['ada@acme.test'],
    connector: 'scim',
    connection: { baseUrl: 'https://crm.acme.test/v2', auth: { type: 'bearer', token: `\${CRM_TOKEN}` } },
    provisioning: { enabled: true, entitlements: true, privileged: { groups: ['Admins'] } },
    parameters: [
      { target: 'title', from: 'title', default: 'Staff' },
      { target: 'groups', from: 'department', translate: { Sales: 'Sales and Marketing' } },
      { target: 'groups', value: 'Everybody' },
    ] as object[],
    rules: [
      {
        name: 'Managers',
        match: 'any',
        conditions: [{ attribute: 'title', operator: 'contains', value: 'Manager' }] as object[],
        actions: [{ target: 'groups', add: ['Managers'] }] as object[],
      },
    ],
  };
  return {
    version: 1 as unknown,
    settings: { admins: ['ada@acme.test'], approvers: ['ada@acme.test', 'U024BE7LH', 'manager', 'owners'] } as Record<
      string,
      unknown
    >,
    directories: [{ name: 'hr', connector: 'csv', config: { file: 'people.csv' } as object }] as Record<
      string,
      unknown
    >[],
    roles: [{ name: 'Sales', apps: ['crm'], members: ['zoe@acme.test'] }],
    mappings: [
      {
        name: 'Sales people',
        conditions: [{ attribute: 'department', operator: '=', value: 'Sales' }] as object[],
        roles: ['Sales'],
      },
    ],
    apps: [crm] as (Omit<typeof crm, 'connection' | 'provisioning'> & { connection: unknown; provisioning: object })[],
  };
}
type Draft = ReturnType<typeof good>;

function problemsOf(raw: unknown): Problem[] {
  const result = checkConfig(raw, connectors);
  return 'problems' in result ? result.problems : [];
}

function spoiled(spoil: (draft: Draft, crm: Draft['apps'][0]) => void): Problem[] {
  const draft = good();
  const [crm] = draft.apps;
  if (crm === undefined) throw new Error('the good configuration has an app');
  spoil(draft, crm);
  return problemsOf(draft);
}

it('a good configuration is read, with its defaults', () => {
  const result = checkConfig(good(), connectors);
  expect(result).toMatchObject({
    config: { settings: { quorum: 1 }, apps: [{ name: 'crm', provisioning: { onSuspend: 'suspend' } }] },
  });
});

type Spoil = (draft: Draft, crm: Draft['apps'][0]) => void;
const condition =
  (change: object): Spoil =>
  (draft) =>
    draft.mappings[0]?.conditions.push({ attribute: 'title', operator: '=', ...change });
const setting =
  (change: object): Spoil =>
  (draft) =>
    Object.assign(draft.settings, change);
const provisioning =
  (change: object): Spoil =>
  (_, crm) =>
    Object.assign(crm.provisioning, change);
const parameter =
  (added: object): Spoil =>
  (_, crm) =>
    crm.parameters.push(added);
const action =
  (added: object): Spoil =>
  (_, crm) =>
    crm.rules[0]?.actions.push(added);

describe.each<[string, [string, Spoil, string, string][]]>([
  [
    'shape',
    [
      ['a misspelt key', (draft) => Object.assign(draft, { mapings: [] }), 'mapings', 'did you mean mappings?'],
      [
        'a key of another place',
        (draft) => Object.assign(draft, { members: [] }),
        'members',
        'it does not belong here: take it out',
      ],
      ['a key nobody knows', (draft) => Object.assign(draft, { zzzzzz: [] }), 'zzzzzz', 'take it out'],
      [
        'no version',
        (draft) => {
          draft.version = undefined;
        },
        'version',
        'write one of: 1',
      ],
      ['a wrong type', setting({ quorum: 'two' }), 'settings.quorum', 'write a number'],
      [
        'a bad duration',
        setting({ approvalExpiry: '3 dayz' }),
        'settings.approvalExpiry',
        'write a number and a unit, such as "15 minutes" or "3 days"',
      ],
      [
        'a misspelt choice',
        provisioning({ onDelete: 'suspnd' }),
        'apps[0].provisioning.onDelete',
        'did you mean suspend?',
      ],
      [
        'a misspelt operator',
        condition({ operator: 'start-with' }),
        'mappings[0].conditions[1].operator',
        'did you mean starts-with?',
      ],
      [
        'a parameter without source',
        parameter({ target: 'seats' }),
        'apps[0].parameters[3]',
        'say where the value comes from: `from`, `value` or `default`',
      ],
    ],
  ],
  [
    'names and references',
    [
      [
        'a name twice',
        (draft) => draft.roles.push({ name: 'SALES', apps: [], members: [] }),
        'roles[1].name',
        'give one of them another name',
      ],
      [
        'a rule twice',
        (_, crm) =>
          crm.rules.push({ name: 'Managers', match: 'all', conditions: [], actions: [{ target: 'title', set: 'x' }] }),
        'apps[0].rules[1].name',
        'give one of them another name',
      ],
      ['a role of no such app', (draft) => draft.roles[0]?.apps.push('cmr'), 'roles[0].apps[1]', 'did you mean crm?'],
      [
        'a mapping to no such role',
        (draft) => draft.mappings[0]?.roles.push('Legal'),
        'mappings[0].roles[1]',
        'add the role, or take the name out',
      ],
      [
        'no such connector',
        (_, crm) => {
          crm.connector = 'scmi';
        },
        'apps[0].connector',
        'did you mean scim?',
      ],
      [
        'a connector of the other sort',
        (draft) => Object.assign(draft.directories[0] ?? {}, { connector: 'plain' }),
        'directories[0].connector',
        'use one of: csv',
      ],
    ],
  ],
  [
    'connections',
    [
      [
        'what the connector does not take',
        (draft) => Object.assign(draft.directories[0] ?? {}, { config: { path: 'x', file: 'x' } }),
        'directories[0].config.path',
        'take it out',
      ],
      [
        'a missing field',
        (draft) => Object.assign(draft.directories[0] ?? {}, { config: {} }),
        'directories[0].config.file',
        'add it (string)',
      ],
      [
        'a tag nobody knows',
        (_, crm) => Object.assign(crm.connection as object, { auth: { type: 'baerer' } }),
        'apps[0].connection.auth.type',
        'did you mean bearer?',
      ],
      [
        'a misspelt key within',
        (_, crm) => Object.assign(crm.connection as object, { auth: { type: 'bearer', token: `\${T}`, tokn: 1 } }),
        'apps[0].connection.auth.tokn',
        'did you mean token?',
      ],
      [
        'a secret written out',
        (_, crm) => Object.assign(crm.connection as object, { auth: { type: 'bearer', token: 'hunter2' } }),
        'apps[0].connection.auth.token',
        `write \${CRM_TOKEN} and set CRM_TOKEN in the environment`,
      ],
      [
        'a variable of Rollcall’s own',
        (_, crm) => Object.assign(crm.connection as object, { baseUrl: `https://x.test/\${ROLLCALL_KEYS}` }),
        'apps[0].connection.baseUrl',
        'use a variable of another name',
      ],
    ],
  ],
  [
    'conditions',
    [
      [
        'another spelling of a canonical name',
        condition({ attribute: 'Given Name', value: 'x' }),
        'mappings[0].conditions[1].attribute',
        'write givenName',
      ],
      ['nothing to compare with', condition({}), 'mappings[0].conditions[1].value', 'add a `value`'],
      [
        'an order of words',
        condition({ operator: '>', value: 'Manager' }),
        'mappings[0].conditions[1].value',
        'write a number, or a date such as 2026-03-31',
      ],
      [
        'an invalid pattern',
        condition({ operator: 'matches', value: '(' }),
        'mappings[0].conditions[1].value',
        'write a simpler regular expression, or use contains, starts-with or in',
      ],
      [
        'a pattern that runs away',
        condition({ operator: 'matches', value: '(a+)+' }),
        'mappings[0].conditions[1].value',
        'write a simpler regular expression, or use contains, starts-with or in',
      ],
      [
        'exists of a word',
        condition({ operator: 'exists', value: 'maybe' }),
        'mappings[0].conditions[1].value',
        'write true or false, or leave the value out',
      ],
      [
        'deep within',
        (draft) =>
          draft.mappings[0]?.conditions.push({ match: 'any', conditions: [{ attribute: 'title', operator: '=' }] }),
        'mappings[0].conditions[1].conditions[0].value',
        'add a `value`',
      ],
      [
        'in a rule',
        (_, crm) => crm.rules[0]?.conditions.push({ attribute: 'given_name', operator: 'exists' }),
        'apps[0].rules[0].conditions[1].attribute',
        'write givenName',
      ],
    ],
  ],
  [
    'parameters and rules',
    [
      [
        'no such attribute of the app',
        parameter({ target: 'titel', from: 'title' }),
        'apps[0].parameters[3].target',
        'did you mean title?',
      ],
      [
        'no such attribute of people',
        parameter({ target: 'email', from: 'E-Mail' }),
        'apps[0].parameters[3].from',
        'write email',
      ],
      [
        'in a template too',
        parameter({ target: 'email', value: '{given_name}@acme.test' }),
        'apps[0].parameters[3].value',
        'write givenName',
      ],
      [
        'two sources',
        parameter({ target: 'email', from: 'email', value: 'x' }),
        'apps[0].parameters[3].value',
        'take one of them out',
      ],
      [
        'a constant of another type',
        parameter({ target: 'seats', value: 'many' }),
        'apps[0].parameters[3].value',
        'write a number',
      ],
      [
        'a default of another type',
        parameter({ target: 'seats', from: 'level', default: 'many' }),
        'apps[0].parameters[3].default',
        'write a number',
      ],
      [
        'a translation of another type',
        parameter({ target: 'seats', from: 'level', translate: { a: 1, b: 'two' } }),
        'apps[0].parameters[3].translate',
        'write a number',
      ],
      [
        'several values for one',
        parameter({ target: 'email', value: ['a', 'b'] }),
        'apps[0].parameters[3].value',
        'write one value',
      ],
      [
        'one attribute filled twice',
        parameter({ target: 'title', value: 'x' }),
        'apps[0].parameters[3].target',
        'keep one parameter, and use rules for exceptions',
      ],
      [
        'a rule for no such attribute',
        action({ target: 'group', add: ['x'] }),
        'apps[0].rules[0].actions[1].target',
        'did you mean groups?',
      ],
      [
        'adding to a single value',
        action({ target: 'title', add: ['x'] }),
        'apps[0].rules[0].actions[1].add',
        'use `set`',
      ],
      [
        'setting several for one',
        action({ target: 'title', set: ['x', 'y'] }),
        'apps[0].rules[0].actions[1].set',
        'write one value',
      ],
    ],
  ],
  [
    'provisioning',
    [
      [
        'what the app cannot do',
        (draft, crm) => {
          crm.connector = 'plain';
          crm.parameters.push({ target: 'userName', from: 'email' });
          crm.provisioning = { enabled: true, onSuspend: 'suspend', onDelete: 'nothing', onRoleLoss: 'nothing' };
          draft.settings.quorum = 1;
        },
        'apps[0].provisioning.onSuspend',
        'write nothing',
      ],
      [
        'entitlements it has not',
        (_, crm) => {
          crm.connector = 'plain';
          crm.parameters.push({ target: 'userName', from: 'email' });
          crm.provisioning = {
            enabled: true,
            entitlements: true,
            onSuspend: 'nothing',
            onDelete: 'nothing',
            onRoleLoss: 'nothing',
          };
        },
        'apps[0].provisioning.entitlements',
        'write false, or use another connector for crm',
      ],
      [
        'a required attribute nothing fills',
        (_, crm) => {
          crm.connector = 'plain';
          crm.provisioning = { enabled: false };
        },
        'apps[0].parameters',
        'add a parameter with target userName',
      ],
      [
        'privileged values of no attribute',
        provisioning({ privileged: { grups: ['x'] } }),
        'apps[0].provisioning.privileged.grups',
        'did you mean groups?',
      ],
      [
        'privileged values of a plain one',
        provisioning({ privileged: { title: ['x'] } }),
        'apps[0].provisioning.privileged.title',
        'name an entitlement',
      ],
    ],
  ],
  [
    'people',
    [
      [
        'an approver who is nobody',
        setting({ approvers: ['ada@acme.test', 'manger'] }),
        'settings.approvers[1]',
        'did you mean manager?',
      ],
      ['an admin by name', setting({ admins: ['Ada'] }), 'settings.admins[0]', 'write an e-mail address'],
      [
        'a protected person by Slack id',
        setting({ protected: ['U024BE7LH'] }),
        'settings.protected[0]',
        'write an e-mail address',
      ],
      [
        'a member by name',
        (draft) => draft.roles[0]?.members.push('Zoe'),
        'roles[0].members[1]',
        'write an e-mail address',
      ],
      ['an owner by name', (_, crm) => crm.owners.push('Zoe'), 'apps[0].owners[1]', 'write an e-mail address'],
      [
        'nobody to approve',
        (draft, crm) => {
          draft.settings = {};
          crm.owners = [];
        },
        'apps[0].owners',
        'name settings.admins, settings.approvers, or owners of the app',
      ],
      [
        'a quorum nobody reaches',
        setting({ approvers: ['ada@acme.test', 'ADA@acme.test'], quorum: 2 }),
        'settings.quorum',
        'name more approvers, or lower the quorum',
      ],
      [
        'leavers shown to everybody',
        setting({ channel: '#access', leaverChannel: '#Access' }),
        'settings.leaverChannel',
        'name a private channel, or leave it out',
      ],
      [
        'no such time zone',
        setting({ digest: { channel: '#x', at: '09:00', timezone: 'Mars/Olympus' } }),
        'settings.digest.timezone',
        'write one such as Europe/Berlin, or UTC',
      ],
    ],
  ],
])('%s', (_, cases) => {
  it.each(cases)('%s', (__, spoil, path, remedy) => {
    expect(spoiled(spoil).map((found) => ({ path: found.path, remedy: found.remedy }))).toEqual([{ path, remedy }]);
  });
});

describe('placeholders', () => {
  it('may stand where the value is checked by form, and are checked when known', () => {
    expect(
      spoiled((_, crm) => Object.assign(crm.connection as object, { baseUrl: `\${CRM_URL}`, pageSize: `\${SIZE}` })),
    ).toEqual([]);
  });
});

it('an app that is not enabled may be half done', () => {
  expect(
    spoiled((draft, crm) => {
      crm.provisioning = { enabled: false, onDelete: 'delete' };
      crm.owners = [];
      draft.settings = {};
    }),
  ).toEqual([]);
});

it('all problems are told at once, and no secret', () => {
  const found = spoiled((draft, crm) => {
    draft.mappings[0]?.roles.push('Legal');
    crm.connection = { baseUrl: 'hunter2', auth: { type: 'bearer', token: 'hunter2 hunter2' } };
  });
  expect(found.map(({ path }) => path)).toEqual([
    'mappings[0].roles[1]',
    'apps[0].connection.auth.token',
    'apps[0].connection.baseUrl',
    'apps[0].connection.auth.token',
  ]);
  expect(JSON.stringify(found)).not.toContain('hunter2');
});

describe('whatever is in the file', () => {
  it.each([null, undefined, [], 'text', 7, {}])('%j is answered with problems', (raw) => {
    for (const { path, message, remedy } of problemsOf(raw))
      expect([path, message, remedy].every((text) => text !== '')).toBe(true);
    expect(problemsOf(raw)).not.toEqual([]);
  });

  it(
    'never throws, also where a good file has nonsense in one place',
    () => {
      const nonsense = fc.oneof(fc.jsonValue({ maxDepth: 2 }), fc.constant(`\${X}`));
      fc.assert(
        fc.property(fc.nat(), nonsense, (place, value) => {
          const draft = good();
          replaceNth(draft, place, value);
          const result = checkConfig(draft, connectors);
          return (
            'config' in result ||
            result.problems.every(({ path, message, remedy }) => path !== '' && message !== '' && remedy !== '')
          );
        }),
        any.runs,
      );
    },
    any.patience,
  );
});

/** Puts a value in place of one of the draft's members, at any depth. */
function replaceNth(draft: object, place: number, value: unknown): void {
  const places: [object, string][] = [];
  const walk = (found: object) => {
    for (const [key, member] of Object.entries(found)) {
      places.push([found, key]);
      if (typeof member === 'object' && member !== null) walk(member);
    }
  };
  walk(draft);
  const [owner, key] = places[place % places.length] ?? [draft, 'version'];
  Object.assign(owner, { [key]: value });
}
