import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Directory, RawRecord } from '../../../src/core/connector.ts';
import { readAll } from '../../contracts/reading.ts';
import { type Entra, startEntra } from '../../fakes/entra.ts';
import { fill, guid, openDirectory } from './reading.ts';

/** Numbers from 0 to 1, the same for the same seed. */
function randomOf(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** What whoever follows the reads knows: everybody who is there, as told last. */
type Known = Map<string, RawRecord>;

async function follow(directory: Directory, cursor: string | null, known: Known) {
  const { pages, end, problems } = await readAll(directory, cursor);
  expect(problems).toEqual([]);
  expect(end.complete, end.reason).toBe(true);
  const seen = new Set<string>();
  for (const { records, gone } of pages) {
    for (const record of records) {
      known.set(record.externalId, record);
      seen.add(record.externalId);
    }
    for (const id of gone) known.delete(id);
  }
  if (end.kind === 'full') for (const id of known.keys()) if (!seen.has(id)) known.delete(id);
  return end;
}

const sorted = (known: Known) => [...known.values()].sort((a, b) => (a.externalId < b.externalId ? -1 : 1));

/** Who is in the tenant, as it knows by itself. */
const heldBy = ({ tenant }: Entra) =>
  [...tenant.users.values()]
    .sort((a, b) => (a.id < b.id ? -1 : 1))
    .map((user) => [user.id, user.accountEnabled ? 'active' : 'suspended', user.jobTitle ?? undefined]);

/** One thing an administrator does, somewhere in the tenant. */
function edit({ tenant }: Entra, random: () => number, next: () => number): void {
  const any = <One>(all: Iterable<One>): One | undefined => {
    const list = [...all];
    return list[Math.floor(random() * list.length)];
  };
  const user = any(tenant.users.keys()) ?? '';
  const group = any(tenant.groups.keys()) ?? '';
  const edits = [
    () => tenant.put({ id: user, department: `D${Math.floor(random() * 9)}` }),
    () => tenant.put({ id: user, accountEnabled: random() < 0.5 }),
    () => tenant.put({ id: user, jobTitle: random() < 0.3 ? null : `T${Math.floor(random() * 9)}` }),
    () => {
      const n = next();
      tenant.put({ id: guid(n), userPrincipalName: `p${n}@acme.test`, mail: `p${n}@acme.test`, userType: 'Member' });
    },
    () => {
      for (const [report, manager] of tenant.managers) if (manager === user) tenant.manage(report, null);
      tenant.remove(user, { hard: random() < 0.3 });
    },
    () => void tenant.restore(any(tenant.deleted.keys()) ?? ''),
    () => tenant.remove(any(tenant.deleted.keys()) ?? '', { hard: true }),
    () => tenant.manage(user, random() < 0.2 ? null : (any(tenant.users.keys()) ?? null)),
    () => tenant.join(group, user),
    () => tenant.leave(group, any(tenant.groups.get(group)?.members ?? []) ?? ''),
    () => tenant.join(group, any(tenant.groups.keys()) ?? ''),
    () => tenant.putGroup({ id: group, displayName: `G${Math.floor(random() * 9)}` }),
    () => tenant.putGroup({ displayName: `G${next()}` }),
    () => tenant.groups.size > 4 && tenant.removeGroup(group),
  ];
  edits[Math.floor(random() * edits.length)]?.();
}

let fake: Entra;
beforeEach(async () => {
  fake = await startEntra();
});
afterEach(() => fake.stop());

describe('reads of changes of Entra ID and full reads', () => {
  it.each([1, 2, 3])('agree after every round of edits, in whatever order Graph tells them; seed %i', async (seed) => {
    const random = randomOf(seed);
    let numbers = 100;
    const next = () => numbers++;
    fill(fake, 40);
    for (let n = 1; n <= 6; n += 1) fake.tenant.putGroup({ displayName: `G${n}` });
    fake.delta.hazards.random = random;
    const known: Known = new Map();
    let directory = openDirectory(fake);
    let { cursor } = await follow(directory, null, known);
    const kinds = { full: 0, delta: 0 };
    for (let round = 1; round <= 100; round += 1) {
      for (let edits = Math.floor(random() * 6); edits >= 0; edits -= 1) edit(fake, random, next);
      if (round % 25 === 0) directory = openDirectory(fake);
      if (round % 30 === 0) fake.delta.expire();
      const end = await follow(directory, cursor, known);
      cursor = end.cursor;
      kinds[end.kind] += 1;
      const whole: Known = new Map();
      expect((await follow(openDirectory(fake), null, whole)).kind).toBe('full');
      expect(sorted(known), `round ${round}`).toEqual(sorted(whole));
      const held = sorted(known).map(({ externalId, status, attributes }) => [externalId, status, attributes.title]);
      expect(held, `round ${round}`).toEqual(heldBy(fake));
    }
    expect(kinds.delta).toBeGreaterThan(85);
    expect(kinds.full).toBeGreaterThan(5);
  });
});
