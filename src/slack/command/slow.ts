import { answer } from '../../../blocks/help.ts';
import type { Message } from '../../../blocks/kit.ts';
import type { SlackDeps } from '../deps.ts';
import { describeError } from '../slack-error.ts';
import type { Respond } from '../tell.ts';

/**
 * Tells the one who asked something on the way to the answer; the work goes on when that fails. An answer's address takes five
 * messages in all.
 */
export type Say = (message: Message) => Promise<void>;

/** After this long the person is told that it goes on, milliseconds. */
const sayAfter = 2_500;

/** Does the work, and tells that it goes on when it takes long and has not said so itself. */
export async function sayingWhenSlow<T>(
  deps: Pick<SlackDeps, 'clock' | 'log'>,
  respond: Respond,
  work: (say: Say) => Promise<T>,
): Promise<T> {
  const done = new AbortController();
  const say: Say = async (message) => {
    done.abort();
    try {
      await respond({ response_type: 'ephemeral', replace_original: false, ...message });
    } catch (error) {
      deps.log.info(describeError(error), 'progress was not told');
    }
  };
  const slow = deps.clock.sleep(sayAfter, done.signal).then(
    () => (done.signal.aborted ? undefined : say(answer('Still at it: the answer follows.'))),
    () => undefined,
  );
  try {
    return await work(say);
  } finally {
    done.abort();
    await slow;
  }
}
