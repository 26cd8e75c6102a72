import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import dayjs from 'dayjs';
import { parse } from 'yaml';
import { z } from 'zod';

const here = fileURLToPath(new URL('.', import.meta.url));

const Workspace = z.strictObject({
  team: z.string(),
  people: z.array(
    z.strictObject({
      id: z.string(),
      name: z.string(),
      realName: z.string(),
      email: z.string().exactOptional(),
      timeZone: z.string(),
      guest: z.boolean().exactOptional(),
    }),
  ),
  channels: z.array(
    z.strictObject({
      name: z.string(),
      private: z.boolean().exactOptional(),
      members: z.array(z.string()).exactOptional(),
    }),
  ),
});

const Tokens = z.object({ crm: z.string(), wiki: z.string() });

/** The example company, ready to be used: who is in its Slack, its configuration file, and what that file's `${NAME}`s mean. */
export type Example = {
  workspace: z.infer<typeof Workspace>;
  configFile: string;
  secrets: Readonly<Record<string, string>>;
  /** Pages to watch the apps' accounts on. */
  pages: readonly { title: string; url: string }[];
  peopleFile: string;
};

/** Where the example keeps its things, the first of the three ports its apps listen on, and the address of the bot they sign on with. */
export type ExampleOptions = { dir: string; port: number; bot: string };

/** Lays the example out in its folder; what is there already stays as it is. */
export function prepareExample({ dir, port }: Omit<ExampleOptions, 'bot'>): Example {
  mkdirSync(dir, { recursive: true, mode: 0o700 });
  const peopleFile = join(dir, 'people.csv');
  if (!existsSync(peopleFile)) writeFileSync(peopleFile, peopleOf(dayjs()));
  const tokens = tokensIn(join(dir, 'tokens.json'));
  const at = (which: number) => `http://127.0.0.1:${port + which}`;
  const [crm, wiki, hub] = [at(0), at(1), at(2)];
  return {
    workspace: Workspace.parse(parse(readFileSync(join(here, 'workspace.yml'), 'utf8'))),
    configFile: join(here, 'rollcall.yml'),
    secrets: {
      ...{ ACME_DIR: dir, ACME_CRM_URL: crm, ACME_WIKI_URL: wiki, ACME_HUB_URL: hub },
      ...{ ACME_CRM_TOKEN: tokens.crm, ACME_WIKI_TOKEN: tokens.wiki },
    },
    pages: [
      { title: 'CRM', url: `${crm}/` },
      { title: 'Wiki', url: `${wiki}/` },
      { title: 'Image Hub', url: `${hub}/` },
    ],
    peopleFile,
  };
}

/** Somebody always starts next month, whenever the example is first run. */
function peopleOf(today: dayjs.Dayjs): string {
  const iso = (date: dayjs.Dayjs) => date.format('YYYY-MM-DD');
  return readFileSync(join(here, 'people.csv'), 'utf8')
    .replaceAll('@next-month', iso(today.add(1, 'month').startOf('month')))
    .replaceAll('@last-month', iso(today.subtract(1, 'month').startOf('month')))
    .replaceAll('@next-year', iso(today.add(1, 'year').startOf('month')));
}

function tokensIn(file: string): z.infer<typeof Tokens> {
  if (!existsSync(file)) {
    const fresh = { crm: randomBytes(24).toString('hex'), wiki: randomBytes(24).toString('hex') };
    writeFileSync(file, JSON.stringify(fresh), { mode: 0o600 });
  }
  return Tokens.parse(JSON.parse(readFileSync(file, 'utf8')));
}

/** Starts the three apps as children; they end with this process. Answers once all listen. */
export async function startExampleApps(
  example: Example,
  { dir, port, bot }: ExampleOptions,
): Promise<{ stop(): Promise<void> }> {
  const signing = ['--provider', `${bot}/saml/metadata`];
  const wiki = ['--seed', join(here, 'wiki-seed.json'), ...signing];
  const children = await Promise.all([
    startApp('crm', port, dir, example, ['--groups', 'Sales and Marketing,Support,Managers']),
    startApp('wiki', port + 1, dir, example, wiki),
    startChild('hub', 'sign-on-server.ts', { port: port + 2, dir }, signing),
  ]);
  return {
    async stop() {
      await Promise.all(children.map(stopChild));
    },
  };
}

function startApp(name: 'crm' | 'wiki', port: number, dir: string, example: Example, more: readonly string[]) {
  const tokenName = `ACME_${name.toUpperCase()}_TOKEN`;
  const env = { [tokenName]: example.secrets[tokenName] };
  return startChild(name, 'scim-server.ts', { port, dir, env }, ['--token-env', tokenName, ...more]);
}

type Place = { port: number; dir: string; env?: Readonly<Record<string, string | undefined>> };

async function startChild(name: string, script: string, { port, dir, env }: Place, more: readonly string[]) {
  const options = ['--port', String(port), '--name', name, '--file', join(dir, `${name}.json`), ...more];
  const child = spawn(process.execPath, ['--import', 'tsx', join(here, script), ...options], {
    stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
    env: { ...process.env, ...env },
  });
  await listening(child, name);
  return child;
}

function listening(child: ChildProcess, name: string): Promise<void> {
  return new Promise((resolve, reject) => {
    child.stdout?.once('data', () => resolve());
    child.once('exit', (code) => reject(new Error(`the example app ${name} ended (${code}): is its port taken?`)));
  });
}

function stopChild(child: ChildProcess): Promise<void> {
  return new Promise((resolve) => {
    if (child.exitCode !== null || child.signalCode !== null) return resolve();
    child.once('exit', () => resolve());
    child.disconnect();
  });
}
