import type { AppConfig } from './app-schema.ts';
import type { Config } from './config.ts';
import { makeEvent, system } from './event.ts';
import { recordedStatus } from './join.ts';
import { dayWord, endedAt } from './leaving.ts';
import { changed } from './login.ts';
import type { Login } from './login-model.ts';
import type { Person, Reason, Time, Wish } from './model.ts';
import { stopReason } from './stop.ts';
import { milliseconds } from './time-schema.ts';

/** What a step of the ladder depends on. */
export type Leaver = { person: Person; login: Login; app: AppConfig; config: Config; now: Time };

/** The steps of one leaver's account: suspended, somebody is reminded, then it is deleted. */
export type Ladder = { since: Time; remindAt: Time | null; deleteAt: Time };

const day = 86_400_000;
/** The deletion follows the suspension at once; this looks again where the app would not suspend, or somebody else did. */
const soon = 10 * 60_000;

/**
 * The grace ladder of an account whose person is gone or suspended, counted from the suspension; null where there is none: the
 * app sets no grace, the account is not ours, or the person only lost the role or was disabled by name, which is no departure.
 */
export function ladderOf({ person, login, app, config, now }: Leaver): Ladder | null {
  const { grace } = app.provisioning;
  const managed = login.provenance === 'created' || login.provenance === 'adopted';
  if (grace === undefined || !managed || login.disassociated) return null;
  const since = goneSince(person, login, config, now);
  if (since === null) return null;
  const over = since + milliseconds(grace.delete);
  const deleteAt = Math.max(over, login.keepUntil ?? 0);
  // As long before the deletion as the app says, also where somebody keeps the account longer.
  const remindAt = grace.remind === undefined ? null : since + milliseconds(grace.remind) + (deleteAt - over);
  return { since, remindAt, deleteAt };
}

/** Since when this account is out of use: the person gone, and the removal on its way. A date nobody knows deletes nothing. */
function goneSince(person: Person, login: Login, config: Config, now: Time): Time | null {
  const ended = endedAt(person, config, now);
  const gone = recordedStatus(person, config.directories) !== 'active';
  if (!gone && ended === null) return null;
  const known = [gone ? person.leftAt : null, ended, login.removedAt].filter((time) => time !== null);
  return known.length === 0 ? null : Math.max(...known);
}

const onLadder = (wish: Wish | null): boolean =>
  wish?.state === 'suspended' && (wish.cause === 'left' || wish.cause === 'suspended');

/**
 * Leaving goes step by step: what is wished of the account at this moment. An account to be deleted is suspended first where its
 * person is disabled by name, or where the deletion is asked and the suspension is not (`suspendsFirst`), so that nobody keeps
 * access because a deletion waits; a suspended leaver is deleted once the grace is over.
 */
export function leavingStep(wish: Wish, leaver: Leaver & { suspendsFirst?: boolean }): Wish {
  const { person, login, app, now, suspendsFirst = false } = leaver;
  if (wish.state === 'deleted' && login.account === 'active') {
    if (person.stop !== null)
      return { ...suspendedFirst(wish), cause: 'suspended', reasons: [...wish.reasons, stopReason(person.stop)] };
    return suspendsFirst && isParting(wish, login) && !staysActive(login) ? suspendedFirst(wish) : wish;
  }
  if (!onLadder(wish) || login.account !== 'suspended') return wish;
  const ladder = ladderOf(leaver);
  if (ladder === null || ladder.deleteAt > now) return wish;
  return { ...wish, state: 'deleted', cause: 'left', reasons: [...wish.reasons, graceOver(ladder, login, app)] };
}

const suspendedFirst = (wish: Wish): Wish => ({ ...wish, state: 'suspended', beforeDeletion: true });

/** The person leaves or lost the role; what was pinned by hand is done as it was agreed to. */
const isParting = (wish: Wish, { pin }: Login): boolean =>
  wish !== pin?.wish && (wish.cause === 'left' || wish.cause === 'suspended' || wish.cause === 'role-loss');

/** The app refused to suspend this account, so that only the deletion is left: it is being asked already, or is asked now. */
function staysActive({ wish, operation, revision }: Login): boolean {
  if (operation === null) return false;
  if (operation.kind === 'suspend') return operation.state === 'failed' && wish?.beforeDeletion === true;
  const asked = operation.kind === 'delete' && operation.before?.active === true;
  return asked && wish?.state === 'deleted' && operation.revision === revision;
}

function graceOver({ since }: Ladder, { keepUntil }: Login, app: AppConfig): Reason {
  const kept = keepUntil !== null && keepUntil > since ? `, kept until ${dayWord(keepUntil)}` : '';
  const because = `out of use since ${dayWord(since)}${kept}: the grace of ${app.provisioning.grace?.delete} is over`;
  return { kind: 'status', name: 'grace', because };
}

/** The reminder of the ladder, once before each day of deletion; the login itself when none is due. */
export function reminded(login: Login, leaver: Omit<Leaver, 'login'>): Login {
  if (!onLadder(login.wish) || login.account !== 'suspended') return login;
  const ladder = ladderOf({ ...leaver, login });
  if (ladder === null || ladder.remindAt === null || ladder.remindAt > leaver.now) return login;
  if (login.remindedAt !== null && login.remindedAt >= ladder.remindAt) return login;
  const { person, app } = login;
  const message = `out of use since ${dayWord(ladder.since)}: the account is deleted after ${dayWord(ladder.deleteAt)} unless somebody keeps it longer`;
  const draft = { type: 'login.reminder', message, actor: system('planner'), person, app, status: 'suspended' };
  const event = makeEvent(draft, `${login.id}:reminder:${ladder.remindAt}`, leaver.now);
  return changed(login, { remindedAt: leaver.now }, [event]);
}

/** When leaving next takes a step in one of these logins, to wake the person by; null: no more steps. */
export function nextWake(
  person: Person,
  logins: readonly Login[],
  { config, now }: { config: Config; now: Time },
): Time | null {
  const moments = logins.flatMap((login) => {
    const app = config.apps.find(({ name }) => name === login.app);
    return app === undefined || !app.provisioning.enabled ? [] : stepsOf({ person, login, app, config, now });
  });
  return moments.length === 0 ? null : Math.min(...moments);
}

function stepsOf(leaver: Leaver): Time[] {
  const { login, now } = leaver;
  if (login.wish?.beforeDeletion === true) return [now + soon];
  if (!onLadder(login.wish)) return [];
  const ladder = ladderOf(leaver);
  if (ladder === null) return [];
  const coming = [ladder.remindAt, ladder.deleteAt].filter((time) => time !== null && time > now);
  // Not suspended yet though the time is over (held, asked, failing): looked at again.
  return coming.length === 0 ? [now + day] : coming.filter((time) => time !== null);
}
