import { z } from 'zod';
import { type Finding, note, right, wrong } from '../engine/examine/finding.ts';
import type { Clock } from '../engine/ports.ts';
import { usageHint } from './command/usage.ts';

/** What is asked as Slack is reached. `apiUrl` ends with a slash. */
export type Line = { token: string; appToken: string | null; apiUrl: string; clock: Pick<Clock, 'now' | 'deadline'> };

/** Who Slack takes the token for, with which scopes, and how far its clock is from ours; or why it does not take it. */
export type Hello =
  | {
      ok: true;
      team: string;
      enterprise: string | null;
      bot: string;
      name: string;
      scopes: string[];
      skew: number | null;
    }
  | { ok: false; error: string };

const Answer = z.object({
  ok: z.boolean(),
  error: z.string().optional(),
  team_id: z.string().default(''),
  enterprise_id: z.string().nullish(),
  bot_id: z.string().default(''),
  team: z.string().default(''),
});

async function call({ apiUrl, clock }: Line, method: string, token: string) {
  const headers = { Authorization: `Bearer ${token}` };
  const signal = clock.deadline(10_000);
  return fetch(`${apiUrl}${method}`, { method: 'POST', headers, signal, redirect: 'error' });
}

/** `auth.test` by hand, since the client keeps the headers to itself. Throws what fetch throws. */
export async function sayHello(line: Line): Promise<Hello> {
  const before = line.clock.now();
  const response = await call(line, 'auth.test', line.token);
  const now = (before + line.clock.now()) / 2;
  const answer = Answer.parse(await response.json());
  if (!answer.ok) return { ok: false, error: answer.error ?? 'unknown_error' };
  const { team_id: team, enterprise_id: enterprise = null, bot_id: bot, team: name } = answer;
  const scopes = (response.headers.get('x-oauth-scopes') ?? '').split(',').map((scope) => scope.trim());
  const date = Date.parse(response.headers.get('date') ?? '');
  // The header counts whole seconds, so it lies half a second behind on average.
  const skew = Number.isNaN(date) ? null : Math.round((now - date - 500) / 1_000);
  return { ok: true, team, enterprise, bot, name, scopes: scopes.filter(Boolean), skew };
}

/** What Slack said to the token. */
export const helloFinding = (hello: Hello): Finding =>
  hello.ok
    ? right(`Slack answers, and takes the bot token for the workspace ${hello.name}`)
    : wrong(
        `Slack does not take the bot token (${hello.error})`,
        'Install the app anew and set SLACK_BOT_TOKEN to its token.',
      );

/** The parts of manifest.yml that can be held against what is installed. */
export const Manifest = z.object({
  features: z.object({
    bot_user: z.object({ display_name: z.string() }),
    slash_commands: z.array(z.object({ usage_hint: z.string().default('') })).default([]),
  }),
  oauth_config: z.object({ scopes: z.object({ bot: z.array(z.string()) }) }),
  settings: z.object({
    event_subscriptions: z.object({ request_url: z.string().optional() }).default({}),
    socket_mode_enabled: z.boolean().default(false),
  }),
});
export type Manifest = z.infer<typeof Manifest>;

/** The scopes the token really has against those this version asks for. */
export function scopeFindings(scopes: readonly string[], { oauth_config }: Manifest): Finding[] {
  const wanted = oauth_config.scopes.bot;
  const missing = wanted.filter((scope) => !scopes.includes(scope));
  const more = scopes.filter((scope) => !wanted.includes(scope));
  return [
    missing.length === 0
      ? right(`the bot token has the ${wanted.length} scopes of manifest.yml`)
      : wrong(
          `the bot token lacks ${missing.join(', ')}`,
          'Update the app with manifest.yml at api.slack.com/apps, install it anew, and set SLACK_BOT_TOKEN.',
        ),
    ...(more.length === 0
      ? []
      : [
          note(
            `the bot token has scopes nobody needs: ${more.join(', ')}`,
            'Take them out of the app, and install it anew.',
          ),
        ]),
  ];
}

/** Signed deliveries older than five minutes are refused, whoever’s clock is wrong. Seconds. */
const skewLimits = { right: 5, note: 60 };

/** How far our clock is ahead of Slack’s, seconds. */
export function skewFinding(skew: number | null): Finding {
  if (skew === null) return note('Slack did not say what time it is', 'See that the clock of this machine is right.');
  const far = Math.abs(skew);
  if (far <= skewLimits.right) return right('the clock is Slack’s, to a few seconds');
  const what = `the clock of this machine is ${far} seconds ${skew > 0 ? 'ahead of' : 'behind'} Slack’s`;
  const remedy = 'Set it by NTP: a press from a time too far off is taken for a replay and refused.';
  return far <= skewLimits.note ? note(what, remedy) : wrong(what, remedy);
}

/** How deliveries come, and whether that can work. */
export async function modeFindings(line: Line, manifest: Manifest, publicUrl: string | null): Promise<Finding[]> {
  const declared = manifest.settings.socket_mode_enabled;
  if (line.appToken === null) return [declared ? unreached : httpFinding(manifest, publicUrl)];
  const tried = await socketFinding(line, line.appToken);
  return declared ? [tried] : [tried, undeclared];
}

const unreached = wrong(
  'manifest.yml turns Socket Mode on, so Slack posts nothing here, and SLACK_APP_TOKEN is not set',
  'Set SLACK_APP_TOKEN; or turn Socket Mode off in manifest.yml, and update the app.',
);
const undeclared = note(
  'Rollcall takes Socket Mode, as SLACK_APP_TOKEN is set, and manifest.yml does not turn it on',
  'Set socket_mode_enabled: true in it, so that the next update of the app leaves Socket Mode on.',
);

function httpFinding(manifest: Manifest, publicUrl: string | null): Finding {
  const what = 'Slack delivers by signed HTTP';
  const declared = manifest.settings.event_subscriptions.request_url ?? '';
  const host = URL.parse(declared)?.host ?? '';
  const ours = URL.parse(publicUrl ?? '')?.host ?? '';
  const filledIn = host !== '' && !host.endsWith('.example.com');
  if (filledIn && ours !== '' && host !== ours)
    return wrong(
      `${what} to ${host}, as manifest.yml says, while PUBLIC_URL is ${ours}`,
      'Correct one of the two, and update the app.',
    );
  return right(`${what}${publicUrl === null ? '' : ` to ${publicUrl}/slack/events`}`);
}

async function socketFinding(line: Line, appToken: string): Promise<Finding> {
  const response = await call(line, 'apps.connections.open', appToken);
  const answer = Answer.parse(await response.json());
  return answer.ok
    ? right('Slack delivers by Socket Mode, and takes the app token')
    : wrong(
        `Socket Mode is set up here, but Slack does not open a connection (${answer.error ?? 'unknown_error'})`,
        'Turn Socket Mode on in the app, make an app-level token with connections:write, and set SLACK_APP_TOKEN.',
      );
}

/** What of the app in Slack is not as this version declares it, as far as a bot may see. */
export function driftFindings(installedName: string | null, { features }: Manifest): Finding[] {
  const declared = features.bot_user.display_name;
  const renamed = installedName !== null && installedName !== declared;
  const hint = features.slash_commands[0]?.usage_hint === usageHint();
  return [
    ...(renamed
      ? [
          note(
            `the bot is called ${installedName} in Slack, and ${declared} in manifest.yml`,
            'Update the app with manifest.yml, unless that is meant.',
          ),
        ]
      : []),
    hint
      ? right('manifest.yml is the one of this version')
      : wrong('manifest.yml is not the one of this version', 'Take the file that came with it, and update the app.'),
  ];
}
