import { existsSync } from 'node:fs';
import type { Command } from 'commander';
import { checkConfig } from '../core/config-check.ts';
import { connectorFor, type DirectoryConnector, type LeftBehind, type MovedIn } from '../core/connector.ts';
import { refused } from '../core/errors.ts';
import { type Draft, settled } from '../core/moved-in.ts';
import { readEnv } from '../env.ts';
import { loadAll } from '../main.ts';
import { writeText } from './file.ts';
import { movedInYaml } from './moved-in-yaml.ts';
import { onOneLine, printJson, printTable } from './print.ts';
import { meantFor } from './right.ts';

type Options = { url: string; write?: string; json?: boolean; allowHost?: string[]; attribute?: string[] };

/** Milliseconds for one call, and for reading the account whole. */
const deadline = 20_000;
const patience = 30 * 60_000;

export function addFromOneLogin(config: Command): void {
  meantFor(config.command('from-onelogin'), 'machine')
    .description('write what a OneLogin account does with people and apps as a configuration, changing nothing')
    .requiredOption('--url <address>', 'the account, such as https://acme.onelogin.com')
    .option('--write <file>', 'the file to write, which must not be there yet; without, standard output')
    .option('--attribute <ours=theirs...>', 'what custom attributes are called here, such as costCentre=cost_centre')
    .option('--allow-host <host...>', 'a host or network of your own that may be called')
    .option('--json', 'print what was and was not carried over as JSON')
    .action(moveIn);
}

async function moveIn({ url, write, json, allowHost = [], attribute = [] }: Options): Promise<void> {
  if (write !== undefined && existsSync(write))
    throw refused('file-exists', `${write} is there already`, 'Write to another file, and compare the two.');
  const connectors = await loadAll();
  const moved = await read(connectors, { url, allowHosts: allowHost, attributes: attributesOf(attribute) });
  const { config, left } = settled(moved, (raw) => {
    const checked = checkConfig(raw, connectors);
    return 'problems' in checked ? checked.problems : [];
  });
  const text = movedInYaml(config, moved.remarks, left, url);
  if (write !== undefined) await writeText(write, pieces(text));
  if (json === true) return printJson({ carried: countsOf(config), left });
  if (write === undefined) process.stdout.write(text);
  tell(config, left, write);
}

async function* pieces(text: string): AsyncGenerator<string> {
  yield text;
}

/** The credentials come from the environment alone: an argument would be seen by everybody on the machine. */
function credentials(): { clientId: string; clientSecret: string } {
  const { secret } = readEnv();
  const [clientId = '', clientSecret = ''] = [secret('ONELOGIN_CLIENT_ID'), secret('ONELOGIN_CLIENT_SECRET')];
  if (clientId !== '' && clientSecret !== '') return { clientId, clientSecret };
  throw refused(
    'secret-missing',
    'the credential of OneLogin is not set',
    'Set ONELOGIN_CLIENT_ID and ONELOGIN_CLIENT_SECRET in the environment: an API credential with “Manage all”, which mappings and rules need (docs/onelogin.md).',
  );
}

type Asked = { url: string; allowHosts: readonly string[]; attributes: Readonly<Record<string, string>> };

async function read(connectors: Awaited<ReturnType<typeof loadAll>>, asked: Asked): Promise<MovedIn> {
  const connector = connectors.directories.get('onelogin') as DirectoryConnector &
    Required<Pick<DirectoryConnector, 'moveIn'>>;
  const scim = connectors.targets.get('scim');
  const settings = connector.config.safeParse({ ...asked, ...credentials() });
  const [issue] = settings.error?.issues ?? [];
  if (!settings.success)
    throw refused('option', `${issue?.path.join('.') || 'the options'}: ${issue?.message}`, 'Correct the option.');
  const context = { name: 'onelogin', allowHosts: asked.allowHosts, deadline, now: Date.now };
  const to = { connector: 'scim', attributes: scim === undefined ? [] : connectorFor(scim, {}).attributes };
  return connector.moveIn(settings.data, context, to, AbortSignal.timeout(patience));
}

function attributesOf(given: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    given.map((one) => {
      const [ours, theirs, more] = one.split('=').map((part) => part.trim());
      if (!ours || !theirs || more !== undefined)
        throw refused('option', `--attribute ${one} names no two attributes`, 'Write it as ours=theirs.');
      return [ours, theirs] as const;
    }),
  );
}

const countsOf = ({ roles, mappings, apps }: Draft) => ({
  roles: roles.length,
  mappings: mappings.length,
  apps: apps.length,
  rules: apps.reduce((sum, app) => sum + (Array.isArray(app.rules) ? app.rules.length : 0), 0),
});

/** Beside the answer, so that what reads the answer is not disturbed. */
function tell(config: Draft, left: readonly LeftBehind[], file: string | undefined): void {
  const { roles, mappings, apps, rules } = countsOf(config);
  console.error(`Carried over: ${roles} roles, ${mappings} mappings, ${apps} apps with ${rules} rules.`);
  if (left.length > 0)
    console.error(`Not carried over: ${left.length} things; each is named with why at the top of the file.`);
  if (file === undefined) return;
  if (left.length > 0)
    printTable(
      ['what', 'name', 'why'],
      left.map(({ what, name, why }) => [what, name, why].map(onOneLine)),
    );
  console.error(`Read ${file}, then: rollcall config check ${file}`);
}
