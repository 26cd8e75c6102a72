import { broken } from '../core/errors.ts';
import type { Actor } from '../core/model.ts';
import type { GovernanceDeps, RoleView } from './governance.ts';

export async function roles(_deps: GovernanceDeps): Promise<RoleView[]> {
  throw broken('not-built', 'roles is not built yet');
}

export async function setMember(
  _deps: GovernanceDeps,
  _role: string,
  _email: string,
  _member: { until: string | null } | null,
  _actor: Actor,
): Promise<{ text: string }> {
  throw broken('not-built', 'setMember is not built yet');
}
