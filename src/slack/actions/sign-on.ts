import type { App } from '@slack/bolt';
import { authenticateLinkId, signOnAppPattern, signOnPattern } from '../../../blocks/ids.ts';
import { offerSignOn } from '../command/sign-on.ts';
import type { SlackDeps } from '../deps.ts';
import { AppIds } from '../payload.ts';
import { onPress } from './press.ts';

/**
 * Links to sign on by: the browser opens them, and Slack tells of the press all the same. The button of an app makes one, and it is
 * shown to whoever pressed alone.
 */
export function listenToSignOn(app: App, deps: SlackDeps): void {
  app.action(
    signOnAppPattern,
    onPress(deps, AppIds, { replaces: false }, (caller, ids) => offerSignOn(deps, caller, ids.app)),
  );
  for (const id of [signOnPattern, authenticateLinkId])
    app.action(id, async ({ ack }) => {
      await ack();
    });
}
