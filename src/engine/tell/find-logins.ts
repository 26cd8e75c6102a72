import { loginId } from '../../core/login.ts';
import type { Login } from '../../core/login-model.ts';
import { cameToNothing, wordOf } from '../../core/status.ts';
import { byText, fold } from '../../core/text.ts';
import type { LoginFilter } from '../store-ports.ts';
import type { LoginView } from '../use-cases.ts';
import { type LookUpDeps, viewsOf } from './look-up.ts';

/** Whose or what’s logins, in which status, and holding which text: a name, an address, an app. */
export type LoginSearch =
  | { app: string; word?: string; text?: string }
  | { person: string; word?: string; text?: string };
/** `next`: where the next page begins; null: this is the last. */
export type FoundLogins = { logins: readonly LoginView[]; next: string | null };

const page = 200;
/** Logins looked through for one page: of a word the store cannot look for, a company may hold few or none. */
const most = 20_000;

/** One page of logins, from where the one before ended. */
export async function findLogins(
  deps: LookUpDeps,
  search: LoginSearch,
  after: string | null,
  limit: number,
): Promise<FoundLogins> {
  if ('person' in search) return ofPerson(deps, search, after, limit);
  const text = search.text?.trim() ?? '';
  return text === '' ? ofApp(deps, search, after, limit) : ofPeopleInApp(deps, { ...search, text }, after, limit);
}

/** By the titles of the apps; a person has few enough to be seen whole. */
async function ofPerson(
  deps: LookUpDeps,
  { person, word, text = '' }: Extract<LoginSearch, { person: string }>,
  after: string | null,
  limit: number,
): Promise<FoundLogins> {
  const sought = fold(text);
  const views = (await viewsOf(deps, (await deps.store.logins.byPeople([person])).filter(isSomething)))
    .filter(
      (view) =>
        (word === undefined || view.word === word) && fold(`${view.appTitle} ${view.login.app}`).includes(sought),
    )
    .sort((a, b) => byText(a.appTitle, b.appTitle) || byText(a.login.id, b.login.id));
  const start = after === null ? 0 : views.findIndex(({ login }) => login.id === after) + 1;
  return cut(views.slice(start), limit);
}

/** What the store can look for by itself, so that a word is not sought in a whole company. */
const narrowed: Readonly<Partial<Record<string, LoginFilter>>> = {
  failed: { state: 'failed' },
  held: { state: 'held' },
  rejected: { state: 'rejected' },
  'pending approval': { state: 'awaiting' },
  'to do': { state: 'handed' },
  missing: { account: 'missing' },
  suspended: { account: 'suspended' },
  provisioned: { account: 'active' },
};

async function ofApp(
  deps: LookUpDeps,
  { app, word }: { app: string; word?: string },
  after: string | null,
  limit: number,
): Promise<FoundLogins> {
  const ill = (await deps.store.health.get(app))?.quarantine != null;
  const mayShow = wordFilter(word, ill);
  const filter: LoginFilter = { app, ...(word === undefined || (ill && word === 'failed') ? {} : narrowed[word]) };
  const found: LoginView[] = [];
  let from = after;
  for (let seen = 0; seen < most; seen += page) {
    const logins: Login[] = await deps.store.logins.list(filter, from, page);
    if (logins.length === 0) return cut(found, limit);
    from = logins.at(-1)?.id ?? null;
    const views = await viewsOf(deps, logins.filter(mayShow));
    found.push(...views.filter((view) => word === undefined || view.word === word));
    if (found.length > limit) return cut(found, limit);
    if (logins.length < page) return cut(found, limit);
  }
  return { logins: found, next: from };
}

const isSomething = (login: Login): boolean => !cameToNothing(login);

/** A cheap look before names are read. What waits for an app in quarantine is shown as failed. */
function wordFilter(word: string | undefined, ill: boolean): (login: Login) => boolean {
  if (word === undefined) return isSomething;
  return (login) =>
    (wordOf(login) === word && isSomething(login)) ||
    (ill && word === 'failed' && login.operation?.state === 'approved');
}

/** By the names of the people. The place is a person’s, since each has one login in the app. */
async function ofPeopleInApp(
  deps: LookUpDeps,
  { app, word, text }: { app: string; word?: string; text: string },
  after: string | null,
  limit: number,
): Promise<FoundLogins> {
  const found: LoginView[] = [];
  let from = after;
  for (let seen = 0; seen < most; seen += page) {
    const people = await deps.store.people.search({ text }, from, page);
    from = people.at(-1)?.id ?? null;
    const logins = new Map((await deps.store.logins.byPeople(people.map(({ id }) => id))).map((one) => [one.id, one]));
    const ordered = people.flatMap(({ id }) => logins.get(loginId(id, app)) ?? []);
    const views = await viewsOf(deps, ordered.filter(isSomething));
    found.push(...views.filter((view) => word === undefined || view.word === word));
    if (people.length < page || found.length > limit) return cut(found, limit, ({ login }) => login.person);
  }
  return { logins: found, next: from };
}

function cut(
  views: readonly LoginView[],
  limit: number,
  place = ({ login }: LoginView): string => login.id,
): FoundLogins {
  const logins = views.slice(0, limit);
  const last = logins.at(-1);
  return { logins, next: views.length > limit && last !== undefined ? place(last) : null };
}
