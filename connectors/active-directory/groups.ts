import { groups as groupFilter } from './filters.ts';
import type { Session } from './session.ts';
import { type Row, ridOf, sameDn, textOf, textsOf } from './values.ts';

/** The groups of the domain and how they are nested. */
export type Groups = {
  /** Names of all groups somebody is in, through whichever others, sorted; without those that everybody is in. */
  namesOf(person: Row): string[];
  has(dn: string): boolean;
  /** The groups of these DNs and all that are nested in them: their DNs, and the ids `primaryGroupID` has for them. */
  within(dns: Iterable<string>): { dns: string[]; rids: number[] };
};

type Group = { dn: string; name: string; rid: number | undefined; parents: readonly string[]; children: string[] };

/** Domain Users, Domain Guests, and the built-in Users and Guests. */
const everybody = new Set([513, 514, 545, 546]);

export async function readGroups(session: Session, signal: AbortSignal): Promise<Groups> {
  const groups = new Map<string, Group>();
  const attributes = ['sAMAccountName', 'objectSid', 'memberOf'];
  for (const found of await session.all({ base: session.root.domain, filter: groupFilter, attributes }, signal)) {
    const row = await session.whole(found, signal);
    const parents = textsOf(row, 'memberOf').map(sameDn);
    const name = textOf(row, 'sAMAccountName') ?? '';
    groups.set(sameDn(row.dn), { dn: row.dn, name, rid: ridOf(row), parents, children: [] });
  }
  for (const [dn, { parents }] of groups) for (const parent of parents) groups.get(parent)?.children.push(dn);
  return graph(groups);
}

function graph(groups: ReadonlyMap<string, Group>): Groups {
  const byRid = new Map([...groups].flatMap(([dn, { rid }]) => (rid === undefined ? [] : [[rid, dn] as const])));
  /** Everything reached from `start`, each once, so that groups nested in each other end. */
  const reached = (start: Iterable<string>, next: (group: Group) => readonly string[]): Group[] => {
    const found = new Map<string, Group>();
    const waiting = [...start].map(sameDn);
    for (let dn = waiting.pop(); dn !== undefined; dn = waiting.pop()) {
      const group = groups.get(dn);
      if (group === undefined || found.has(dn)) continue;
      found.set(dn, group);
      waiting.push(...next(group));
    }
    return [...found.values()];
  };
  return {
    namesOf: (person) => {
      const primary = byRid.get(Number(textOf(person, 'primaryGroupID')));
      const direct = [...textsOf(person, 'memberOf'), ...(primary === undefined ? [] : [primary])];
      const names = reached(direct, ({ parents }) => parents)
        .filter(({ name, rid }) => name !== '' && !everybody.has(rid ?? -1))
        .map(({ name }) => name);
      return names.sort();
    },
    has: (dn) => groups.has(sameDn(dn)),
    within: (dns) => {
      const inside = reached(dns, ({ children }) => children);
      return { dns: inside.map(({ dn }) => dn), rids: inside.flatMap(({ rid }) => rid ?? []) };
    },
  };
}
