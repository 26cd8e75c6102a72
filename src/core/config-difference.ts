import { App, type AppConfig } from './app-schema.ts';
import { Config, Directory, Mapping, Role } from './config.ts';
import { hiddenText, valueText } from './config-value-text.ts';
import { canonical, digestOf } from './hash.ts';
import { isSecretName } from './secret-name.ts';

/**
 * One thing that differs between two configurations: where it stands (`['apps', 'crm', 'owners']`; entries of lists by their
 * names), and what stood and stands there. Undefined: nothing. `place`: before which entry a new one stands in a list whose order
 * counts; null at its end.
 */
export type ConfigDifference = { path: readonly string[]; from: unknown; to: unknown; place?: string | null };

/** Everything that differs, in the order of the file. A new entry is told by what is not as it is by default. */
export function configDifferences(before: Config | null, after: Config): ConfigDifference[] {
  return differencesAt([], before ?? Config.parse({ version: 1 }), after);
}

/** The same of a part of it; `path` is where the part stands. */
export function differencesAt(path: readonly string[], from: unknown, to: unknown): ConfigDifference[] {
  if (canonical(from) === canonical(to)) return [];
  if (isNamedList(from) && isNamedList(to)) return inLists(path, from, to);
  if (isGroup(to) && from === undefined && isSetup(path)) return differencesAt(path, {}, to);
  if (!isGroup(from) || !isGroup(to)) return [{ path, from, to }];
  const keys = [...new Set([...Object.keys(to), ...Object.keys(from)])].filter((key) => key !== 'name');
  return keys.flatMap((key) => differencesAt([...path, key], member(from, key), member(to, key)));
}

/** How people sign on to an app says too much for one line. */
const isSetup = ([list, , key, ...rest]: readonly string[]): boolean =>
  list === 'apps' && key === 'saml' && rest.length === 0;

type Named = { name: string };

function inLists(path: readonly string[], from: readonly Named[], to: readonly Named[]): ConfigDifference[] {
  const [old, next] = [byName(from), byName(to)];
  const changed = to.flatMap((entry, index) => {
    const here = [...path, entry.name];
    const known = old.get(entry.name);
    return known === undefined ? added(here, entry, to[index + 1]?.name ?? null) : differencesAt(here, known, entry);
  });
  const gone = from.filter(({ name }) => !next.has(name));
  const [was, is] = [from.filter(({ name }) => next.has(name)), to.filter(({ name }) => old.has(name))].map(namesOf);
  const moved = canonical(was) === canonical(is) ? [] : [{ path, from: was, to: is }];
  return [...changed, ...gone.map((entry) => ({ path: [...path, entry.name], from: entry, to: undefined })), ...moved];
}

function added(path: readonly string[], entry: Named, before: string | null): ConfigDifference[] {
  const ordered = ['directories', 'mappings', 'rules'].includes(path.at(-2) ?? '');
  const head = { path, from: undefined, to: entry, ...(ordered ? { place: before } : {}) };
  return [head, ...differencesAt(path, plainEntry(path, entry), entry)];
}

/** The entry of this name with nothing but defaults; a rule has none. */
function plainEntry([list]: readonly string[], entry: Named & { connector?: unknown }): object {
  const { name, connector } = entry;
  const said = { name, connector: typeof connector === 'string' ? connector : '' };
  if (list === 'apps' && connector !== undefined) return withoutConnector(App.parse(said));
  if (list === 'directories') return withoutConnector(Directory.parse(said));
  if (list === 'roles') return Role.parse({ name });
  // A mapping has to give something; what it gives is told.
  return list === 'mappings' ? { ...Mapping.parse({ name, roles: ['-'] }), roles: [] } : { name };
}

const withoutConnector = ({ connector: _, ...rest }: { connector: string }): object => rest;

/** What an app that is not there counts as: one with nothing but defaults. */
export const plainApp = (name: string): AppConfig => App.parse({ name, connector: '-' });

const isGroup = (value: unknown): value is object =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const member = (value: object, key: string): unknown =>
  Object.hasOwn(value, key) ? Reflect.get(value, key) : undefined;
const isNamed = (value: unknown): value is Named => isGroup(value) && typeof member(value, 'name') === 'string';
const isNamedList = (value: unknown): value is readonly Named[] =>
  value === undefined ? false : Array.isArray(value) && value.every(isNamed);
const byName = (entries: readonly Named[]) => new Map(entries.map((entry) => [entry.name, entry]));
const namesOf = (entries: readonly Named[]): string[] => entries.map(({ name }) => name);

/** What tells one change from another, whatever else the configuration holds. */
export const fingerprintOf = (differences: readonly ConfigDifference[]): string => digestOf(differences).slice(0, 16);

const kinds: Readonly<Record<string, string>> = {
  directories: 'directory',
  roles: 'role',
  mappings: 'mapping',
  apps: 'app',
};

/** `app crm, owners: + bea@acme.test`: a line of plain text for people; whoever shows it escapes it. */
export function differenceText(difference: ConfigDifference): string {
  const { path } = difference;
  return `${placeText(path)}: ${changeText(difference)}`;
}

function placeText([list = '', name, ...rest]: readonly string[]): string {
  const kind = kinds[list];
  if (kind === undefined) return ['settings', 'version'].includes(list) ? [name ?? list, ...rest].join('.') : list;
  if (name === undefined) return list;
  return rest.length === 0 ? `${kind} ${name}` : `${kind} ${name}, ${rest.join('.')}`;
}

function changeText({ path, from, to, place }: ConfigDifference): string {
  if (isNamed(to) && from === undefined) return place == null ? 'added' : `added before ${place}`;
  if (isNamed(from) && to === undefined) return 'removed';
  const secret = isConnection(path);
  if (secret && path.some(isSecretName)) return `${told(from)} → ${told(to)}`;
  if (isList(from) && isList(to)) return listText(from ?? [], to ?? [], secret);
  return `${valueText(from, secret)} → ${valueText(to, secret)}`;
}

const told = (value: unknown): string => (value === undefined ? 'none' : hiddenText(value));
const isConnection = ([list, , key]: readonly string[]): boolean =>
  (list === 'apps' && key === 'connection') || (list === 'directories' && key === 'config');
const isList = (value: unknown): value is readonly unknown[] | undefined => value === undefined || Array.isArray(value);

/** Entries told one by one; a role may get thousands. */
const toldAtMost = 10;

function listText(from: readonly unknown[], to: readonly unknown[], secret: boolean): string {
  const [old, next] = [from, to].map((list) => new Set(list.map(canonical)));
  const signed = [
    ...to.filter((one) => old?.has(canonical(one)) === false).map((one) => `+ ${valueText(one, secret)}`),
    ...from.filter((one) => next?.has(canonical(one)) === false).map((one) => `− ${valueText(one, secret)}`),
  ];
  if (signed.length === 0) return 'in another order';
  const more = signed.length - toldAtMost;
  return [...signed.slice(0, toldAtMost), ...(more > 0 ? [`and ${more} more`] : [])].join(', ');
}
