import { broken } from '../core/errors.ts';
import type { GovernanceDeps, LeaverReport } from './governance.ts';

export async function leaver(_deps: GovernanceDeps, _person: string): Promise<LeaverReport> {
  throw broken('not-built', 'leaver is not built yet');
}
