import type { App } from '@slack/bolt';
import { actionIds } from '../../../blocks/ids.ts';
import { previewRetry, retryShown } from '../command/digesting.ts';
import type { SlackDeps } from '../deps.ts';
import { CauseIds, RetryIds } from '../payload.ts';
import { onPress } from './press.ts';

/** *Retry all like this* of a digest, and the button of its preview. */
export function listenToDigest(app: App, deps: SlackDeps): void {
  app.action(
    actionIds.retryCause,
    onPress(deps, CauseIds, { replaces: false }, (caller, ids) => previewRetry(deps, caller, ids)),
  );
  app.action(
    actionIds.retryAll,
    onPress(deps, RetryIds, { replaces: true }, (caller, ids) => retryShown(deps, caller, ids)),
  );
}
