import { broken } from '../core/errors.ts';
import type { Actor, Time } from '../core/model.ts';
import type { GovernanceDeps, Named, Pause } from './governance.ts';

export async function pause(
  _deps: GovernanceDeps,
  _subject: Named,
  _until: Time | null,
  _reason: string | null,
  _actor: Actor,
): Promise<{ text: string }> {
  throw broken('not-built', 'pause is not built yet');
}

export async function resume(_deps: GovernanceDeps, _subject: Named, _actor: Actor): Promise<{ text: string }> {
  throw broken('not-built', 'resume is not built yet');
}

export async function pauses(_deps: GovernanceDeps): Promise<Pause[]> {
  throw broken('not-built', 'pauses is not built yet');
}
