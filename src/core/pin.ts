import { makeEvent } from './event.ts';
import { changed, step } from './login.ts';
import type { Login, Pin } from './login-model.ts';
import type { Actor, OperationKind, Reason, Time, Wish } from './model.ts';
import { isOpen } from './operation.ts';
import { calledBy } from './stop.ts';

/** Somebody suspended or gone: what is wished then holds whatever was pinned (promise 1). */
const leaves = ({ cause }: Pick<Wish, 'cause'>): boolean => cause === 'left' || cause === 'suspended';

/** Nothing is written in an app whose provisioning is off, pinned or not. */
const isOff = ({ state, cause }: Wish): boolean => state === 'kept' && cause === 'role';

/** The wish that holds: the pinned one, unless the person leaves. */
export function pinnedWish(computed: Wish, login: Pick<Login, 'pin'> | null): Wish {
  const pin = login?.pin ?? null;
  return pin === null || leaves(computed) || isOff(computed) ? computed : pin.wish;
}

/** Why a pinned account does not follow the directory. */
export const pinReason = (by: Actor): Reason => ({ kind: 'status', name: calledBy(by), because: pinText({ by }) });

export const pinText = ({ by }: Pick<Pin, 'by'>): string =>
  `pinned by ${calledBy(by)}: not following the directory until released`;

/** The login with a pin, and the event that tells of it; to be planned anew by `by` at the latest, whatever happens meanwhile. */
export function pinned(login: Login, pin: Pin, options: { id: string; planBy: Time; message: string }): Login {
  const { person, app } = login;
  const draft = { type: 'login.pinned', message: options.message, actor: pin.by, person, app };
  return changed(login, { pin, releasedBy: null, nextAt: options.planBy }, [makeEvent(draft, options.id, pin.at)]);
}

/** The login without its pin; to be planned anew in the name of `by`, by `planBy` at the latest, whatever happens meanwhile. */
export function unpinned(login: Login, by: Actor, options: { id: string; planBy: Time; at: Time }): Login {
  if (login.pin === null) return login;
  const { person, app, pin } = login;
  const message = `released: what ${calledBy(pin.by)} had fixed no longer holds`;
  const draft = { type: 'login.released', message, actor: by, person, app };
  const change = { pin: null, releasedBy: by, nextAt: login.nextAt ?? options.planBy };
  return changed(login, change, [makeEvent(draft, options.id, options.at)]);
}

/** A plan has followed the release. */
export const followed = (login: Login): Login => (login.releasedBy ? changed(login, { releasedBy: null }) : login);

/**
 * Who stands behind an operation that a pin, its release or a choice of the account causes: whoever decided it, and never an
 * approver of it.
 */
export function askerOf(
  login: Pick<Login, 'pin' | 'releasedBy' | 'chosen'>,
  wish: Wish,
  kind: OperationKind,
): Actor | null {
  if (login.pin !== null && !leaves(wish)) return login.pin.by;
  if (login.chosen !== null && (kind === 'create' || kind === 'adopt')) return login.chosen.by;
  return leaves(wish) ? null : (login.releasedBy ?? null);
}

/** The account is as pinned, and the pin says that Rollcall shall then leave it alone: an adoption was undone. */
export const isToBeUnlinked = (login: Pick<Login, 'pin'>, wish: Wish): boolean =>
  login.pin?.unlinks === true && !leaves(wish);

/**
 * Stops managing the account and leaves it exactly as it is. What was ours is ours no more, so that nothing can be written; the
 * account counts as unmanaged from now on, in the discovery and in the report of somebody who leaves: its last known state stays
 * here, so that a human is told to close it. `former` finds it again for a rematch. A call that is on its way is settled first, and
 * let go then.
 */
export function unlinked(login: Login, event: { id: string; actor: Actor; at: Time; message: string }): Login {
  const { id, actor, at, message } = event;
  const { person, app, observed } = login;
  const before = observed && {
    active: observed.active,
    attributes: observed.attributes,
    entitlements: observed.entitlements,
  };
  const draft = { type: 'login.disassociated', message, actor, person, app, status: 'disassociated', before };
  const told = makeEvent(draft, id, at);
  if (login.operation?.state === 'applying') return changed(login, { disassociated: true }, [told]);
  return { ...changed(letGo(login, actor, at), {}, [told]), version: login.version + 1 };
}

/** Nothing of it is ours any more, and nothing of it is under way. */
export function letGo(login: Login, actor: Actor, at: Time): Login {
  const { remoteId, former } = login;
  const closed = isOpen(login.operation) ? step(login, 'supersede', actor, at) : login;
  const change: Partial<Login> = {
    ...{ disassociated: true, wish: null, remoteId: null, observed: null, provenance: 'unmanaged', owned: [] },
    ...{ intent: null, attempts: 0, nextAt: null, candidates: [], chosen: null, pin: null, keepUntil: null },
    ...{ dropped: [], accepted: [] },
    former: remoteId === null || former.includes(remoteId) ? former : [...former, remoteId],
  };
  return { ...changed(closed, change), version: login.version + 1 };
}
