import type { Attributes } from '../../src/core/connector.ts';
import { ConnectorError } from '../../src/core/connector.ts';
import { type Place, type Places, places as standardPlaces, userSchema } from './attributes.ts';
import type { Manner } from './profile.ts';
import { entriesAt, isActive, isTree, ownEntry, type Resource } from './resource.ts';

/** What to write in a user: attributes by flat names, whether the account works, and a password. */
export type Writing = {
  set: Attributes;
  clear: readonly string[];
  active?: boolean | undefined;
  /** Only ever written: no app gives it back (RFC 7643 section 4.1.1). */
  password?: string | undefined;
};

/** Nothing that could be read back. */
export const isUnseen = ({ set, clear, active }: Writing) =>
  Object.keys(set).length === 0 && clear.length === 0 && active === undefined;
export const isEmptyWriting = (writing: Writing) => isUnseen(writing) && writing.password === undefined;

/** One step of a PATCH (RFC 7644 section 3.5.2). */
export type PatchStep = { op: string; path?: string; value?: unknown };

/** What of an app's manner shapes the writing of one account. */
export type Style = Pick<Manner, 'patchPath' | 'opCase' | 'booleans' | 'multiEmail' | 'externalId'>;

type Tree = Record<string, unknown>;
type Spot = { place: Place; value: string | undefined };

/** Refuses what SCIM could not hold, before anything is sent. */
function spotsOf({ set, clear }: Writing, places: Places): Spot[] {
  const wanted: [string, Attributes[string] | undefined][] = [
    ...Object.entries(set),
    ...clear.map((name): [string, undefined] => [name, undefined]),
  ];
  return wanted.map(([name, value]) => {
    const place = Object.hasOwn(places, name) ? places[name] : undefined;
    if (place === undefined) throw new ConnectorError('rejected', 'none', `SCIM accounts have no attribute "${name}".`);
    if (typeof value === 'object')
      throw new ConnectorError('rejected', 'none', `"${name}" takes one value, not several.`);
    return { place, value: value === undefined ? undefined : String(value) };
  });
}

const usualEntry = { type: 'work', primary: true };

/** The entries of a multi-valued attribute once the person's own one is changed; all others stay where the app keeps several. */
function changedEntries(current: Tree, { place, value }: Spot, several: boolean): Tree[] {
  const entries = entriesAt(current, place.path);
  const own = ownEntry(entries);
  if (value === undefined) return several ? entries.filter((_, index) => index !== own) : [];
  const changed = own < 0 ? { value, ...(place.entry ?? usualEntry) } : { ...entries[own], value };
  if (own < 0 && several) return [...entries.filter((entry) => entry.value !== value), changed];
  return several ? entries.map((entry, index) => (index === own ? changed : entry)) : [changed];
}

const nextValue = (current: Tree, spot: Spot, several: boolean) =>
  spot.place.many ? changedEntries(current, spot, several) : spot.value;
const isEmpty = (value: unknown) => value === undefined || (Array.isArray(value) && value.length === 0);

/** `name.givenName`, `urn:…:User:department` (RFC 7644 section 3.10). */
const pathOf = (path: readonly string[]) => path.join(path[0]?.startsWith('urn:') ? ':' : '.');

/** Must the account be read before the PATCH? Only so that other addresses and numbers stay. */
export const needsCurrent = (writing: Writing, places = standardPlaces) =>
  spotsOf(writing, places).some(({ place }) => place.many);

