import { about, fresh, isOpenPage, listed, moved, ssoId, type Told } from './handover.ts';
import type { Login } from './login-model.ts';
import type { Time } from './model.ts';
import type { Sealed, Secret } from './password.ts';
import { sortedUnique } from './text.ts';

/** Where somebody stands with the apps that take an SSO password. */
export type Standing = {
  /** A managed account that is in use, or on its way: it shall have the password. */
  wanting: readonly string[];
  /** A managed account at all, be it suspended: what it has got, it has. */
  having: readonly string[];
};

const isManaged = ({ provenance, disassociated }: Login): boolean =>
  (provenance === 'created' || provenance === 'adopted') && !disassociated;

/** Is there a managed account that takes a new password now? */
export const takesPassword = (login: Login | null): login is Login & { remoteId: string } =>
  login !== null && isManaged(login) && login.account === 'active' && login.remoteId !== null;

function isComing({ operation, disassociated }: Login): boolean {
  const { kind, state } = operation ?? {};
  return !disassociated && (kind === 'create' || kind === 'adopt') && (state === 'approved' || state === 'applying');
}

/** `apps`: those whose Password parameter is the SSO password. Of one person. */
export function standingOf(logins: readonly Login[], apps: ReadonlySet<string>): Standing {
  const ours = logins.filter(({ app }) => apps.has(app));
  const names = (fits: (login: Login) => boolean) => sortedUnique(ours.filter(fits).map(({ app }) => app));
  return {
    wanting: names((login) => takesPassword(login) || isComing(login)),
    having: names((login) => isManaged(login) && (login.account === 'active' || login.account === 'suspended')),
  };
}

const blank = (person: string, at: Time): Secret => ({
  ...{ id: ssoId(person), version: -1, outbox: [], kind: 'sso', person, sealed: null, waiting: [], delivered: [] },
  ...{ page: null, told: false, attempts: 0, nextAt: null, at },
});

/**
 * The secret of a person after their logins changed: apps come to wait, or drop out; for the first that come the person is asked.
 * Null: nothing changes. Without one so far, and with apps that wait, a new one of version 0.
 */
export function following(
  secret: Secret | null,
  person: string,
  { wanting, having }: Standing,
  nonce: string,
  at: Time,
): Secret | null {
  const before = secret ?? blank(person, at);
  const delivered = before.delivered.filter((app) => having.includes(app));
  const waiting = wanting.filter((app) => !delivered.includes(app));
  if (same(waiting, before.waiting) && same(delivered, before.delivered)) return null;
  if (waiting.length === 0) return moved(before, { waiting, delivered, ...withoutText(before, wanting, at) }, at);
  const news = waiting.filter((app) => !before.waiting.includes(app));
  if (news.length === 0) return moved(before, { waiting, delivered }, at);
  if (before.sealed !== null) return moved(before, { waiting, delivered, nextAt: at }, at);
  if (isOpenPage(before.page, at)) return moved(before, { waiting, delivered }, at);
  return moved(before, { waiting, delivered, at, ...fresh('set', nonce, at) }, at, [asked(waiting)]);
}

const same = (a: readonly string[], b: readonly string[]): boolean =>
  a.length === b.length && a.every((app) => b.includes(app));

/** Everybody has it: the text goes. A page stays open for a person who asked to set a new one. */
function withoutText({ page, told }: Secret, wanting: readonly string[], at: Time): Partial<Secret> {
  const kept = wanting.length === 0 ? null : page;
  return { sealed: null, page: kept, attempts: 0, nextAt: told ? (kept?.expires ?? null) : kept && at };
}

const asked = (apps: readonly string[]): Told => ({
  type: 'password.asked',
  message: `asked to set a password for ${listed(apps)}`,
  ...about(apps),
});

/** A fresh page to set it, by the person's own wish; null without an app that takes one. */
export function askedAgain(
  secret: Secret | null,
  person: string,
  { wanting }: Standing,
  nonce: string,
  at: Time,
): Secret | null {
  if (wanting.length === 0) return null;
  const before = secret ?? blank(person, at);
  const page = fresh('set', nonce, at);
  return moved(before, { ...page, at }, at, [asked(wanting)]);
}

/** Set by the person: every app that wants one gets it, also those that had the one before. */
export function setAnew(secret: Secret, sealed: Sealed, apps: readonly string[], at: Time): Secret | null {
  if (!isOpenPage(secret.page, at) || secret.page.purpose !== 'set') return null;
  const nothing = apps.length === 0;
  const change = { sealed: nothing ? null : sealed, waiting: apps, delivered: [], page: null, attempts: 0, at };
  const message = `a password was set on its page, for ${listed(apps)}`;
  return moved(secret, { ...change, nextAt: nothing ? null : at }, at, [
    { type: 'password.set', message, ...about(apps) },
  ]);
}

/** What one round of deliveries came to. */
export type Round = {
  delivered: readonly string[];
  failed: readonly { app: string; reason: string }[];
  /** When what still waits is tried next. */
  nextAt: Time;
};

/** After a round; the text is erased with the write that makes the last app have it. */
export function afterRound(secret: Secret, round: Round, at: Time): Secret {
  const { delivered, waiting } = handedOut(secret, round);
  const attempts = round.delivered.length > 0 ? 0 : secret.attempts + (round.failed.length > 0 ? 1 : 0);
  const rest = waiting.length === 0 ? withoutText(secret, delivered, at) : { nextAt: round.nextAt, attempts };
  return moved(secret, { waiting, delivered, ...rest }, at, toldOfRound(round));
}

const handedOut = (secret: Secret, round: Round) => ({
  delivered: sortedUnique([...secret.delivered, ...round.delivered]),
  waiting: secret.waiting.filter((app) => !round.delivered.includes(app)),
});

const toldOfRound = ({ delivered, failed }: Round): Told[] => [
  ...delivered.map((app) => ({ type: 'password.delivered', message: `${app} has the SSO password`, app })),
  ...failed.map(({ app, reason }) => ({
    ...{ type: 'password.failed', message: `${app} does not have the SSO password yet: ${reason}`, app },
  })),
];

/** No app that waits takes this password: it goes, and the person is asked for another. */
export function refusedByAll(secret: Secret, round: Round, nonce: string, at: Time): Secret {
  const { delivered, waiting } = handedOut(secret, round);
  const message = `asked to set another password: ${listed(waiting)} does not take the one that was set`;
  const change = { delivered, waiting, sealed: null, at, ...fresh('set', nonce, at) };
  const told = { type: 'password.asked', message, ...about(waiting) };
  return moved(secret, change, at, [...toldOfRound(round), told]);
}

/** The text is of no use any more: it goes, and the person is asked for another. */
export function asksAnew(secret: Secret, why: string, nonce: string, at: Time): Secret {
  const told = { type: 'password.asked', message: `asked to set another password: ${why}`, ...about(secret.waiting) };
  return moved(secret, { sealed: null, at, ...fresh('set', nonce, at) }, at, [told]);
}

/** The account is about to be made anew: whatever an earlier one had, this one has not got it. Null: none had. */
export const forgotten = (secret: Secret, app: string, at: Time): Secret | null =>
  secret.delivered.includes(app)
    ? moved(secret, { delivered: secret.delivered.filter((one) => one !== app) }, at)
    : null;
