import { type Group, holdsAll } from '../../core/condition.ts';
import type { Config } from '../../core/config.ts';
import { mappedOf } from '../../core/mapping.ts';
import type { Person, Time } from '../../core/model.ts';
import { nameOf } from '../../core/name.ts';
import { rolesOf } from '../../core/role.ts';
import type { Deps } from '../ports.ts';
import type { Hit, Hits, Holder } from './configuring.ts';

type Test = (person: Person) => boolean;

/** Names told of each. */
const sampled = 5;

/** The active people for whom a mapping or rule holds under `next`, against the configuration there is. Reads everybody once. */
export async function hits(
  { store, clock }: Pick<Deps, 'store' | 'clock'>,
  next: Config,
  holder: Holder,
): Promise<Hits> {
  const stored = await store.config.read();
  const now = clock.now();
  const [was, is] = [stored === null ? nobody : testOf(stored.config, holder, now), testOf(next, holder, now)];
  const [people, gained, lost] = [counter(), counter(), counter()];
  let after: string | null = null;
  for (;;) {
    const page: Person[] = await store.people.search({ status: 'active' }, after, 500);
    if (page.length === 0) return { people: people.hit, gained: gained.hit, lost: lost.hit };
    after = page.at(-1)?.id ?? null;
    for (const person of page) {
      const [before, holds] = [was(person), is(person)];
      if (holds) people.add(person);
      if (holds && !before) gained.add(person);
      if (before && !holds) lost.add(person);
    }
  }
}

const nobody: Test = () => false;

function testOf(config: Config, holder: Holder, now: Time): Test {
  return 'mapping' in holder ? mappingTest(config, holder.mapping) : ruleTest(config, holder, now);
}

/** A mapping sees what the mappings before it have set. */
function mappingTest(config: Config, name: string): Test {
  const place = config.mappings.findIndex((mapping) => mapping.name === name);
  const mapping = config.mappings[place];
  if (mapping === undefined) return nobody;
  const before = { ...config, mappings: config.mappings.slice(0, place) };
  return (person) => holdsAll(mapping, mappedOf(person, before).attributes);
}

/** A rule is about the people who are in a role of its app. */
function ruleTest(config: Config, { app: name, rule: ruleName }: { app: string; rule: string }, now: Time): Test {
  const rule: Group | undefined = config.apps
    .find((app) => app.name === name)
    ?.rules.find((each) => each.name === ruleName);
  if (rule === undefined) return nobody;
  const inApp: Test = (person) => rolesOf(person, config, now).some(({ role }) => role.apps.includes(name));
  return (person) => inApp(person) && holdsAll(rule, mappedOf(person, config).attributes);
}

function counter() {
  const names: string[] = [];
  const hit: Hit & { count: number } = { count: 0, names };
  return {
    hit,
    add(person: Person): void {
      hit.count += 1;
      if (names.length < sampled) names.push(nameOf(person));
    },
  };
}