/** The PATCH for a change. `current` is read only where `needsCurrent`. */
export function patchSteps(
  writing: Writing,
  current: Tree,
  style: Pick<Style, 'patchPath' | 'multiEmail'>,
  places = standardPlaces,
): PatchStep[] {
  const values: { path: readonly string[]; value: unknown }[] = spotsOf(writing, places).map((spot) => ({
    path: spot.place.path,
    value: nextValue(current, spot, style.multiEmail),
  }));
  if (writing.active !== undefined) values.push({ path: ['active'], value: writing.active });
  if (writing.password !== undefined) values.push({ path: ['password'], value: writing.password });
  const replaced = values.filter(({ value }) => !isEmpty(value));
  const removed = values.filter(({ value }) => isEmpty(value));
  const removals = removed.map(({ path }): PatchStep => ({ op: 'remove', path: pathOf(path) }));
  if (style.patchPath === 'path')
    return [
      ...replaced.map(({ path, value }): PatchStep => ({ op: 'replace', path: pathOf(path), value })),
      ...removals,
    ];
  const body = replaced.reduce((tree, { path, value }) => withValue(tree, path, value), {});
  return replaced.length === 0 ? removals : [{ op: 'replace', value: body }, ...removals];
}

const patchSchema = 'urn:ietf:params:scim:api:messages:2.0:PatchOp';

/** The body of a PATCH, in the app's spelling. */
export function patchBody(steps: readonly PatchStep[], { opCase, booleans }: Pick<Style, 'opCase' | 'booleans'>) {
  const op = (word: string) => (opCase === 'lower' ? word : word.charAt(0).toUpperCase() + word.slice(1));
  const spelled = (value: unknown): unknown => {
    if (booleans === 'json') return value;
    if (typeof value === 'boolean') return value ? 'True' : 'False';
    if (Array.isArray(value)) return value.map(spelled);
    return isTree(value) ? Object.fromEntries(Object.entries(value).map(([name, one]) => [name, spelled(one)])) : value;
  };
  const operations = steps.map((step) => ({
    ...{ ...step, op: op(step.op) },
    ...('value' in step && { value: spelled(step.value) }),
  }));
  return { schemas: [patchSchema], Operations: operations };
}

function withValue(tree: Tree, path: readonly string[], value: unknown): Tree {
  const [step = '', ...rest] = path;
  const inner = isTree(tree[step]) ? { ...tree[step] } : {};
  const next = rest.length === 0 ? value : withValue(inner, rest, value);
  const { [step]: _, ...others } = tree;
  return isEmpty(next) || (isTree(next) && Object.keys(next).length === 0) ? others : { ...others, [step]: next };
}

/**
 * The whole resource a PUT sends: all that was there, changed where asked, `active` stated, nothing the app owns, and a password
 * only where a new one is set.
 */
export function mergedResource(
  writing: Writing,
  current: Resource,
  { multiEmail }: Pick<Style, 'multiEmail'>,
  places = standardPlaces,
): Tree {
  const { meta: _meta, groups: _groups, password: _password, ...kept }: Tree = current;
  const changed = spotsOf(writing, places).reduce(
    (tree, spot) => withValue(tree, spot.place.path, nextValue(tree, spot, multiEmail)),
    kept,
  );
  return withSchemas({ ...changed, active: writing.active ?? isActive(current), ...secretOf(writing) });
}

const secretOf = ({ password }: Pick<Writing, 'password'>): Tree => (password === undefined ? {} : { password });

/** The resource a POST sends. */
export function newResource(
  { externalId, set, password }: { externalId: string; set: Attributes; password?: string | undefined },
  style: Pick<Style, 'externalId'>,
  places = standardPlaces,
): Tree {
  const writing = { set, clear: [], password };
  const tree = spotsOf(writing, places).reduce<Tree>(
    (made, spot) => withValue(made, spot.place.path, nextValue(made, spot, true)),
    {},
  );
  return withSchemas({ ...(style.externalId && { externalId }), ...tree, active: true, ...secretOf(writing) });
}

/** Every extension that is used is named. */
function withSchemas(tree: Tree): Tree {
  const told = Array.isArray(tree.schemas) ? tree.schemas : [userSchema];
  const extensions = Object.keys(tree).filter((name) => name.startsWith('urn:') && isTree(tree[name]));
  return { ...tree, schemas: [...new Set([...told, ...extensions])] };
}
