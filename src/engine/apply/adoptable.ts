import { system } from '../../core/event.ts';
import { hold } from '../../core/login.ts';
import type { Login } from '../../core/login-model.ts';
import type { Time } from '../../core/model.ts';
import { changeNewest } from '../gather.ts';
import type { Deps } from '../ports.ts';

const isAdoption = ({ operation }: Login): boolean => operation?.kind === 'adopt' && operation.state === 'approved';

/**
 * Leaves out adoptions of an account that another login has meanwhile, and says so; and of two that would take over the same
 * account, the later one until the first is done. An account is never written for two people.
 */
export async function adoptable(
  deps: Pick<Deps, 'store' | 'clock'>,
  app: string,
  logins: readonly Login[],
): Promise<Login[]> {
  const wanted = logins.filter(isAdoption).flatMap(({ operation }) => operation?.remoteId ?? []);
  if (wanted.length === 0) return [...logins];
  const holders = new Map((await deps.store.logins.byAccount(app, wanted)).map((held) => [held.remoteId, held.id]));
  const free: Login[] = [];
  for (const login of logins) {
    const remoteId = isAdoption(login) ? (login.operation?.remoteId ?? null) : null;
    const holder = remoteId === null ? undefined : holders.get(remoteId);
    if (remoteId !== null && holder === undefined) holders.set(remoteId, login.id);
    if (holder === undefined || holder === login.id) free.push(login);
    else if (!free.some(({ id }) => id === holder)) await holdBack(deps, login);
  }
  return free;
}

async function holdBack({ store, clock }: Pick<Deps, 'store' | 'clock'>, login: Login): Promise<void> {
  await changeNewest(store.logins, login, (newest) =>
    isAdoption(newest) && newest.operation?.id === login.operation?.id ? heldElsewhere(newest, clock.now()) : null,
  );
}

/** The account is another person's: nothing is written before somebody has said whose it is. */
export const heldElsewhere = (login: Login, at: Time): Login =>
  hold(
    login,
    {
      kind: 'match',
      message: 'another person’s login has this account by now',
      remedy: 'Say which account is theirs with *Rematch login*.',
      at,
    },
    system('worker'),
  );
