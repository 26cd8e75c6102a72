import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parse } from 'yaml';
import { prepareExample, startExampleApps } from '../examples/acme/start.ts';
import { checkConfig } from '../src/core/config-check.ts';
import { system } from '../src/core/event.ts';
import { readEnv } from '../src/env.ts';
import { startWorkspace } from '../src/local-slack/workspace.ts';
import { openForCommand } from '../src/main.ts';
import { freePorts } from '../test/fakes/free-ports.ts';
import { faultyLine } from './soak-proxy.ts';

const root = fileURLToPath(new URL('..', import.meta.url));

export type SoakOptions = {
  dir: string;
  /** Milliseconds between two looks at a process. */
  every: number;
  /** Modules loaded into the bot besides: a test has it leak. */
  imports?: readonly string[];
};

/**
 * The example company as a whole: its three apps, its Slack, and the real bot with a store of its own. The workspace lives here, so
 * that what it keeps is not taken for the bot's. Deliveries and calls go wrong from time to time.
 */
export async function startCompany(options: SoakOptions) {
  const port = await freePorts();
  const url = `http://127.0.0.1:${port}`;
  const place = { dir: join(options.dir, 'acme'), port: port + 1, bot: url };
  const example = prepareExample(place);
  const apps = await startExampleApps(example, place);
  const line = await faultyLine(example.secrets.ACME_CRM_URL ?? '');
  const { people, channels } = example.workspace;
  const workspace = await startWorkspace({
    ...{ manifest: parse(readFileSync(join(root, 'manifest.yml'), 'utf8')), people, channels },
    ...{ botUrl: `${url}/slack/events`, faults: { seed: 7, most: Number.POSITIVE_INFINITY } },
  });
  const env = {
    ...{ ...ownEnvironment(), ...example.secrets, ACME_CRM_URL: line.url },
    ...{ DATA_DIR: join(options.dir, 'data'), PORT: String(port), LOG_LEVEL: 'error' },
    ...{ SLACK_BOT_TOKEN: workspace.tokens.botToken, SLACK_SIGNING_SECRET: workspace.tokens.signingSecret },
    SLACK_API_URL: `${workspace.url}/api`,
  };
  await configure(env, example.configFile);
  const bot = spawnBot(env, options);
  await serves(bot);
  return {
    ...{ url, workspace, bot, peopleFile: example.peopleFile, faults: line.happened },
    async stop() {
      if (bot.exitCode === null && bot.signalCode === null) {
        bot.kill('SIGTERM');
        await once(bot, 'exit');
      }
      await workspace.stop();
      await line.stop();
      await apps.stop();
    },
  };
}

function ownEnvironment(): Record<string, string | undefined> {
  const ours = Object.entries(process.env).filter(
    ([name]) => !/^(SLACK_|LOCAL_SLACK_|VITEST|MONGODB_URI|NODE_ENV)/.test(name),
  );
  return Object.fromEntries(ours);
}

/** As the example says, but a company in which people leave all the time is nothing to be held. */
async function configure(env: Record<string, string | undefined>, file: string): Promise<void> {
  const { opened, engine } = await openForCommand(readEnv(env));
  const written = parse(readFileSync(file, 'utf8'));
  const deletionThreshold = { count: 1_000_000, percent: 100, window: '1 hour', floor: 1_000 };
  const settings = { ...written.settings, deletionThreshold };
  const checked = checkConfig({ ...written, settings }, opened.connectors);
  if ('problems' in checked) throw new Error(`the example configuration is wrong: ${JSON.stringify(checked.problems)}`);
  await engine.configure(checked.config, system('bench'));
  await engine.stop();
  await opened.close();
}

/** The probe comes by NODE_OPTIONS, which the store's process takes over from the bot; what a test adds is the bot's alone. */
function spawnBot(env: Record<string, string | undefined>, { dir, every, imports = [] }: SoakOptions): ChildProcess {
  const probe = ['tsx', new URL('./soak-probe.ts', import.meta.url).href];
  const nodeOptions = [process.env.NODE_OPTIONS ?? '', ...probe.map((module) => `--import ${module}`)].join(' ').trim();
  const more = imports.flatMap((module) => ['--import', module]);
  return spawn(process.execPath, ['--import', 'tsx', ...more, join(root, 'src/main.ts')], {
    cwd: root,
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...env, NODE_OPTIONS: nodeOptions, SOAK_DIR: dir, SOAK_EVERY: String(every) },
  });
}

async function serves(bot: ChildProcess): Promise<void> {
  const ended = once(bot, 'exit').then(([code]) => {
    throw new Error(`the bot ended with ${code} before it served`);
  });
  await Promise.race([once(bot.stdout ?? bot, 'data'), ended]);
  bot.stdout?.resume();
  // From here on an end is somebody else's to see.
  ended.catch(() => undefined);
}
