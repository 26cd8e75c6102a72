import { z } from 'zod';
import { ConnectorError } from '../../src/core/connector.ts';
import { nullIfMissing } from '../_http.ts';
import { normal } from './user.ts';
import type { Wire } from './wire.ts';

export const Group = z.object({ id: z.string().min(1), email: z.string().min(1).transform(normal) });
export type Group = z.infer<typeof Group>;

/** `CUSTOMER` stands for everybody of the account. */
const Member = z.object({ id: z.string().optional(), type: z.string().optional() });

/** Google gives no more members or groups at a time. */
const most = 200;

export type GroupSettings = { customer: string; onlyGroups: readonly string[] };

/** Every group, or those named, page by page. @throws ConnectorError where one that is named does not exist. */
export async function* groupPages(
  wire: Wire,
  { customer, onlyGroups }: GroupSettings,
  name: string,
  signal: AbortSignal,
): AsyncGenerator<Group[], void, void> {
  if (onlyGroups.length === 0) {
    const list = { path: ['groups'], rows: 'groups', query: { customer }, size: most } as const;
    for await (const rows of wire.pages(list, signal)) yield readRows(rows, Group, name, 'groups');
    return;
  }
  for (const email of onlyGroups) yield [await groupCalled(wire, email, name, signal)];
}

/** The group of this address. @throws ConnectorError `rejected` where there is none, or where it is but another name of a group. */
export async function groupCalled(wire: Wire, email: string, name: string, signal: AbortSignal): Promise<Group> {
  const path = ['groups', email];
  const group = await wire.send({ method: 'GET', path, signal }, Group).catch(nullIfMissing);
  if (group === null) throw noSuchGroup(name, email);
  if (group.email === normal(email)) return group;
  throw new ConnectorError(
    'rejected',
    'none',
    `${name} has "${email}" only as another name of the group "${group.email}".`,
    {
      remedy: `Write the group as ${group.email} in the parameter or rule that gives it, then retry.`,
    },
  );
}

export const noSuchGroup = (name: string, email: string) =>
  new ConnectorError('rejected', 'none', `${name} has no group "${email}".`, {
    remedy: 'Create the group in Google, or correct its address in the parameter or rule that gives it, then retry.',
  });

/** Groups the user is a member of by themselves. */
export async function groupsOfUser(wire: Wire, user: string, name: string, signal: AbortSignal): Promise<string[]> {
  const groups: string[] = [];
  const list = { path: ['groups'], rows: 'groups', query: { userKey: user }, size: most } as const;
  for await (const rows of wire.pages(list, signal))
    groups.push(...readRows(rows, Group, name, 'groups').map(({ email }) => email));
  return groups;
}

/** Who is in which groups, by the user's id; `all`: groups everybody is in. */
export type Memberships = { of(user: string): readonly string[] };

/** Read whole, or not at all: a group that is left out would look like access lost. `derived`: groups within groups count. */
export async function membershipsIn(
  wire: Wire,
  settings: GroupSettings & { derived: boolean },
  name: string,
  signal: AbortSignal,
): Promise<Memberships> {
  const groups = new Map<string, Set<string>>();
  const forAll: string[] = [];
  for await (const page of groupPages(wire, settings, name, signal))
    for (const { id, email } of page)
      for (const member of await membersOf(wire, id, settings.derived, name, signal)) {
        if (member.type === 'CUSTOMER' && settings.derived) forAll.push(email);
        else if (member.id !== undefined && member.type === 'USER')
          groups.set(member.id, (groups.get(member.id) ?? new Set()).add(email));
      }
  return { of: (user) => [...new Set([...(groups.get(user) ?? []), ...forAll])].sort() };
}

/** A group that is gone by the time it is asked has no members. */
async function membersOf(wire: Wire, group: string, derived: boolean, name: string, signal: AbortSignal) {
  const members: z.infer<typeof Member>[] = [];
  const query: Record<string, string> = derived ? { includeDerivedMembership: 'true' } : {};
  const list = { path: ['groups', group, 'members'], rows: 'members', query, size: most } as const;
  try {
    for await (const rows of wire.pages(list, signal)) members.push(...readRows(rows, Member, name, 'members'));
  } catch (error) {
    nullIfMissing(error);
    return [];
  }
  return members;
}

function readRows<Row>(rows: readonly unknown[], schema: z.ZodType<Row>, name: string, what: string): Row[] {
  const read = z.array(schema).safeParse(rows);
  if (read.success) return read.data;
  const [issue] = read.error.issues;
  const place = `${issue?.path.join('.') || 'its top'}: ${issue?.message ?? 'not as expected'}`;
  throw new ConnectorError(
    'unavailable',
    'none',
    `${name} listed its ${what} in a way that cannot be read (${place}).`,
  );
}
