import { attributesIn, describeAll, holdsAll } from './condition.ts';
import type { Config, Mapping } from './config.ts';
import type { Attributes, Person, Reason, Value } from './model.ts';
import { fill, namesIn } from './template.ts';
import { byText, listOf } from './text.ts';

type Subject = Pick<Person, 'attributes'>;

/** What the mappings make of a person. */
export type Mapped = {
  /** The person's attributes as parameters and rules see them: those of the directories, and what mappings set. */
  attributes: Attributes;
  /** Why an attribute has the value a mapping set: each mapping of the chain, the one that set it last. */
  setBy: ReadonlyMap<string, readonly Reason[]>;
  /** Roles given, each with its chains in the order of the mappings' names. */
  granted: ReadonlyMap<string, readonly Reason[]>;
};

/** The last answer for each person: a person and a configuration never change in place, and each of their apps asks anew. */
const answers = new WeakMap<Subject, { config: Config; mapped: Mapped }>();

/**
 * Runs the mappings in the order of the file. What one sets the later ones, parameters and rules see; the person itself is
 * never written, and who somebody is (their address for approvals, membership by hand and sign-in) stays the directories' word.
 */
export function mappedOf(person: Subject, config: Config): Mapped {
  const known = answers.get(person);
  if (known?.config === config) return known.mapped;
  const mapped = run(person, config);
  answers.set(person, { config, mapped });
  return mapped;
}

function run(person: Subject, config: Config): Mapped {
  let attributes = person.attributes;
  const setBy = new Map<string, Reason[]>();
  const grants: { role: string; by: string; chain: Reason[] }[] = [];
  for (const mapping of config.mappings) {
    if (!holdsAll(mapping, attributes)) continue;
    const reason: Reason = { kind: 'mapping', name: mapping.name, because: describeAll(mapping) };
    const why = chainOf(attributesIn(mapping), setBy);
    for (const role of new Set(mapping.roles)) grants.push({ role, by: mapping.name, chain: [...why, reason] });
    attributes = assign(mapping, attributes, why, setBy);
  }
  return { attributes, setBy, granted: grantedIn(grants) };
}

/** Sets what the mapping says. Nothing to take a value from leaves the attribute as it is; a blank value takes it away. */
function assign(
  mapping: Mapping,
  before: Attributes,
  why: readonly Reason[],
  setBy: Map<string, Reason[]>,
): Attributes {
  if (mapping.set.length === 0) return before;
  const next = new Map(Object.entries(before));
  for (const { attribute, value } of mapping.set) {
    const now = Object.fromEntries(next);
    const written = listOf(value);
    const values = written.flatMap((one) => fill(one, now));
    if (written.length > 0 && values.length === 0) continue;
    const read = written.flatMap((one) => (typeof one === 'string' ? namesIn(one) : []));
    const own: Reason = { kind: 'mapping', name: mapping.name, because: `${describeAll(mapping)}: sets ${attribute}` };
    setBy.set(attribute, unique([...chainOf(read, setBy), ...why, own]));
    if (values.length === 0) next.delete(attribute);
    else next.set(attribute, oneOrMany(values));
  }
  return Object.fromEntries(next);
}

const oneOrMany = (values: readonly Value[]): Value | readonly Value[] =>
  values.length === 1 ? (values[0] ?? '') : values;

function grantedIn(grants: readonly { role: string; by: string; chain: readonly Reason[] }[]): Map<string, Reason[]> {
  const granted = new Map<string, Reason[]>();
  for (const { role, chain } of [...grants].sort((a, b) => byText(a.by, b.by)))
    granted.set(role, unique([...(granted.get(role) ?? []), ...chain]));
  return granted;
}

/** Why the attributes have the values they have, as far as mappings set them. */
export function chainOf(names: readonly string[], setBy: Mapped['setBy']): Reason[] {
  return setBy.size === 0 ? [] : unique(names.flatMap((name) => setBy.get(name) ?? []));
}

function unique(reasons: readonly Reason[]): Reason[] {
  const keys = reasons.map(({ kind, name, because }) => `${kind}\n${name}\n${because}`);
  return reasons.filter((_, index) => keys.indexOf(keys[index] ?? '') === index);
}
