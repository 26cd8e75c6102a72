import { broken } from '../core/errors.ts';
import type { Actor } from '../core/model.ts';
import type { GovernanceDeps, UndoPlan } from './governance.ts';

export async function undo(
  _deps: GovernanceDeps,
  _what: { operation: string } | { approval: string },
  _actor: Actor,
  _carryOut: boolean,
): Promise<UndoPlan> {
  throw broken('not-built', 'undo is not built yet');
}
