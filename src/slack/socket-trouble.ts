import { slackErrorOf } from './slack-error.ts';

/** A connection that ended before Slack said hello. */
export class EndedEarly extends Error {
  readonly reason: string;

  constructor(reason: string) {
    super(`ended before hello: ${reason}`);
    this.name = 'EndedEarly';
    this.reason = reason;
  }
}

/** Slack's reasons that only a person can mend. */
const endings: Readonly<Record<string, string>> = {
  link_disabled: 'Socket Mode is turned off in the app’s settings',
  too_many_websockets: 'the app has as many connections as Slack allows, which is ten',
};

/** Slack's refusals of a token. @see https://docs.slack.dev/reference/methods/apps.connections.open */
const refusals = new Set(['not_authed', 'invalid_auth', 'account_inactive', 'token_revoked', 'not_allowed_token_type']);

/** Why a connection that served ended, for people. */
export const wordsForEnd = (reason: string): string => endings[reason] ?? 'the last connection ended';

/** Why a connection could not be had, for people. */
export function wordsFor(error: unknown): string {
  if (error instanceof EndedEarly) return endings[error.reason] ?? 'Slack does not say hello';
  const code = slackErrorOf(error);
  if (code === null) return 'Slack does not answer';
  if (refusals.has(code))
    return `Slack refuses SLACK_APP_TOKEN (${code}); it must be an app-level token with connections:write`;
  if (code === 'access_denied') return 'Slack lets no connection in; is Socket Mode turned on in the app’s settings?';
  return code === 'ratelimited' ? 'Slack asks to wait before the next connection' : `Slack answers ${code}`;
}
