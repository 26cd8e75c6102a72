import { broken } from '../core/errors.ts';
import type { Actor, Time } from '../core/model.ts';
import type { GovernanceDeps } from './governance.ts';

export async function keepLonger(
  _deps: GovernanceDeps,
  _person: string,
  _app: string,
  _until: Time,
  _actor: Actor,
): Promise<{ text: string }> {
  throw broken('not-built', 'keepLonger is not built yet');
}
