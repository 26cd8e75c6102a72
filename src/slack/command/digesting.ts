import { cleanDigest, digestMessage, retryPreview } from '../../../blocks/digest.ts';
import { answer } from '../../../blocks/help.ts';
import type { Message } from '../../../blocks/kit.ts';
import { isClean } from '../../core/digest.ts';
import type { SlackDeps } from '../deps.ts';
import type { Known } from './access.ts';
import { actorOf } from './actor.ts';

/** The digest at this moment, for somebody who asks. */
export async function showDigest(deps: SlackDeps): Promise<Message> {
  const digest = await deps.useCases.digest();
  return isClean(digest) ? cleanDigest() : digestMessage(digest);
}

type Cause = { app: string; cause: string };

/** How many a retry of one cause would put back, some of them by name, and the button that does it. */
export async function previewRetry(deps: SlackDeps, { person }: Known, { app, cause }: Cause): Promise<Message> {
  const [preview, apps] = await Promise.all([
    deps.useCases.retryPreview({ app, cause }, actorOf(person)),
    deps.useCases.apps(),
  ]);
  const appTitle = apps.find((each) => each.app === app)?.title ?? app;
  return retryPreview(preview, { app, appTitle, cause });
}

/** Tries again what was shown; where more has come since, shows that first. */
export async function retryShown(deps: SlackDeps, caller: Known, ids: Cause & { count: number }): Promise<Message> {
  const { app, cause, count } = ids;
  const actor = actorOf(caller.person);
  const preview = await deps.useCases.retryPreview({ app, cause }, actor);
  if (preview.count > count) return previewRetry(deps, caller, ids);
  return answer((await deps.useCases.retry({ app, cause }, actor)).text);
}
