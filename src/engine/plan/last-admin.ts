import type { Login } from '../../core/login-model.ts';
import { privilegedLosses } from '../../core/policy.ts';
import type { Deps } from '../ports.ts';
import { type Considered, type Considering, consider } from './consider.ts';

/** What was considered, and what it came to. */
export type Outcome = { considering: Considering; result: Considered };

/**
 * Judges anew, as something nobody does unasked, what takes the last active account with a privileged value from its app.
 * `parting` gathers all that one plan takes privileges from, so that two admins who leave together are not each other's deputy.
 */
export async function guardLastAdmins(deps: Pick<Deps, 'store'>, all: readonly Outcome[], parting: Set<string>) {
  const leaving = new Map(all.flatMap((one) => partingOf(one)));
  for (const id of leaving.keys()) parting.add(id);
  const guarded: Outcome[] = [];
  for (const one of all) {
    const login = 'login' in one.result ? one.result.login.id : null;
    const values = login === null ? undefined : leaving.get(login);
    const isLast = values !== undefined && (await isLastWith(deps, one.considering.app.app.name, values, parting));
    guarded.push(isLast ? { ...one, result: consider({ ...one.considering, lastAdmin: true }) } : one);
  }
  return guarded;
}

type Lost = ReturnType<typeof privilegedLosses>;

/** The login and the privileged values it would lose by an operation that is new. */
function partingOf({ considering, result }: Outcome): [string, Lost][] {
  const operation = 'login' in result ? result.login.operation : null;
  if (!('login' in result) || operation === null || operation.id === considering.login?.operation?.id) return [];
  const lost = privilegedLosses(considering.app.app, operation);
  return lost.length === 0 ? [] : [[result.login.id, lost]];
}

async function isLastWith(deps: Pick<Deps, 'store'>, app: string, lost: Lost, parting: ReadonlySet<string>) {
  for (const { target, values } of lost) {
    for (const value of values) if (await isLast(deps, app, target, value, parting)) return true;
  }
  return false;
}

async function isLast(
  { store }: Pick<Deps, 'store'>,
  app: string,
  target: string,
  value: string,
  parting: ReadonlySet<string>,
): Promise<boolean> {
  const holders = await store.logins.privilegedHolders(app, target, [value], parting.size + 20);
  return !holders.some((login) => !parting.has(login.id) && stays(login));
}

/** An account that is wished away, or whose removal only waits for consent, is nobody's deputy. */
const stays = ({ wish }: Login): boolean => wish?.state !== 'suspended' && wish?.state !== 'deleted';
