import type { Member } from '../../../src/local-slack/model.ts';
import type { Seeded } from '../random.ts';

/** An export of HR, and how many people are in it beside the approvers. */
export type Export = { csv: string; people: number };

/** One line of the HR export. */
type Row = { id: string; email: string; title: string; status: 'active' | 'suspended' };

export const approvers = [
  { user: 'U0ADA0001', name: 'ada', email: 'ada@acme.test' },
  { user: 'U0GRACE02', name: 'grace', email: 'grace@acme.test' },
] as const;

export const members: readonly Member[] = approvers.map(({ user, name, email }) => ({
  ...{ id: user, name, realName: name, email, timeZone: 'UTC' },
}));
export const channels = [{ name: 'access' }, { name: 'access-private', private: true }, { name: 'general' }];

export const tokenNames = ['MANY_CRM_TOKEN', 'MANY_WIKI_TOKEN'] as const;
export const apps = ['crm', 'wiki'] as const;
/** A lease the tests can wait for. */
export const lease = 3_000;

export const configOf = (file: string, urls: Readonly<Record<(typeof apps)[number], string>>) => `
version: 1
settings:
  admins: [ada@acme.test]
  approvers: [ada@acme.test, grace@acme.test]
  deletionThreshold: { count: 5000, percent: 100, window: 24 hours, floor: 5 }
  timings: { lease: ${lease} milliseconds, deadline: 1800 milliseconds, settle: 1 second, retry: 200 milliseconds, retryMax: 2 seconds, attempts: 100 }
directories:
  - { name: hr, connector: csv, config: { file: "${file}", key: employee_id } }
roles: [{ name: Staff, apps: [crm, wiki] }]
mappings: [{ name: Everybody, roles: [Staff] }]
apps:
${apps.map((app, index) => appOf(app, urls[app], tokenNames[index] ?? '')).join('\n')}
`;

/** The wiki asks before it takes anybody in; the CRM has three partitions. */
const appOf = (app: string, url: string, token: string) => `
  - name: ${app}
    connector: scim
    connection: { baseUrl: "${url}", auth: { type: bearer, token: "\${${token}}" }, allowHosts: [127.0.0.1] }
    provisioning: { enabled: true, shards: ${app === 'crm' ? 3 : 1}, approval: { create: ${app === 'wiki'} }, entitlements: true }
    parameters:
      - { target: title, from: title }
    rules:
      - { name: Leads, match: all, conditions: [{ attribute: title, operator: "=", value: Lead }], actions: [{ target: groups, add: [Leads] }] }
`;

const csvOf = (rows: readonly Row[]): string =>
  [
    'employee_id,email,display_name,title,status',
    ...rows.map(({ id, email, title, status }) => `${id},${email},Person ${id},${title},${status}`),
    ...approvers.map(({ name, email }) => `a-${name},${email},${name},Approver,active`),
  ].join('\n');

/**
 * What HR says over time: most people at once, and then, export after export, joiners, movers (some move twice) and leavers. Nobody
 * both moves and leaves: the last of those to be seen would depend on when it was read.
 */
export function exportsOf(random: Seeded, people: number, changes: number): { first: string; later: Export[] } {
  const row = (index: number): Row => ({
    ...{ id: `${index}`, email: `n${index}@acme.test`, title: index % 7 === 0 ? 'Lead' : 'Staff', status: 'active' },
  });
  const known = Math.floor(people * 0.8);
  const rows = new Map(Array.from({ length: known }, (_, index) => [index, row(index)]));
  const first = csvOf([...rows.values()]);
  const later: Export[] = [];
  for (let change = 0; change < changes; change += 1) {
    const share = (part: number) => Math.ceil((part * (change + 1)) / changes);
    for (let index = known; index < known + share(people - known); index += 1)
      if (!rows.has(index)) rows.set(index, row(index));
    for (let left = 0; left < share(people * 0.08); left += 1) alter(rows, left * 2, { status: 'suspended' });
    for (let moved = 0; moved < share(people * 0.2); moved += 1) {
      const who = moved * 2 + 1;
      if (random.chance(0.7) || change === changes - 1)
        alter(rows, who, { title: who % 3 === 0 ? 'Lead' : `Engineer ${Math.floor(who / 10)}` });
    }
    later.push({ csv: csvOf([...rows.values()]), people: rows.size });
  }
  return { first, later };
}

/** An export of so many people beside the approvers. */
export const exportWith = (people: number): string =>
  csvOf(
    Array.from({ length: people }, (_, index) => ({
      ...{ id: `${index + 1}`, email: `n${index + 1}@acme.test`, title: 'Staff', status: 'active' as const },
    })),
  );

function alter(rows: Map<number, Row>, index: number, change: Partial<Row>): void {
  const row = rows.get(index);
  if (row !== undefined) rows.set(index, { ...row, ...change });
}

/** People HR names in the end: those it speaks of, and the approvers. */
export const headcount = (people: number): number => people + approvers.length;
