import { isChosen } from '../../core/approval.ts';
import type { Approval } from '../../core/approval-model.ts';
import type { Login } from '../../core/login-model.ts';
import { fold, textOf } from '../../core/text.ts';
import { type LookUpDeps, viewsOf } from '../tell/look-up.ts';
import type { AskedBy, LoginView } from '../use-cases.ts';
import { isAsAsked } from './choose.ts';

const page = 500;
/** Requests up to this many operations are searched whole; in larger ones the people are looked for first. */
const few = 2_000;
/** People looked through for a text that fits many of the company and few of the request. */
const mostPeople = 5_000;

/**
 * The operations that still wait in a request: those of some people, or those a text finds by person, e-mail address or app. At
 * most `limit`; none of a request that is not known.
 */
export async function asked(deps: LookUpDeps, id: string, by: AskedBy, limit: number): Promise<LoginView[]> {
  const approval = await deps.store.approvals.get(id);
  if (approval === null) return [];
  const found: LoginView[] = [];
  for await (const views of candidates(deps, approval, by)) {
    found.push(...views);
    if (found.length >= limit) break;
  }
  return found.slice(0, limit);
}

async function* candidates(deps: LookUpDeps, approval: Approval, by: AskedBy): AsyncGenerator<LoginView[]> {
  const { logins } = deps.store;
  const waiting = (some: readonly Login[]) =>
    viewsOf(
      deps,
      some.filter((login) => isAsAsked(login, approval.id) && isChosen(approval, login.id)),
    );
  if ('people' in by) return yield await waiting(await logins.byPeople(by.people));
  const words = fold(by.text).split(/\s+/).filter(Boolean);
  if (words.length > 0 && approval.operations > few) {
    for await (const people of peopleFound(deps, by.text)) yield await waiting(await logins.byPeople(people));
    return;
  }
  for await (const some of loginsOf(deps, approval)) yield (await waiting(some)).filter((view) => holds(view, words));
}

async function* loginsOf({ store }: LookUpDeps, { id }: Approval): AsyncGenerator<Login[]> {
  let after: string | null = null;
  for (;;) {
    const some: Login[] = await store.logins.byApproval(id, after, page);
    if (some.length === 0) return;
    after = some.at(-1)?.id ?? null;
    yield some;
  }
}

async function* peopleFound({ store }: LookUpDeps, text: string): AsyncGenerator<string[]> {
  let after: string | null = null;
  for (let seen = 0; seen < mostPeople; seen += page) {
    const people = await store.people.search({ text }, after, page);
    if (people.length === 0) return;
    after = people.at(-1)?.id ?? null;
    yield people.map((person) => person.id);
  }
}

/** Every word stands in the names, or in how the account is called. */
function holds({ login, personName, appTitle }: LoginView, words: readonly string[]): boolean {
  const { before = null, after = null } = login.operation ?? {};
  const called = [before, after].flatMap((view) =>
    view === null ? [] : [textOf(view.attributes, 'userName') ?? '', textOf(view.attributes, 'email') ?? ''],
  );
  const text = fold([personName, appTitle, login.person, ...called].join(' '));
  return words.every((word) => text.includes(word));
}
