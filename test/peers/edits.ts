import type { Acts } from './acts.ts';
import type { Domain } from './samba.ts';

/** Edits at random in a part of a domain, the same for the same seed. */
export type Edits = {
  /** Below it people are read; some are moved out of it and back. */
  base: string;
  /** Makes one to four edits and says which. */
  some(): Promise<string[]>;
  /** Kinds of edits that there are, and those that were made. */
  kinds: string[];
  done(): string[];
};

/** Mulberry32: numbers below `limit`. */
function dice(seed: number): (limit: number) => number {
  let state = seed >>> 0;
  return (limit) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) % limit;
  };
}

type Leaf = { name: string; unit: string };

export async function randomEdits(
  { base: root, client, administrator }: Domain,
  acts: Acts,
  seed: number,
): Promise<Edits> {
  const roll = dice(seed);
  const pick = <Item>(items: readonly Item[]): Item => items[roll(items.length)] as Item;
  const base = await acts.unit('Random', root);
  const units = [base, await acts.unit('Inner', base), await acts.unit('Outside', root)];
  const people: Leaf[] = [];
  const groups: Leaf[] = [];
  let made = 0;
  const dnOf = ({ name, unit }: Leaf) => `CN=${name},${unit}`;
  const fresh = (what: string) => {
    made += 1;
    return `r${what}${made}`;
  };
  const newPerson = async () => {
    const person = { name: fresh('p'), unit: pick(units) };
    await acts.user(person.name, person.unit, { mail: `${person.name}@acme.test` });
    people.push(person);
  };
  const newGroup = async () => {
    const group = { name: fresh('g'), unit: units[2] ?? root };
    await acts.group(group.name, group.unit);
    groups.push(group);
  };
  /** Joining twice and leaving without being in it are refused, and edits like any other. */
  const anyway = (work: Promise<unknown>) => work.catch(() => undefined);
  const place = (leaf: Leaf, name: string, unit: string) =>
    acts.move(dnOf(leaf), name, unit).then(() => Object.assign(leaf, { name, unit }));
  const drop = (leaves: Leaf[], fewest: number) => async () => {
    if (leaves.length <= fewest) return;
    const leaf = pick(leaves);
    await acts.remove(dnOf(leaf));
    leaves.splice(leaves.indexOf(leaf), 1);
  };
  const renameUnit = async () => {
    const [, inner = ''] = units;
    const name = fresh('u');
    await client.modifyDN(inner, `OU=${name}`);
    units[1] = `OU=${name},${base}`;
    for (const leaf of people) if (leaf.unit === inner) leaf.unit = units[1];
  };

  const edits: Record<string, () => Promise<unknown>> = {
    'new person': newPerson,
    'person deleted': drop(people, 8),
    disabled: () => acts.disable(dnOf(pick(people))),
    enabled: () => acts.enable(dnOf(pick(people))),
    title: () => acts.set(dnOf(pick(people)), 'title', `T${roll(5)}`),
    'no title': () => acts.set(dnOf(pick(people)), 'title'),
    address: () => acts.set(dnOf(pick(people)), 'mail', `${fresh('m')}@acme.test`),
    expiry: () =>
      acts.set(dnOf(pick(people)), 'accountExpires', pick(['0', '133000000000000000', '153000000000000000'])),
    moved: () => {
      const leaf = pick(people);
      return place(leaf, leaf.name, pick(units));
    },
    renamed: () => {
      const leaf = pick(people);
      return place(leaf, fresh('n'), leaf.unit);
    },
    manager: () => acts.set(dnOf(pick(people)), 'manager', dnOf(pick(people))),
    'no manager': () => acts.set(dnOf(pick(people)), 'manager'),
    password: () => acts.password(dnOf(pick(people)), `${administrator.password}${fresh('w')}`),
    joined: () => anyway(acts.join(dnOf(pick(groups)), dnOf(pick(people)))),
    left: () => anyway(acts.leave(dnOf(pick(groups)), dnOf(pick(people)))),
    nested: () => anyway(acts.join(dnOf(pick(groups)), dnOf(pick(groups)))),
    'taken out': () => anyway(acts.leave(dnOf(pick(groups)), dnOf(pick(groups)))),
    'new group': newGroup,
    'group called otherwise': () => acts.set(dnOf(pick(groups)), 'sAMAccountName', fresh('s')),
    'group moved': () => {
      const group = pick(groups);
      return place(group, fresh('h'), group.unit);
    },
    'group deleted': drop(groups, 3),
    'unit renamed': renameUnit,
  };

  for (let count = 0; count < 30; count += 1) await newPerson();
  for (let count = 0; count < 6; count += 1) await newGroup();
  const kinds = Object.keys(edits).sort();
  const seen = new Set<string>();
  return {
    ...{ base, kinds },
    done: () => [...seen].sort(),
    some: async () => {
      const chosen = Array.from({ length: 1 + roll(4) }, () => pick(kinds));
      for (const kind of chosen) {
        await edits[kind]?.();
        seen.add(kind);
      }
      return chosen;
    },
  };
}
