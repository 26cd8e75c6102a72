import { isFailureKind } from '../../core/failure.ts';
import { changed, putBack, step } from '../../core/login.ts';
import type { Login } from '../../core/login-model.ts';
import type { Actor, Time } from '../../core/model.ts';
import { nameOf } from '../../core/name.ts';
import { isWaiting } from '../../core/pausing.ts';
import { rootCauseOf } from '../../core/root-cause.ts';
import { ended, fold } from '../../core/text.ts';
import { tryNow } from '../apply/app-health.ts';
import type { GovernanceDeps, Named, RetryPreview } from '../governance.ts';
import { type Subject, subjectNamed } from '../named.ts';
import type { Deps } from '../ports.ts';

type Counts = { again: number; sooner: number; missing: number; outdated: number };

/**
 * Everything that failed, or is held since its attempts were used up, goes back to the worker: in an app, of a person, or both,
 * and of one cause where it is named (its code in the digest, its kind, or a part of its text). Approvals stand. What waits for its next attempt goes now.
 * An app in quarantine is tried at once. Accounts that are missing are left out: they need a rematch, or a new account.
 * @throws those of `subjectNamed`.
 */
export async function retry(
  deps: GovernanceDeps,
  named: Named & { cause?: string },
  actor: Actor,
): Promise<{ text: string }> {
  const subject = await subjectNamed(deps, named);
  const counts: Counts = { again: 0, sooner: 0, missing: 0, outdated: 0 };
  let waiting: Login | null = null;
  for await (const logins of candidates(deps, named)) {
    const meant = logins.filter(isOf(named.cause));
    waiting ??= meant.find((login) => isWaiting(login) || isUnderWay(login)) ?? null;
    const some = await putBackAll(deps, meant, actor);
    for (const what of Object.keys(counts) as (keyof Counts)[]) counts[what] += some[what];
    deps.bell.ring('worker');
  }
  const wasQuarantined = subject.app !== null && subject.person === null && (await tryNow(deps, subject.app, actor));
  deps.bell.ring('worker');
  deps.bell.ring('publisher');
  const text = told(subject.words, counts, wasQuarantined);
  return {
    text: text ?? `Nothing of ${subject.words} failed: nothing to try again.${await whyNot(deps, subject, waiting)}`,
  };
}

const isUnderWay = ({ operation }: Login): boolean => operation?.state === 'applying';

/** What it waits for instead, where nothing of it failed; empty: for nothing. */
async function whyNot(
  { store }: Pick<Deps, 'store'>,
  { app, person }: Subject,
  waiting: Login | null,
): Promise<string> {
  if (waiting !== null && isUnderWay(waiting)) return ' A change is being made right now.';
  const trouble = waiting?.operation?.trouble ?? null;
  if (trouble !== null) return ` It waits: ${ended(trouble.message)} ${trouble.remedy}`;
  const health = app === null || person === null ? null : await store.health.get(app);
  return health === null || health.quarantine === null
    ? ''
    : ` ${app} is in quarantine, and its changes follow once it answers: \`/provision retry ${app}\` tries it now.`;
}

function told(words: string, { again, sooner, missing, outdated }: Counts, wasQuarantined: boolean): string | null {
  const parts = [
    again > 0 ? `${changes(again)} of ${words} ${again === 1 ? 'is' : 'are'} tried again.` : null,
    sooner > 0 ? `${changes(sooner)} of ${words} ${sooner === 1 ? 'goes' : 'go'} now instead of later.` : null,
    missing > 0
      ? `${missing} ${missing === 1 ? 'account is' : 'accounts are'} missing in the app and ${missing === 1 ? 'was' : 'were'} left out: rematch or re-provision them.`
      : null,
    outdated > 0 ? `${changes(outdated)} ${outdated === 1 ? 'is' : 'are'} planned anew already.` : null,
    wasQuarantined ? `${words} was in quarantine: one call is tried now, and if it succeeds the others follow.` : null,
  ].filter((part) => part !== null);
  return parts.length === 0 ? null : parts.join(' ');
}

const changes = (count: number): string => (count === 1 ? '1 change' : `${count} changes`);

const namesShown = 5;

/**
 * What `retry` of the same would put back, changing nothing.
 * @throws those of `subjectNamed`.
 */
