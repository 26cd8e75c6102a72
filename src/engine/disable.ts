import { broken } from '../core/errors.ts';
import type { Actor } from '../core/model.ts';
import type { GovernanceDeps } from './governance.ts';

export async function disable(
  _deps: GovernanceDeps,
  _person: string,
  _reason: string | null,
  _actor: Actor,
): Promise<{ text: string }> {
  throw broken('not-built', 'disable is not built yet');
}
