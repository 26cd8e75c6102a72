import { resolve } from 'node:path';
import { z } from 'zod';
import { refused } from './core/errors.ts';
import { readKeys } from './core/key-text.ts';

const optional = z
  .string()
  .trim()
  .transform((text) => (text === '' ? undefined : text))
  .optional();
const port = z.coerce.number().int().min(0).max(65_535);
const url = z.url({ protocol: /^https?$/ }).transform((text) => text.replace(/\/$/, ''));

/** Sealing keys as bytes, newest first; their problems are told by place, never by value. */
const keys = optional.transform((text, context) => {
  if (text === undefined) return undefined;
  const read = readKeys(text.split(','));
  if ('keys' in read) return read.keys;
  for (const message of read.problems) context.addIssue({ code: 'custom', message });
  return z.NEVER;
});

/** Everything Rollcall reads from its environment, and nothing else does. `.env.example` explains each. */
const Variables = z.object({
  MONGODB_URI: optional.refine((uri) => uri === undefined || /^mongodb(\+srv)?:\/\//.test(uri), {
    message:
      'write a MongoDB address such as mongodb://localhost:27017/rollcall, or leave it out for the built-in store',
  }),
  DATA_DIR: z
    .string()
    .default('./data')
    .transform((path) => resolve(path)),
  PORT: port.default(3000),
  HOST: z.string().default('127.0.0.1'),
  PUBLIC_URL: url.optional(),
  SLACK_BOT_TOKEN: optional.refine((token) => token === undefined || token.startsWith('xoxb-'), {
    message: 'a bot token starts with xoxb-: copy it from the app’s *OAuth & Permissions* page',
  }),
  SLACK_SIGNING_SECRET: optional,
  SLACK_APP_TOKEN: optional.refine((token) => token === undefined || token.startsWith('xapp-'), {
    message: 'an app-level token starts with xapp-: copy it from the app’s *Basic Information* page',
  }),
  SLACK_API_URL: url.default('https://slack.com/api'),
  LOCAL_SLACK_TRANSPORT: z.enum(['http', 'socket']).optional(),
  LOCAL_SLACK_FAULTS: optional.refine((seed) => seed === undefined || /^\d{1,9}$/.test(seed), {
    message: 'write a seed, a number such as 7',
  }),
  ROLLCALL_KEYS: keys,
  LOG_LEVEL: z.enum(['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent']).default('info'),
  NODE_ENV: z.string().optional(),
});

type Read = z.infer<typeof Variables>;

/** How Slack is reached: the built-in workspace (by what manifest.yml says, or by this), signed HTTP, or Socket Mode. */
export type SlackEnv =
  | { mode: 'local'; socketMode?: boolean; faults?: number }
  | { mode: 'http'; botToken: string; signingSecret: string }
  | { mode: 'socket'; botToken: string; appToken: string };

export type Env = {
  mongodbUri: string | undefined;
  dataDir: string;
  port: number;
  host: string;
  publicUrl: string;
  slack: SlackEnv;
  slackApiUrl: string;
  logLevel: Read['LOG_LEVEL'];
  /** Sealing keys of ROLLCALL_KEYS, 32 bytes each, newest first; undefined: not set. */
  keys: readonly Uint8Array[] | undefined;
  production: boolean;
  /** The operating system's name of who runs this process. */
  user: string;
  /** Value of a `${NAME}` of the configuration file. */
  secret(name: string): string | undefined;
};

/**
 * Reads and checks the environment.
 * @throws RollcallError `environment` naming every variable that is wrong, missing or unknown.
 */
export function readEnv(source: Readonly<Record<string, string | undefined>> = process.env): Env {
  const unknown = Object.keys(source).filter((name) => name.startsWith('ROLLCALL_') && !(name in Variables.shape));
  const parsed = Variables.safeParse(present(source));
  const wrong = parsed.success ? [] : parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`);
  const problems = [...unknown.map((name) => `${name}: no such variable`), ...wrong];
  if (!parsed.success || problems.length > 0) throw environmentError(problems);
  const slack = slackOf(parsed.data);
  const { MONGODB_URI, DATA_DIR, PORT, HOST, PUBLIC_URL, SLACK_API_URL, ROLLCALL_KEYS, LOG_LEVEL, NODE_ENV } =
    parsed.data;
  return {
    mongodbUri: MONGODB_URI,
    dataDir: DATA_DIR,
    port: PORT,
    host: HOST,
    publicUrl: PUBLIC_URL ?? `http://${HOST}:${PORT}`,
    slack,
    slackApiUrl: `${SLACK_API_URL}/`,
    logLevel: LOG_LEVEL,
    keys: ROLLCALL_KEYS,
    production: NODE_ENV === 'production',
    user: source.USER ?? source.USERNAME ?? 'unknown',
    secret: (name) => source[name],
  };
}

/** An empty value is the same as none. */
const present = (source: Readonly<Record<string, string | undefined>>) =>
  Object.fromEntries(Object.entries(source).filter(([, value]) => value !== undefined && value !== ''));

function slackOf(read: Read): SlackEnv {
  const { SLACK_BOT_TOKEN, SLACK_SIGNING_SECRET, SLACK_APP_TOKEN, NODE_ENV } = read;
  if (SLACK_BOT_TOKEN === undefined) {
    const stray = Object.entries({ SLACK_SIGNING_SECRET, SLACK_APP_TOKEN }).filter(([, value]) => value !== undefined);
    if (stray.length > 0)
      throw environmentError([`SLACK_BOT_TOKEN: missing, while ${stray.map(([name]) => name).join(' and ')} is set`]);
    if (NODE_ENV !== 'production') return localOf(read);
    throw environmentError(['SLACK_BOT_TOKEN: missing, and NODE_ENV=production serves real Slack only', slackRemedy]);
  }
  if (SLACK_APP_TOKEN !== undefined) return { mode: 'socket', botToken: SLACK_BOT_TOKEN, appToken: SLACK_APP_TOKEN };
  if (SLACK_SIGNING_SECRET === undefined) throw environmentError([`SLACK_SIGNING_SECRET: missing. ${slackRemedy}`]);
  return { mode: 'http', botToken: SLACK_BOT_TOKEN, signingSecret: SLACK_SIGNING_SECRET };
}

const localOf = ({ LOCAL_SLACK_TRANSPORT: transport, LOCAL_SLACK_FAULTS: seed }: Read): SlackEnv => ({
  mode: 'local',
  ...(transport !== undefined && { socketMode: transport === 'socket' }),
  ...(seed !== undefined && { faults: Number(seed) }),
});

const slackRemedy = 'Set SLACK_BOT_TOKEN with SLACK_SIGNING_SECRET (HTTP) or with SLACK_APP_TOKEN (Socket Mode)';

const environmentError = (problems: readonly string[]) =>
  refused(
    'environment',
    `the environment is not right:\n  ${problems.join('\n  ')}`,
    'See .env.example for what each variable means.',
  );
