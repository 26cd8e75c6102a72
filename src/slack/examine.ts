import { Config } from '../core/config.ts';
import { peopleNamedIn } from '../core/named-people.ts';
import type { Check } from '../engine/examine/examine.ts';
import { type Finding, wrong } from '../engine/examine/finding.ts';
import type { Clock, Log } from '../engine/ports.ts';
import { slackClients } from './clients.ts';
import type { Team } from './deps.ts';
import {
  driftFindings,
  helloFinding,
  type Line,
  Manifest,
  modeFindings,
  sayHello,
  scopeFindings,
  skewFinding,
} from './examine-app.ts';
import { channelFindings } from './examine-channels.ts';
import { type Absent, absentFrom, memberFindings } from './examine-people.ts';
import { type Rates, rateFindings } from './examine-rates.ts';
import type { Transport } from './intake.ts';
import type { RateWait } from './rate-waits.ts';
import { describeError } from './slack-error.ts';

export type SlackDesk = Transport & {
  botToken: string;
  /** Ends with a slash. */
  apiUrl: string;
  /** Of manifest.yml, parsed. */
  manifest: unknown;
  publicUrl: string | null;
  clock: Pick<Clock, 'now' | 'deadline'>;
  log: Log;
  config(): Promise<Config | null>;
  /** What waits to be shown in Slack. */
  outbox: Rates['outbox'];
  /** What Slack asked this process to wait for; left out where the bot is another process. */
  rateWaits?(): readonly RateWait[];
};

/** What `doctor` looks at in Slack: the app, its scopes, the clocks, the channels, those who decide. */
export const slackCheck = (desk: SlackDesk): Check => ({ name: 'Slack', run: () => examineSlack(desk) });

async function examineSlack(desk: SlackDesk): Promise<Finding[]> {
  const line = lineOf(desk);
  const manifest = Manifest.parse(desk.manifest);
  let hello: Awaited<ReturnType<typeof sayHello>>;
  try {
    hello = await sayHello(line);
  } catch (error) {
    const why = describeError(error).error;
    return [
      wrong(`Slack does not answer at ${desk.apiUrl} (${why})`, 'See that this machine reaches it, and SLACK_API_URL.'),
    ];
  }
  if (!hello.ok) return [helloFinding(hello)];
  const client = clientOf(desk);
  const config = (await desk.config()) ?? Config.parse({ version: 1 });
  const team = { id: hello.team, enterprise: hello.enterprise };
  const words = peopleNamedIn(config).map(({ word }) => word);
  const { bot } = hello;
  return [
    helloFinding(hello),
    ...(await modeFindings(line, manifest, desk.publicUrl)),
    ...scopeFindings(hello.scopes, manifest),
    skewFinding(hello.skew),
    ...(await rateFindings({ ...desk, waits: desk.rateWaits?.() ?? null })),
    ...(await attempt('the app', async () =>
      driftFindings((await client.bots.info({ bot })).bot?.name ?? null, manifest),
    )),
    ...(await attempt('the channels', () => channelFindings(client, config.settings))),
    ...(await attempt('those who decide', () => memberFindings(client, team, words))),
  ];
}

/** One look that Slack refuses, for want of a scope say, stops no other. */
async function attempt(what: string, look: () => Promise<Finding[]>): Promise<Finding[]> {
  try {
    return await look();
  } catch (error) {
    return [
      wrong(`Slack does not show ${what} (${describeError(error).error})`, 'See the scopes above, then try again.'),
    ];
  }
}

const lineOf = (desk: SlackDesk): Line => ({
  token: desk.botToken,
  appToken: 'appToken' in desk ? desk.appToken : null,
  apiUrl: desk.apiUrl,
  clock: desk.clock,
});

const clientOf = ({ botToken, apiUrl, log }: SlackDesk) =>
  slackClients({ token: botToken, slackApiUrl: apiUrl, log }).bulk;

/**
 * Those of these words who could not decide in Slack, for a look at a configuration before it is one.
 * @throws what Slack’s client throws.
 */
export async function absentInSlack(desk: SlackDesk, words: readonly string[]): Promise<Absent[]> {
  const hello = await sayHello(lineOf(desk));
  if (!hello.ok) throw new Error(`Slack does not take the bot token (${hello.error})`);
  const team: Team = { id: hello.team, enterprise: hello.enterprise };
  return (await absentFrom(clientOf(desk), team, words)).absent;
}
