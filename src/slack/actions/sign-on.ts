import type { App } from '@slack/bolt';
import { signOnPattern } from '../../../blocks/ids.ts';

/** The links of a welcome: the browser opens them, and Slack tells of the press all the same. */
export function listenToSignOn(app: App): void {
  app.action(signOnPattern, async ({ ack }) => {
    await ack();
  });
}
