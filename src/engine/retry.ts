import { broken } from '../core/errors.ts';
import type { Actor } from '../core/model.ts';
import type { GovernanceDeps, Named } from './governance.ts';

export async function retry(
  _deps: GovernanceDeps,
  _subject: Named & { cause?: string },
  _actor: Actor,
): Promise<{ text: string }> {
  throw broken('not-built', 'retry is not built yet');
}
