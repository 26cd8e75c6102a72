import { existsSync, readFileSync } from 'node:fs';
import { Option } from 'commander';
import { App, type AppConfig } from '../core/app-schema.ts';
import type { Config } from '../core/config.ts';
import { entryOf } from '../core/config-edit.ts';
import { addApp, withSaml } from '../core/config-edit-app.ts';
import { connectorFor } from '../core/connector.ts';
import { RollcallError, refused } from '../core/errors.ts';
import type { ServiceProvider } from '../core/saml.ts';
import { type SamlImport, samlFrom } from '../core/saml-import.ts';
import { onOneLine } from './print.ts';
import { importLines } from './saml-words.ts';
import type { Session } from './session.ts';
import type { Change, Given, Verb } from './verb.ts';

/** `rollcall saml import`: sets an app up for signing on, as its own metadata says. */
export const importVerb: Verb = {
  usage: 'import <app> <metadata>',
  audience: 'admins',
  description:
    'set an app up as its metadata says: a file, `-` for standard input, or an address; shows what that changes',
  options: [new Option('--new', 'add the app; its accounts are made by sign-on alone (connector saml)')],
  prepare,
};

async function prepare({ session, args: [name = '', source = ''], options }: Given): Promise<Change | null> {
  const { useCases } = session.engine;
  const provider = await useCases.readServiceProvider(await metadataAt(source));
  const isNew = options.new === true;
  const edit = (config: Config): Config => {
    const there = isNew ? addApp(config, newApp(name)) : config;
    return withSaml(there, name, importOf(session, provider, appIn(there, name)).setup);
  };
  const tried = await useCases.tryEdit(edit, session.actor);
  if ('problems' in tried) throw wrong(tried.problems);
  const app = appIn(tried.next, name);
  if (tried.lines.length === 0) {
    console.log(`${app.name} is set up as its metadata says: nothing changes.`);
    return null;
  }
  const found = importOf(session, provider, app);
  if (options.json !== true) for (const line of planLines(found, app, tried, isNew)) console.log(onOneLine(line));
  return {
    question: `Set ${app.name} up like this?`,
    async act() {
      const { result, text } = await useCases.changeConfig(edit, session.actor, tried.shown);
      return { text: after(result, text, app.name, tried.next), result, app: app.name, lines: tried.lines, ...found };
    },
  };
}

const newApp = (name: string): AppConfig => {
  const read = App.safeParse({ name, connector: 'saml' });
  if (read.success) return read.data;
  throw refused('bad-name', `${name} cannot be its name: ${read.error.issues[0]?.message}`, 'Give it another one.');
};

/** @throws RollcallError `unknown-app` */
function appIn({ apps }: Config, name: string): AppConfig {
  try {
    return entryOf(apps, name, 'app');
  } catch (error) {
    if (!(error instanceof RollcallError)) throw error;
    throw refused(error.code, error.message, `${error.remedy} To add an app of this name, give --new.`);
  }
}

function importOf({ opened }: Session, provider: ServiceProvider, app: AppConfig): SamlImport {
  const connector = opened.connectors.targets.get(app.connector);
  if (connector !== undefined) return samlFrom(provider, app, connectorFor(connector, app.connection));
  throw refused('unknown-connector', `there is no connector ${app.connector}`, 'Mend the configuration first.');
}

async function metadataAt(source: string): Promise<{ xml: string } | { url: string }> {
  if (/^https?:\/\//i.test(source)) return { url: source };
  if (source !== '-' && !existsSync(source))
    throw refused('no-file', `there is no file ${source}`, 'Check the path, or write the address with https://.');
  return { xml: readFileSync(source === '-' ? 0 : source, 'utf8') };
}

type Tried = { lines: readonly string[]; power: readonly string[]; deciders: readonly string[] };

function planLines(found: SamlImport, app: AppConfig, { lines, power, deciders }: Tried, isNew: boolean): string[] {
  const agree = deciders.length === 0 ? '' : `, and ${deciders.join(' or ')} has to agree`;
  return [
    `${app.name}, as its metadata says:`,
    ...importLines(found),
    ...['', isNew ? 'It is added, and set up so:' : 'What that changes:'],
    ...lines.map((line) => `  ${line}`),
    ...(power.length === 0 ? [] : ['', `It changes who decides${agree}.`]),
    ...(app.provisioning.enabled
      ? ['', 'Accounts in it are provisioned: nobody signs on before theirs is there.']
      : []),
  ];
}

function after(result: string, text: string, app: string, { roles }: Config): string {
  if (result === 'proposed') return `${text}\nIn Slack, or here: rollcall --as EMAIL config agree ID`;
  const given = roles.some(({ apps }) => apps.includes(app));
  const next = given ? '' : `\nNo role has ${app} yet, so that nobody may sign on: add it to one.`;
  return `${text}\nTell whoever runs the app about this identity provider: rollcall saml addresses, rollcall saml metadata FILE.${next}`;
}

function wrong(problems: readonly { path: string; message: string; remedy: string }[]): RollcallError {
  const [first, ...more] = problems;
  const others = more.map(({ path, message }) => ` ${path}: ${message}.`).join('');
  return refused('config-wrong', `${first?.path}: ${first?.message}.${others}`, `${first?.remedy}.`);
}
