import { broken } from '../core/errors.ts';
import type { Actor } from '../core/model.ts';
import type { GovernanceDeps } from './governance.ts';

export async function release(
  _deps: GovernanceDeps,
  _person: string,
  _app: string | null,
  _actor: Actor,
): Promise<{ text: string }> {
  throw broken('not-built', 'release is not built yet');
}
