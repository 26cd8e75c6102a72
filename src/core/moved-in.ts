import type { Problem } from './config-problem.ts';
import type { LeftBehind, MovedIn } from './connector.ts';
import { broken } from './errors.ts';

/** The configuration as it would stand in a file. */
export type Draft = { version: 1 } & Record<'directories' | 'roles' | 'mappings' | 'apps', Entry[]>;
type Entry = Record<string, unknown>;

/** What a problem is about: a rule or a reference goes by itself, anything else with the thing it is in. */
const places = [
  /^(apps)\[(\d+)\]\.(rules|parameters)\[(\d+)\]/,
  /^(roles)\[(\d+)\]\.(apps)\[(\d+)\]/,
  /^(mappings)\[(\d+)\]\.(roles)\[(\d+)\]/,
  /^(directories|roles|mappings|apps)\[(\d+)\]/,
];

/**
 * What was brought along, without everything our own check refuses: that is named beside the rest, with what the check says. What is
 * answered passes the check.
 * @throws RollcallError `moved-in` where a problem is of the whole file.
 */
export function settled(
  moved: MovedIn,
  check: (raw: unknown) => readonly Problem[],
): { config: Draft; left: LeftBehind[] } {
  const copy = (entries: readonly Readonly<Entry>[]): Entry[] => structuredClone([...entries]);
  const [directories, roles] = [copy(moved.directories), copy(moved.roles)];
  const config: Draft = { version: 1, directories, roles, mappings: copy(moved.mappings), apps: copy(moved.apps) };
  const left = [...moved.left];
  for (;;) {
    const [first] = check(config);
    if (first === undefined) return { config, left };
    left.push(takeOut(config, first));
  }
}

/** Each time one thing fewer, so that it ends. */
function takeOut(config: Draft, { path, message, remedy }: Problem): LeftBehind {
  const match = places.map((place) => place.exec(path)).find((found) => found !== null);
  const [, kind, index, part, inner] = match ?? [];
  if (kind === undefined) throw broken('moved-in', `${path}: ${message}`);
  const list = config[kind as keyof Omit<Draft, 'version'>];
  const owner = list[Number(index)] ?? {};
  const why = `${message}; ${remedy}`;
  const ownName = String(owner.name ?? '');
  if (part === undefined) {
    list.splice(Number(index), 1);
    return { what: kind.replace(/ies$/, 'y').replace(/s$/, ''), name: ownName, why };
  }
  const [gone] = (owner[part] as unknown[]).splice(Number(inner), 1);
  const entry = (typeof gone === 'object' && gone !== null ? gone : {}) as Entry;
  const name = typeof gone === 'string' ? gone : String(entry.name ?? entry.target ?? '');
  return { what: `${part.replace(/s$/, '')} of ${ownName}`, name, why };
}
