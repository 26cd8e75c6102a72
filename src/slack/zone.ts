import { slackUserOf } from './addresses.ts';
import type { SlackDeps } from './deps.ts';
import { describeError } from './slack-error.ts';

/** The time zone of a person, or of a Slack user, as they set it in Slack; null where it cannot be read. */
export async function zoneOf(deps: SlackDeps, who: string): Promise<string | null> {
  try {
    const user = /^[UW][A-Z0-9]{5,}$/.test(who) ? who : await slackUserOf(deps, who);
    if (user === null) return null;
    const { user: found } = await deps.clients.bulk.users.info({ user });
    return typeof found?.tz === 'string' ? found.tz : null;
  } catch (error) {
    deps.log.info({ who, ...describeError(error) }, 'could not read a time zone in Slack');
    return null;
  }
}
