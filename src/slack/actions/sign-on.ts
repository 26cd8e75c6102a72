import type { App } from '@slack/bolt';
import { authenticateLinkId, signOnPattern } from '../../../blocks/ids.ts';

/** The links of a welcome and of a card: the browser opens them, and Slack tells of the press all the same. */
export function listenToSignOn(app: App): void {
  for (const id of [signOnPattern, authenticateLinkId])
    app.action(id, async ({ ack }) => {
      await ack();
    });
}
