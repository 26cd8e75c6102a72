import { broken } from '../core/errors.ts';
import type { Explanation, GovernanceDeps } from './governance.ts';

export async function explain(_deps: GovernanceDeps, _person: string, _app: string): Promise<Explanation> {
  throw broken('not-built', 'explain is not built yet');
}
