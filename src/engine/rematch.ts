import { broken } from '../core/errors.ts';
import type { Actor } from '../core/model.ts';
import type { GovernanceDeps, RematchOutcome } from './governance.ts';

export async function rematch(
  _deps: GovernanceDeps,
  _person: string,
  _app: string,
  _actor: Actor,
  _choice: string | null,
): Promise<RematchOutcome> {
  throw broken('not-built', 'rematch is not built yet');
}
