import { type EventDraft, makeEvent, system } from './event.ts';
import type { Operation, RollcallEvent, Time } from './model.ts';
import type { OncePage, Sealed, Secret } from './password.ts';

const hour = 3_600_000;
/** How long things wait, milliseconds. A page's time begins when its person was told of it. */
export const spans = {
  show: 72 * hour,
  set: 24 * hour,
  /** A page nobody could be told about: not found in Slack yet. */
  untold: 30 * 24 * hour,
  /** Before it is looked at whether an account was made after all. */
  unmade: 24 * hour,
} as const;

export const generatedId = (operation: string): string => `generated:${operation}`;
export const ssoId = (person: string): string => `sso:${person}`;
/** The operation whose new account a generated password belongs to. */
export const operationOf = ({ id }: Pick<Secret, 'id'>): string => id.slice(id.indexOf(':') + 1);

/** Does a link to the page lead anywhere? */
export const isOpenPage = <Page extends Pick<OncePage, 'expires'>>(page: Page | null, now: Time): page is Page =>
  page !== null && page.expires > now;

export type Told = Pick<EventDraft, 'type' | 'message'> & { app?: string };

/** The next version of a secret with its events; never does one hold anything of the password. */
export function moved(secret: Secret, change: Partial<Secret>, at: Time, told: readonly Told[] = []): Secret {
  const version = secret.version + 1;
  return { ...secret, ...change, version, outbox: [...secret.outbox, ...eventsOf({ ...secret, version }, told, at)] };
}

/** With the version in their ids, they are told once however often a write is repeated. */
const eventsOf = ({ id, version, person }: Secret, told: readonly Told[], at: Time): RollcallEvent[] =>
  told.map((draft, place) =>
    makeEvent(
      { actor: system('passwords'), person, ...draft },
      `${id}:${version}${place === 0 ? '' : `:${place}`}`,
      at,
    ),
  );

/** `crm`, `crm and wiki`: apps in sentences. */
export const listed = (apps: readonly string[]): string =>
  apps.length < 2 ? (apps[0] ?? 'no app') : `${apps.slice(0, -1).join(', ')} and ${apps.at(-1)}`;

/** An event of one app names it. */
export const about = (apps: readonly string[]): { app?: string } => {
  const [only, another] = apps;
  return only === undefined || another !== undefined ? {} : { app: only };
};

/** Sealed before the account is made, so that every try sends the same. */
export const generated = (
  { id, person, app }: Pick<Operation, 'id' | 'person' | 'app'>,
  sealed: Sealed,
  at: Time,
): Secret => ({
  ...{ id: generatedId(id), version: 0, outbox: [], kind: 'generated', person, sealed, waiting: [app], delivered: [] },
  ...{ page: null, told: false, attempts: 0, nextAt: at + spans.unmade, at },
});

/** The same create is tried once more after its password was erased, or its key lost: with another one. */
export const resealed = (secret: Secret, { app }: Pick<Operation, 'app'>, sealed: Sealed, at: Time): Secret =>
  moved(
    secret,
    { sealed, waiting: [app], delivered: [], page: null, told: false, attempts: 0, nextAt: at + spans.unmade, at },
    at,
  );

/** The account was made with the generated password: its page opens. */
export function made(secret: Secret, nonce: string, at: Time): Secret | null {
  if (secret.sealed === null || secret.waiting.length === 0) return null;
  const apps = secret.waiting;
  const change = { waiting: [], delivered: apps, ...fresh('show', nonce, at) };
  const message = `the account in ${listed(apps)} was made with a generated password, to be shown to them once`;
  return moved(secret, change, at, [{ type: 'password.delivered', message, ...about(apps) }]);
}

/** A page nobody was told about yet; any link to the one before leads nowhere. */
export const fresh = (purpose: OncePage['purpose'], nonce: string, at: Time) => ({
  page: { purpose, nonce, expires: at + spans.untold },
  ...{ told: false, attempts: 0, nextAt: at },
});

/** The person has the link: from now on the page's time runs. Null: it was another page, or known already. */
export function toldOf(secret: Secret, nonce: string, at: Time): Secret | null {
  const { page, told, sealed } = secret;
  if (page === null || page.nonce !== nonce || told) return null;
  const expires = at + spans[page.purpose];
  const waits = sealed !== null && secret.waiting.length > 0;
  const change = { told: true, attempts: 0, page: { ...page, expires }, nextAt: waits ? secret.nextAt : expires };
  const what = page.purpose === 'show' ? 'see the generated password' : 'set a password';
  const apps = appsOf(secret);
  const message = `a link to ${what} for ${listed(apps)} was sent to them`;
  return moved(secret, change, at, [{ type: 'password.told', message, ...about(apps) }]);
}

/** The apps a secret is about, as far as it still is. */
export const appsOf = ({ waiting, delivered }: Pick<Secret, 'waiting' | 'delivered'>): readonly string[] =>
  waiting.length > 0 ? waiting : delivered;

/** Shown, and with the same write gone. Null: there is nothing to show. */
export function shown(secret: Secret, at: Time): Secret | null {
  if (secret.sealed === null || !isOpenPage(secret.page, at) || secret.page.purpose !== 'show') return null;
  const message = `the generated password for ${listed(secret.delivered)} was shown on its page, and erased`;
  return moved(secret, { ...over, at }, at, [{ type: 'password.shown', message, ...about(secret.delivered) }]);
}

const over = { sealed: null, page: null, attempts: 0, nextAt: null } as const;

/** The page's time is over unused. A generated password goes with it. */
export function expired(secret: Secret, at: Time): Secret | null {
  const { page } = secret;
  if (page === null || page.expires > at) return null;
  const apps = appsOf(secret);
  const why = secret.told ? 'nobody opened the link in time' : 'they could not be found in Slack';
  const shows = page.purpose === 'show';
  const message = shows
    ? `${why}: the generated password for ${listed(apps)} is erased. They set one with the app’s own way to reset it`
    : `${why}: no password was set for ${listed(apps)}. They get a new link with \`/provision password\``;
  const delivering = !shows && secret.sealed !== null;
  const change = delivering ? { page: null } : over;
  return moved(secret, change, at, [{ type: 'password.expired', message, ...about(apps) }]);
}

/** Not needed any more, whatever became of it. Null: there was nothing left. */
export function erased(secret: Secret, why: string, at: Time): Secret | null {
  if (secret.sealed === null && secret.page === null && secret.waiting.length === 0) return null;
  const apps = appsOf(secret);
  const message =
    secret.sealed === null
      ? `no password is asked for any more: ${why}`
      : `the password for ${listed(apps)} is erased: ${why}`;
  return moved(secret, { ...over, waiting: [] }, at, [{ type: 'password.erased', message, ...about(apps) }]);
}
