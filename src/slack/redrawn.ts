import type { Message } from '../../blocks/kit.ts';
import type { SlackDeps } from './deps.ts';
import { describeError } from './slack-error.ts';
import type { Respond } from './tell.ts';

/** Shows the newest state where the button stood, at once; other copies, and this one where it was not taken, follow by the outbox. */
export async function redrawn(deps: SlackDeps, respond: Respond, message: Message, what: string): Promise<boolean> {
  try {
    await respond({ replace_original: true, ...message });
    return true;
  } catch (error) {
    deps.log.info(describeError(error), `${what} was not redrawn at once; the outbox follows`);
    return false;
  }
}
