import { broken } from '../core/errors.ts';
import type { Actor } from '../core/model.ts';
import type { GovernanceDeps, Progress, RefreshReport } from './governance.ts';

export async function refresh(
  _deps: GovernanceDeps,
  _app: string,
  _actor: Actor,
  _progress?: Progress,
): Promise<RefreshReport> {
  throw broken('not-built', 'refresh is not built yet');
}
