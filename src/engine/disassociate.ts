import { broken } from '../core/errors.ts';
import type { Actor } from '../core/model.ts';
import type { GovernanceDeps } from './governance.ts';

export async function disassociate(
  _deps: GovernanceDeps,
  _person: string,
  _app: string,
  _actor: Actor,
): Promise<{ text: string }> {
  throw broken('not-built', 'disassociate is not built yet');
}
