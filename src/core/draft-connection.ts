import { type Field, type Filled, fieldsOf, filledAt, problemsOf, withFilled } from './connection-form.ts';
import type { DirectoryConnector, TargetConnector } from './connector.ts';
import type { Draft } from './draft.ts';
import { digestOf } from './hash.ts';
import { freeName, hasPlaceholder, namesWithin, textsIn } from './secret.ts';

type Connector = Pick<TargetConnector | DirectoryConnector, 'config'>;

/** The fields a person fills in in Slack: all but the secret ones. */
export const openFields = ({ config }: Connector, filled: Filled): Field[] =>
  fieldsOf(config, filled).filter((field) => !isHidden(field));

const isHidden = ({ kind }: Field): boolean => kind === 'secret' || kind === 'grant';

/** The fields whose values go through the one-time page alone. */
export const secretFields = ({ config }: Connector, filled: Filled): Field[] =>
  fieldsOf(config, filled).filter(({ kind }) => kind === 'secret');

/** The field that is filled by authenticating at the app by redirect; null where the chosen kind of connection has none. */
export const grantField = ({ config }: Connector, filled: Filled): Field | null =>
  fieldsOf(config, filled).find(({ kind }) => kind === 'grant') ?? null;

/** Every field that stands as `${NAME}`, however it comes to its value. */
export const hiddenFields = ({ config }: Connector, filled: Filled): Field[] =>
  fieldsOf(config, filled).filter(isHidden);

/** What stands beside the grant: with another client or another address, another one is needed. */
export function grantorDigest(filled: Filled, { path }: Pick<Field, 'path'>): string {
  const parent = path.split('.').slice(0, -1).join('.');
  const beside = withFilled(filled, path, undefined);
  return digestOf(parent === '' ? beside : (filledAt(beside, parent) ?? null));
}

/** What a field is called in an error or on a page: `auth.token` is *Token*. */
export function fieldTitle({ path }: Pick<Field, 'path'>): string {
  const last = path.split('.').at(-1) ?? path;
  const words = last.replace(/([a-z0-9])([A-Z])/g, '$1 $2').toLowerCase();
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/**
 * The connection out of what was filled in: what belongs to another kind of it is left behind, and each required secret stands as
 * `${NAME}` under a name of its own, which it keeps; so does what comes of authenticating. `isTaken`: a name others use, or the environment.
 */
export function connectionOf(
  connector: Connector,
  draft: Pick<Draft, 'name' | 'names'>,
  filled: Filled,
  isTaken: (name: string) => boolean,
): Pick<Draft, 'connection' | 'names'> {
  const names = { ...draft.names };
  let connection: Filled = {};
  for (const { path, kind, required, decides, fallback } of fieldsOf(connector.config, filled)) {
    if (kind === 'secret' || kind === 'grant') {
      if (required || kind === 'grant') names[path] ??= nameFor(draft.name, path, names, isTaken);
      const name = names[path];
      if (name !== undefined) connection = withFilled(connection, path, placeholderOf(name));
      continue;
    }
    const value = filledAt(filled, path) ?? (decides && required ? fallback : null);
    if (value !== null) connection = withFilled(connection, path, value);
  }
  return { connection, names };
}

export const placeholderOf = (name: string): string => `\${${name}}`;

/** What the secret of a field is called. */
export function nameFor(
  owner: string,
  path: string,
  names: Readonly<Record<string, string>>,
  isTaken: (name: string) => boolean,
): string {
  const own = new Set(Object.values(names));
  return freeName(owner, path.split('.').at(-1) ?? 'secret', (name) => own.has(name) || isTaken(name));
}

/**
 * What is wrong with what was filled in, by the path of its field; a secret that is still to come is none of it. A variable or
 * another's secret cannot be named here: it would be sent to whatever address stands beside it.
 */
export function connectionProblems(connector: Connector, filled: Filled): ReadonlyMap<string, string> {
  const secret = new Set(hiddenFields(connector, filled).map(({ path }) => path));
  const problems = new Map<string, string>();
  for (const [path, message] of problemsOf(connector.config, filled))
    if (!isAbout(path, secret)) problems.set(path, message);
  for (const { place, text } of textsIn(filled)) {
    const path = place.map(String).join('.');
    if (hasPlaceholder(text) && !isAbout(path, secret))
      problems.set(path, 'write the value itself: variables and secrets cannot be named here');
  }
  return problems;
}

const isAbout = (path: string, fields: ReadonlySet<string>): boolean =>
  fields.has(path) || [...fields].some((field) => path.startsWith(`${field}.`));

/** Stands for one way of connecting: another address or another secret is another one. */
export const connectionDigest = (
  { connector, connection }: Pick<Draft, 'connector' | 'connection'>,
  edition: (name: string) => number,
): string => digestOf([connector, connection, namesWithin(connection).map((name) => [name, edition(name)])]);
