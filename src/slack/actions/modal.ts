import type { ModalView } from '@slack/types';
import { answer } from '../../../blocks/help.ts';
import type { Message } from '../../../blocks/kit.ts';
import type { SlackDeps } from '../deps.ts';
import { describeError, slackErrorOf } from '../slack-error.ts';

/** A trigger lives three seconds and once. @see https://docs.slack.dev/surfaces/modals#opening */
const late = new Set(['expired_trigger_id', 'exchanged_trigger_id', 'trigger_exchanged', 'trigger_expired']);

/**
 * Opens a modal, on top of `over` where the button stood in one; when it came too late, answers what to do instead. Slack keeps
 * three on top of each other.
 */
export async function openModal(
  deps: SlackDeps,
  trigger: string,
  view: ModalView,
  typed: string,
  over: string | null = null,
): Promise<Message | null> {
  const client = deps.clients.interactive;
  try {
    if (over === null) await client.views.open({ trigger_id: trigger, view });
    else await client.views.push({ trigger_id: trigger, view });
    return null;
  } catch (error) {
    deps.log.warn(describeError(error), 'a modal did not open');
    const why = late.has(slackErrorOf(error) ?? '') ? 'That took too long to open' : 'Slack did not open that';
    return answer(`${why}. Press again, or type it.`, typed);
  }
}
