import type { ModalView } from '@slack/types';
import { answer } from '../../../blocks/help.ts';
import type { Message } from '../../../blocks/kit.ts';
import type { SlackDeps } from '../deps.ts';
import { describeError, slackErrorOf } from '../slack-error.ts';

/** A trigger lives three seconds and once. @see https://docs.slack.dev/surfaces/modals#opening */
const late = new Set(['expired_trigger_id', 'exchanged_trigger_id', 'trigger_exchanged', 'trigger_expired']);

/** Opens a modal; when it came too late, answers what to do instead. */
export async function openModal(
  deps: SlackDeps,
  trigger: string,
  view: ModalView,
  typed: string,
): Promise<Message | null> {
  try {
    await deps.clients.interactive.views.open({ trigger_id: trigger, view });
    return null;
  } catch (error) {
    deps.log.warn(describeError(error), 'a modal did not open');
    const why = late.has(slackErrorOf(error) ?? '') ? 'That took too long to open' : 'Slack did not open that';
    return answer(`${why}. Press again, or type it.`, typed);
  }
}
