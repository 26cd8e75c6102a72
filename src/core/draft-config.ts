import type { z } from 'zod';
import { App, type AppConfig, Provisioning } from './app-schema.ts';
import { type Config, Directory, type DirectoryConfig } from './config.ts';
import { type Connectors, checkConfig } from './config-check.ts';
import { addDirectory, changeDirectory, entryOf } from './config-edit.ts';
import { addApp, changeApp } from './config-edit-app.ts';
import { pathText } from './config-problem.ts';
import { type Filled, withFilled } from './connection-form.ts';
import { type Draft, isReconnected, type StepName } from './draft.ts';
import { placeholderOf } from './draft-connection.ts';
import { RollcallError } from './errors.ts';

/** What is wrong, where in the app or directory, and in which step it is put right. */
export type DraftProblem = { step: StepName; path: string; message: string; remedy: string };
export type Made = { app: AppConfig } | { directory: DirectoryConfig };

/** The app or directory a draft comes to, complete with its defaults; or everything that is wrong with it, by step. */
export function configOf(draft: Draft): Made | { wrong: DraftProblem[] } {
  const { kind, name, title, connector, connection } = draft;
  const head = { name, connector, ...(title === null ? {} : { title }) };
  if (kind === 'directory') {
    const read = Directory.safeParse({ ...draft.reading, ...head, config: connection });
    return read.success ? { directory: read.data } : { wrong: wrongIn(read.error) };
  }
  const { about, provisioning, parameters, rules } = draft;
  const read = App.safeParse({ ...about, ...head, connection, provisioning, parameters, rules });
  return read.success ? { app: read.data } : { wrong: wrongIn(read.error) };
}

/** The app a draft comes to, as far as it can be read: what is wrong with it stands at its defaults. The connection is left out. */
export function draftApp({ name, connector, about, provisioning, parameters, rules }: Draft): AppConfig {
  const own = Provisioning.safeParse(provisioning);
  const said = { name, connector, provisioning: own.success ? own.data : {}, parameters, rules };
  const read = App.safeParse({ ...about, ...said });
  return read.success ? read.data : App.parse({ name, connector });
}

const wrongIn = (error: z.ZodError): DraftProblem[] =>
  error.issues.map(({ path, message }) => ({
    step: stepOf(path.map(String)),
    path: pathText(path),
    message: `${pathText(path)} is not as it should be`,
    remedy: message,
  }));

/** The step that fills in what stands at this place of an app or a directory. */
function stepOf(path: readonly string[]): StepName {
  const [key = '', inner = '', ...deeper] = path;
  if (key === 'provisioning') return provisioningStepOf(inner, deeper);
  if (['owners', 'requestable', 'signOn'].includes(key)) return 'owners';
  if (key === 'parameters') return deeper[0] === 'password' ? 'password' : 'parameters';
  if (key === 'rules') return key;
  if (['schedule', 'authoritative', 'join'].includes(key)) return 'reading';
  return ['connection', 'config', 'connector', 'name', 'title'].includes(key) ? 'connection' : 'review';
}

const timed: ReadonlySet<string> = new Set(['grace', 'createDaysBefore', 'window', 'drift', 'verify', 'match']);

function provisioningStepOf(inner: string, deeper: readonly string[]): StepName {
  if (inner === 'entitlements') return inner;
  if (inner === 'privileged' || (inner === 'approval' && deeper.length > 1)) return 'approvals';
  return timed.has(inner) ? 'timing' : 'provisioning';
}

/**
 * The edit that connects what the draft comes to; of a renewal, the one that lets its secrets be found under their names.
 * @throws RollcallError `name-taken`, `unknown-role`; of a renewal `unknown-app`, `unknown-directory`.
 */
export function draftEdit(draft: Draft, made: Made): (config: Config) => Config {
  if (draft.renews) return (config) => renewed(config, draft);
  return 'app' in made
    ? (config) => addApp(config, made.app, draft.roles)
    : (config) => addDirectory(config, made.directory);
}

/**
 * Only what stands at the secret places becomes another: whatever else was changed since stays. Where it is reached in another way,
 * the connection is the one that was filled in.
 */
function renewed(config: Config, draft: Draft): Config {
  const { kind, name, names } = draft;
  const next = (known: Filled): Record<string, unknown> => ({
    ...(isReconnected(draft)
      ? draft.connection
      : Object.entries(names).reduce<Filled>((so, [path, one]) => withFilled(so, path, placeholderOf(one)), known)),
  });
  if (kind === 'app')
    return changeApp(config, name, { connection: next(entryOf(config.apps, name, 'app').connection) });
  return changeDirectory(config, name, { config: next(entryOf(config.directories, name, 'directory').config) });
}

/** Everything the whole configuration would have wrong with the draft in it, by step. */
export function draftProblems(draft: Draft, config: Config, connectors: Connectors): DraftProblem[] {
  const made = configOf(draft);
  if ('wrong' in made) return made.wrong;
  const next = tried(draft, made, config);
  if ('wrong' in next) return next.wrong;
  const checked = checkConfig(next.config, connectors);
  if (!('problems' in checked)) return [];
  const list = draft.kind === 'app' ? next.config.apps : next.config.directories;
  const own = `${draft.kind === 'app' ? 'apps' : 'directories'}[${list.findIndex(({ name }) => name === draft.name)}].`;
  return checked.problems.map(({ path, message, remedy }) => {
    const inner = path.startsWith(own) ? path.slice(own.length) : '';
    const step = inner === '' ? 'review' : stepOf(inner.split(/[.[]/));
    return { step, path: inner, message: `${inner === '' ? path : inner}: ${message}`, remedy };
  });
}

function tried(draft: Draft, made: Made, config: Config): { config: Config } | { wrong: DraftProblem[] } {
  try {
    return { config: draftEdit(draft, made)(config) };
  } catch (error) {
    if (!(error instanceof RollcallError)) throw error;
    const { code, message, remedy } = error;
    return { wrong: [{ step: code === 'unknown-role' ? 'roles' : 'review', path: '', message, remedy }] };
  }
}
