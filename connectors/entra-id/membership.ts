import { z } from 'zod';
import { ConnectorError } from '../../src/core/connector.ts';
import { nullIfMissing } from '../_http.ts';
import type { Graph } from './graph.ts';
import type { Place } from './place.ts';
import { Resync } from './refusal.ts';

/** A group with its direct members: users, and groups that are nested in it. */
export type Group = { name: string; users: ReadonlySet<string>; groups: ReadonlySet<string> };
export type Groups = ReadonlyMap<string, Group>;

const Id = z.string().min(1);
const Member = z.looseObject({ id: Id, '@odata.type': z.string().optional(), '@removed': z.unknown().optional() });
type Member = z.infer<typeof Member>;
const Row = z.looseObject({
  id: Id,
  displayName: z.string().nullish(),
  '@removed': z.unknown().optional(),
  'members@delta': z.array(Member).optional(),
});
const Named = z.looseObject({ id: Id, displayName: z.string().nullish() });

const start: Place = { path: ['groups', 'delta'], query: { $select: 'displayName,members' } };
/** Times the groups are begun anew where Graph forgot the place in between. */
const mostPasses = 3;

/** Every group with its members, in one pass, and where to ask for what changes from then on. */
export async function readGroups(
  graph: Graph,
  name: string,
  signal: AbortSignal,
): Promise<{ groups: Groups; next: Place }> {
  for (let pass = 1; ; pass += 1) {
    try {
      return await onePass(graph, name, signal);
    } catch (error) {
      if (!(error instanceof Resync) || pass >= mostPasses) throw error;
    }
  }
}

async function onePass(graph: Graph, name: string, signal: AbortSignal): Promise<{ groups: Groups; next: Place }> {
  const found = new Map<string, { name: string; members: Member[] }>();
  /** Of these more than one thing was said. */
  const unsure = new Set<string>();
  let next = start;
  for await (const { rows, delta } of graph.delta(start, signal)) {
    next = delta ?? next;
    for (const row of readRows(rows, Row, name)) {
      const members = row['members@delta'] ?? [];
      if (row['@removed'] !== undefined || members.some((one) => one['@removed'] !== undefined)) unsure.add(row.id);
      const before = found.get(row.id);
      const named = row.displayName ?? before?.name ?? '';
      if (before !== undefined && named !== before.name) unsure.add(row.id);
      found.set(row.id, { name: named, members: [...(before?.members ?? []), ...members] });
    }
  }
  const groups = new Map<string, Group>();
  for (const [id, group] of found) if (!unsure.has(id)) groups.set(id, { name: group.name, ...sorted(group.members) });
  await lookAt(graph, name, groups, unsure, signal);
  return { groups, next };
}

/** The groups a delta query names since `place`. @throws Resync */
export async function changedGroups(
  graph: Graph,
  name: string,
  place: Place,
  signal: AbortSignal,
): Promise<{ ids: Set<string>; next: Place }> {
  const ids = new Set<string>();
  let next = place;
  for await (const { rows, delta } of graph.delta(place, signal)) {
    next = delta ?? next;
    for (const { id } of readRows(rows, Named, name)) ids.add(id);
  }
  return { ids, next };
}

/** Reads these groups as they are and puts them into `groups`: replays and the order of changes mean nothing then. */
export async function lookAt(
  graph: Graph,
  name: string,
  groups: Map<string, Group>,
  ids: Iterable<string>,
  signal: AbortSignal,
): Promise<void> {
  for (const id of ids) {
    const query = { $select: 'id,displayName' };
    const request = { method: 'GET', path: ['groups', id], query, schema: Named, signal } as const;
    const answer = await graph.send(request).catch(nullIfMissing);
    const members = answer === null ? null : await membersOf(graph, name, id, signal).catch(nullIfMissing);
    if (answer === null || members === null) groups.delete(id);
    else groups.set(id, { name: answer.body.displayName ?? '', ...sorted(members) });
  }
}

async function membersOf(graph: Graph, name: string, id: string, signal: AbortSignal): Promise<Member[]> {
  const members: Member[] = [];
  const place = { path: ['groups', id, 'members'], query: { $select: 'id', $top: '999' } };
  for await (const { rows } of graph.pages(place, signal)) members.push(...readRows(rows, Member, name));
  return members;
}

function sorted(members: readonly Member[]): Pick<Group, 'users' | 'groups'> {
  const of = (type: string) =>
    new Set(
      members.flatMap((one) => (one['@odata.type']?.toLowerCase() === `#microsoft.graph.${type}` ? [one.id] : [])),
    );
  return { users: of('user'), groups: of('group') };
}

/** What is left out of a list would look like access lost, so that nothing less than all of it is taken. */
function readRows<Schema extends z.ZodType>(rows: readonly unknown[], schema: Schema, name: string): z.infer<Schema>[] {
  const read = z.array(schema).safeParse(rows);
  if (read.success) return read.data;
  const [issue] = read.error.issues;
  const what = `${issue?.path.join('.') || 'its top'}: ${issue?.message ?? 'not as expected'}`;
  throw new ConnectorError('unavailable', 'none', `${name} listed its groups in a way that cannot be read (${what}).`);
}
