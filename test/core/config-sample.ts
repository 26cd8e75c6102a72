import { expect, it } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { type Connectors, checkConfig, type Problem } from '../../src/core/config-check.ts';
import type { DirectoryConnector, TargetConnector } from '../../src/core/connector.ts';
import { attributes } from './samples.ts';

const never = (): never => {
  throw new Error('a check connects to nothing');
};
const auth = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('bearer'), token: z.string().regex(/^\S+$/).meta({ secret: true }) }),
  z.strictObject({ type: z.literal('none') }),
]);
const scim: TargetConnector = {
  ...{ kind: 'target', name: 'scim', title: 'SCIM', attributes, connect: never },
  config: z.strictObject({ baseUrl: z.url(), auth, pageSize: z.number().max(100).default(50) }),
  capabilities: { suspend: true, delete: true, entitlements: true, password: true },
  parameters: [{ target: 'userName', from: 'email' }],
};
/** Can make and change accounts, and nothing else. */
const plain: TargetConnector = { ...scim, name: 'plain', title: 'Plain', capabilities: {}, parameters: [] };
const bySignOn: TargetConnector = {
  ...{ ...plain, name: 'saml', title: 'By sign-on', capabilities: { bySignOn: true } },
  ...{ config: z.strictObject({ allowHosts: z.array(z.string()).default([]) }), parameters: scim.parameters },
};
const csv: DirectoryConnector = {
  ...{ kind: 'directory', name: 'csv', title: 'CSV', connect: never },
  config: z.strictObject({ file: z.string() }),
};
export const connectors: Connectors = {
  targets: new Map([scim, plain, bySignOn].map((one) => [one.name, one])),
  directories: new Map([['csv', csv]]),
};

const text = `
version: 1
settings:
  admins: [ada@acme.test]
  approvers: [ada@acme.test, U024BE7LH, manager, owners]
directories:
  - { name: hr, connector: csv, config: { file: people.csv } }
roles:
  - { name: Sales, apps: [crm], members: [zoe@acme.test] }
mappings:
  - { name: Sales people, conditions: [{ attribute: department, operator: "=", value: Sales }], roles: [Sales] }
apps:
  - name: crm
    owners: [ada@acme.test]
    connector: scim
    connection: { baseUrl: "https://crm.acme.test/v2", auth: { type: bearer, token: "\${CRM_TOKEN}" } }
    provisioning: { enabled: true, entitlements: true, privileged: { groups: [Admins] } }
    parameters:
      - { target: title, from: title, default: Staff }
      - { target: groups, from: department, translate: { Sales: Sales and Marketing } }
      - { target: groups, value: Everybody }
    rules:
      - name: Managers
        match: any
        conditions: [{ attribute: title, operator: contains, value: Manager }]
        actions: [{ target: groups, add: [Managers] }]
`;

/** A good configuration as it is read from a file. */
export const good = (): object => parse(text);

export function problemsOf(raw: unknown): Problem[] {
  const result = checkConfig(raw, connectors);
  return 'problems' in result ? result.problems : [];
}

/** The problems of the good configuration with some places changed: `{ 'apps[0].connector': 'scmi' }`. */
export function problemsWith(changes: Record<string, unknown>): Problem[] {
  const raw = good();
  for (const [path, value] of Object.entries(changes)) put(raw, path.match(/[^.[\]]+/g) ?? [], value);
  return problemsOf(raw);
}

function put(owner: object, [key = '', ...rest]: readonly string[], value: unknown): void {
  if (rest.length === 0) Object.assign(owner, { [key]: value });
  else put(Reflect.get(owner, key), rest, value);
}

/** What is spoiled, and the one problem (path and remedy) that is told of it. */
export type Spoilt = [title: string, changes: Record<string, unknown>, path: string, remedy: string];

export function tellsEach(cases: readonly Spoilt[]): void {
  it.each(cases)('%s', (_, changes, path, remedy) => {
    const told = problemsWith(changes);
    expect(told.map((found) => ({ path: found.path, remedy: found.remedy }))).toEqual([{ path, remedy }]);
    expect(told[0]?.message).not.toBe('');
  });
}
