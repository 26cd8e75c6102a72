import { differenceOf } from './difference.ts';
import { makeEvent, system } from './event.ts';
import { changed } from './login.ts';
import type { Login } from './login-model.ts';
import type { AccountView, Actor, Time, Wish } from './model.ts';
import { calledBy } from './stop.ts';

/** Somebody said that the account is closed in the app, where Rollcall cannot look. `note`: what they said beside it. */
export type Closing = { by: Actor; at: Time; note: string | null };

/** An account that signing on made: what is known of it is what was said. */
export type BySignOn = {
  firstAt: Time;
  lastAt: Time;
  times: number;
  /** What the first assertion said: the account was made of it. */
  made: AccountView;
  /** What the next one would say. */
  wished: AccountView;
  /** They may sign on no more, and the account is there until somebody closes it. Absent: they may. */
  ended?: true;
  /** It is there no more, as a human said; the next sign-on makes another. Absent: it is there. */
  closed?: Closing;
};

const viewOf = ({ attributes, first, entitlements }: Wish): AccountView => ({
  active: true,
  attributes: { ...first, ...attributes },
  entitlements,
});

/** Signed on once more, or for the first time: the account is there, made by the app, and not ours to change. */
export function afterSignOn(login: Login, wish: Wish, at: Time): Login {
  const view = viewOf(wish);
  const before = login.signOn;
  if (before === undefined || before.closed !== undefined) return made(login, wish, at);
  const signOn: BySignOn = { ...before, lastAt: at, times: before.times + 1, wished: view };
  return changed(login, { account: 'active', provenance: 'unmanaged', signOn });
}

/** The app makes an account: the first, or a new one after a human had closed the one before. */
function made(login: Login, wish: Wish, at: Time): Login {
  const { person, app, id, version } = login;
  const after = viewOf(wish);
  const signOn: BySignOn = { firstAt: at, lastAt: at, times: 1, made: after, wished: after };
  const again = login.signOn === undefined ? '' : ' anew: the one before was closed';
  const draft = { type: 'account.made', message: `sign-on made the account${again}`, status: 'provisioned by sign-on' };
  const about = { ...draft, actor: system('sign-on'), person, app, reasons: wish.reasons, after };
  const event = makeEvent(about, `${id}:account.made:${version + 1}`, at);
  return changed(login, { account: 'active', provenance: 'unmanaged', signOn }, [event]);
}

/** The directory says something else by now: told once for each change, since nobody else tells the app. */
export function learnt(login: Login, wish: Wish, at: Time): Login {
  const before = login.signOn;
  if (before === undefined) return login;
  if (wish.state !== 'active')
    return before.ended ? login : tells(login, { ...before, ended: true }, endedText(login, wish), at);
  const { ended: _, ...here } = before;
  const wished = viewOf(wish);
  const news = differenceOf(before.wished, wished);
  if (news.length > 0) return tells(login, { ...here, wished }, unsyncedText(login, news), at);
  return before.ended ? changed(login, { signOn: here }) : login;
}

type Telling = { type: string; message: string };

const unsyncedText = ({ app }: Login, news: readonly string[]): Telling => ({
  type: 'sign-on.unsynced',
  message: `${news.join('; ')}: not told to ${app}, where the account was made by sign-on and is not kept in sync`,
});

function endedText({ app }: Login, { reasons }: Wish): Telling {
  const why = reasons.filter(({ target }) => target === undefined).at(-1)?.because ?? 'no role gives it';
  const message = `signs on to ${app} no more: ${why}; the account that sign-on made is there until somebody closes it`;
  return { type: 'sign-on.ended', message };
}

function tells(login: Login, signOn: BySignOn, { type, message }: Telling, at: Time): Login {
  const { person, app, id } = login;
  const event = makeEvent(
    { type, message, actor: system('planner'), person, app },
    `${id}:${type}:${login.version + 1}`,
    at,
  );
  return changed(login, { signOn }, [event]);
}

const day = (time: Time): string => new Date(time).toISOString().slice(0, 10);

/** Who said when that the account is closed; null: nobody did. */
export function closedText({ signOn }: Pick<Login, 'signOn'>): string | null {
  if (signOn?.closed === undefined) return null;
  const { by, at, note } = signOn.closed;
  return `${calledBy(by)} said on ${day(at)} that the account sign-on had made is closed${note === null ? '' : ` (${note})`}`;
}

/** What is to be known of an account that sign-on made. */
export function signOnText({ signOn }: Pick<Login, 'signOn'>): string | null {
  if (signOn === undefined) return null;
  const { firstAt, lastAt, times, made, wished } = signOn;
  const since =
    times === 1 ? `on ${day(firstAt)}` : `on ${day(firstAt)}; the last of ${times} sign-ons was on ${day(lastAt)}`;
  const news = differenceOf(made, wished);
  const behind =
    news.length === 0 ? '' : ` Since then the directory has changed (${news.join('; ')}): change it there by hand.`;
  return `The first sign-on made this account ${since}. It is not kept in sync.${behind}`;
}