export async function retryPreview(
  deps: Pick<GovernanceDeps, 'store' | 'clock'>,
  named: Named & { cause?: string },
  actor: Actor,
): Promise<RetryPreview> {
  const subject = await subjectNamed(deps, named);
  const counts: Counts = { again: 0, sooner: 0, missing: 0, outdated: 0 };
  const people: string[] = [];
  for await (const logins of candidates(deps, named)) {
    for (const login of logins.filter(isOf(named.cause))) {
      const act = actOn(login, deps.clock.now(), actor);
      if (act === null) continue;
      counts[act.what] += 1;
      if (act.after !== undefined && people.length < namesShown) people.push(login.person);
    }
  }
  const count = counts.again + counts.sooner;
  const names = (await deps.store.people.many(people)).map((person) => nameOf(person));
  const missing = counts.missing === 0 ? '' : ` ${counts.missing} missing in the app would be left out.`;
  const text =
    count === 0
      ? `Nothing of ${subject.words} would be tried again.`
      : `${changes(count)} of ${subject.words} would be tried again.`;
  return { count, people: names, text: `${text}${missing}` };
}

function isOf(cause: string | undefined): (login: Login) => boolean {
  if (cause === undefined) return () => true;
  const sought = fold(cause);
  return (login) => {
    const { kind, message } = login.operation?.trouble ?? { kind: '', message: '' };
    return rootCauseOf(login).code === sought || fold(kind) === sought || fold(message).includes(sought);
  };
}

const page = 500;

async function* candidates(deps: Pick<Deps, 'store'>, { app, person }: Named): AsyncGenerator<Login[]> {
  const { logins } = deps.store;
  if (person !== undefined) {
    yield (await logins.byPeople([person])).filter((login) => app === undefined || login.app === app);
    return;
  }
  if (app === undefined) return;
  for (const state of ['failed', 'held', 'approved'] as const) {
    let after: string | null = null;
    for (;;) {
      const some: Login[] = await logins.list({ app, state }, after, page);
      if (some.length === 0) break;
      after = some.at(-1)?.id ?? null;
      yield some;
    }
  }
}

/** Puts back what can be, each by its own compare-and-set; a login that changed meanwhile is judged anew. */
export async function putBackAll(
  deps: Pick<Deps, 'store' | 'clock'>,
  logins: readonly Login[],
  actor: Actor,
): Promise<Counts> {
  const at = deps.clock.now();
  const counts: Counts = { again: 0, sooner: 0, missing: 0, outdated: 0 };
  let some = logins;
  while (some.length > 0) {
    const acts = some.map((before) => ({ before, act: actOn(before, at, actor) }));
    const pairs = acts.flatMap(({ before, act }) => (act?.after === undefined ? [] : [{ before, after: act.after }]));
    const won = pairs.length === 0 ? new Set<string>() : await deps.store.logins.swap(pairs);
    for (const { before, act } of acts) {
      if (act !== null && (act.after === undefined || won.has(before.id))) counts[act.what] += 1;
    }
    const lost = pairs.filter(({ before }) => !won.has(before.id)).map(({ before }) => before.id);
    some = lost.length === 0 ? [] : await deps.store.logins.many(lost);
  }
  return counts;
}

type Act = { what: keyof Counts; after?: Login };
const note = 'tried again by request';

function actOn(login: Login, at: Time, actor: Actor): Act | null {
  const { operation } = login;
  if (operation === null || login.disassociated) return null;
  const { state, trouble } = operation;
  if (state === 'approved') return sooner(login, at);
  const usedUp = state === 'held' && trouble?.tries !== undefined;
  if (state !== 'failed' && !usedUp) return null;
  if (login.account === 'missing') return { what: 'missing' };
  if (operation.revision !== login.revision) return { what: 'outdated' };
  if (state === 'failed') {
    const after = putBack(login, { at, nextAt: at, trouble: null, counted: true, note }, actor);
    return { what: 'again', after: { ...after, attempts: 0 } };
  }
  return { what: 'again', after: released(login, at, actor) };
}

/** Held with its approval given: back to the worker in one write, which keeps the lane and what the threshold has counted. */
function released(login: Login, at: Time, actor: Actor): Login {
  const planned = step(login, 'release', actor, at, { operation: { trouble: null }, note });
  const approved = step(planned, 'waive', actor, at, {
    login: { nextAt: at, attempts: 0 },
    note: 'it was let go before',
  });
  return { ...approved, version: login.version + 1 };
}

/** Waits for its next attempt after a failure, and for nothing else. */
function sooner(login: Login, at: Time): Act | null {
  const { nextAt, operation } = login;
  if (nextAt === null || nextAt <= at || !isFailureKind(operation?.trouble?.kind ?? '')) return null;
  return { what: 'sooner', after: changed(login, { nextAt: at }) };
}
