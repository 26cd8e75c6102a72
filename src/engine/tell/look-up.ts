import { refusal } from '../../core/approval.ts';
import type { Approval } from '../../core/approval-model.ts';
import { concerns, spoken } from '../../core/approval-step.ts';
import { type Powers, readsAll } from '../../core/audience.ts';
import type { Config } from '../../core/config.ts';
import type { Login } from '../../core/login-model.ts';
import type { Person } from '../../core/model.ts';
import { nameOf } from '../../core/name.ts';
import { isOpen } from '../../core/operation.ts';
import { passwordNote, passwordOf } from '../../core/password-parameter.ts';
import { holdUpOf, isWaiting } from '../../core/pausing.ts';
import { quarantineText } from '../../core/quarantine.ts';
import { isOpenAt } from '../../core/request-right.ts';
import { worksHere } from '../../core/standing.ts';
import { explain, wordOf } from '../../core/status.ts';
import type { Decider } from '../approve/approving.ts';
import { delegations } from '../approve/delegate.ts';
import { placesOf, workingAmong } from '../approve/standing.ts';
import type { AppHealth, Deps } from '../ports.ts';
import type { LoginFilter } from '../store-ports.ts';
import type { ApprovalView, LoginView, Overview } from '../use-cases.ts';
import { underWay, waitingFor } from './under-way.ts';

export type LookUpDeps = Pick<Deps, 'store' | 'clock'>;

const configOf = async (deps: LookUpDeps): Promise<Config | null> => (await deps.store.config.read())?.config ?? null;
const titleOf = (config: Config | null, app: string): string =>
  config?.apps.find((entry) => entry.name === app)?.title ?? app;

/** Logins as people read them. A `word` filters what is shown, page by page, so that a page may hold fewer than `limit`. */
export async function viewLogins(
  deps: LookUpDeps,
  filter: LoginFilter & { word?: string },
  after: string | null,
  limit: number,
): Promise<LoginView[]> {
  const { word, ...stored } = filter;
  const found: LoginView[] = [];
  let from = after;
  while (found.length < limit) {
    const logins = await deps.store.logins.list(stored, from, Math.max(limit, 200));
    if (logins.length === 0) break;
    from = logins.at(-1)?.id ?? null;
    const views = await viewsOf(deps, logins);
    found.push(...views.filter((view) => word === undefined || view.word === word));
  }
  return found.slice(0, limit);
}

/** With the names, the word and the reason people read. */
export async function viewsOf(deps: LookUpDeps, logins: readonly Login[]): Promise<LoginView[]> {
  const config = await configOf(deps);
  const people = await deps.store.people.many([...new Set(logins.map((login) => login.person))]);
  const names = new Map(people.map((person) => [person.id, nameOf(person)]));
  const health = new Map((await deps.store.health.list()).map((entry) => [entry.id, entry]));
  return logins.map((login) => {
    const failing = quarantined(login, health.get(login.app));
    return {
      login,
      personName: names.get(login.person) ?? login.person,
      appTitle: titleOf(config, login.app),
      word: failing === null ? wordOf(login) : 'failed',
      explanation: failing ?? withoutApp(login, config) ?? explain(login),
      passwordNote: passwordNoteOf(login, config),
    };
  });
}

/** Its app is not configured any more: nothing here links it again. */
function withoutApp({ app, disassociated }: Login, config: Config | null): string | null {
  if (!disassociated || config === null || config.apps.some(({ name }) => name === app)) return null;
  return `${app} was removed from the configuration, and the account stays as it is: add the app again to manage it.`;
}

/** What the open operation means for the person's password: to be said before it is approved. */
function passwordNoteOf({ app: name, operation }: Login, config: Config | null): string | null {
  const app = config?.apps.find((one) => one.name === name);
  if (app === undefined || !isOpen(operation)) return null;
  return passwordNote(passwordOf(app), operation.kind, app.title ?? name);
}

/** What waits for its app alone has failed until the app is cured, and is explained by it. */
function quarantined(login: Login, health: AppHealth | undefined): string | null {
  const waits = login.operation?.state === 'approved' && !login.disassociated && !isWaiting(login);
  return waits && health?.quarantine ? quarantineText(health.quarantine, login.app) : null;
}

/** By Slack user id (of the one workspace, `team`), else by id, name or e-mail. */
export async function findPeople(
  deps: LookUpDeps,
  team: string | null,
  text: string,
  limit: number,
): Promise<Person[]> {
  const sought = text.trim();
  if (sought === '') return [];
  const pinned = team === null ? null : await deps.store.people.bySlack({ team, user: sought });
  const found = pinned ?? (await deps.store.people.get(sought));
  return found === null ? deps.store.people.search({ text: sought }, null, limit) : [found];
}

export async function appNames(deps: LookUpDeps): Promise<{ app: string; title: string }[]> {
  return ((await configOf(deps))?.apps ?? []).map(({ name, title }) => ({ app: name, title: title ?? name }));
}

export async function overview(deps: LookUpDeps & Pick<Deps, 'connections'>): Promise<Overview> {
  const config = await configOf(deps);
  const [counts, pauses] = await Promise.all([deps.store.logins.overview(), deps.store.pauses.open()]);
  const now = deps.clock.now();
  const health = new Map((await deps.store.health.list()).map((entry) => [entry.id, entry]));
  const apps = [];
  for (const app of config?.apps ?? []) {
    const standing = {
      health: health.get(app.name) ?? null,
      heldUp: holdUpOf(app.name, { pauses, window: app.provisioning.window ?? null }, now),
    };
    apps.push({
      ...{ app: app.name, title: app.title ?? app.name },
      words: wordsOf(counts.filter((count) => count.app === app.name)),
      ...standing,
      underWay: await underWay(deps, app, { ...standing, count: waitingFor(app.name, counts) }),
    });
  }
  const directories = [];
  for (const directory of config?.directories ?? []) {
    const state = await deps.store.directories.get(directory.name);
    directories.push({ ...(state ?? unread(directory.name)), title: directory.title ?? directory.name });
  }
  return { apps, directories, waiting: (await deps.store.approvals.open(1_000)).length };
}

const unread = (id: string) => ({
  ...{ id, cursor: null, fingerprint: null, present: 0, under: null, lastRead: null, problems: [] },
});

type Count = Awaited<ReturnType<Deps['store']['logins']['overview']>>[number];

/** The overview counts by account and operation state; a word for each is close enough for a summary. */
function wordsOf(counts: readonly Count[]): Record<string, number> {
  const words: Record<string, number> = {};
  for (const { account, state, count } of counts) {
    const word = summaryWord(account, state);
    words[word] = (words[word] ?? 0) + count;
  }
  return words;
}

function summaryWord(account: Login['account'], state: Count['state']): string {
  if (state === 'awaiting') return 'pending approval';
  if (state === 'handed') return 'to do';
  if (state === 'failed' || state === 'held' || (state === 'rejected' && account === 'none')) return state;
  if (state === 'planned' || state === 'approved' || state === 'applying') return 'in progress';
  if (account === 'active') return 'provisioned';
  return account === 'none' ? 'no account' : account;
}

/** Enough for a card, which names a few and counts the rest. */
const decidersShown = 40;

/** Who may decide the present step now: those who work here, and their delegates, who have not spoken. */
export async function decidersOf(deps: LookUpDeps, approval: Approval): Promise<Decider[]> {
  const heard = spoken(approval);
  const own = await workingAmong(deps, approval.circle.slice(0, decidersShown));
  const inPlace = (await delegations(deps)).filter(
    ({ person, delegate: to }) =>
      approval.circle.includes(person) && !approval.circle.includes(to) && !concerns(approval, to),
  );
  const members = own.map((one): Decider => ({ person: one.id, name: nameOf(one), slack: one.slack }));
  const others = inPlace.map(
    ({ delegate: person, delegateName: name, slack, personName }): Decider => ({
      person,
      name,
      slack,
      for: personName,
    }),
  );
  return [...members, ...others].filter(({ person }) => !heard.has(person) || approval.state !== 'open');
}

export async function viewApproval(deps: LookUpDeps, id: string, sample: number): Promise<ApprovalView | null> {
  const approval = await deps.store.approvals.get(id);
  return approval === null ? null : viewOf(deps, approval, sample);
}

async function viewOf(deps: LookUpDeps, approval: Approval, sample: number): Promise<ApprovalView> {
  const { store } = deps;
  const config = await configOf(deps);
  const logins = await viewsOf(deps, await sampleOf(deps, approval, sample));
  const person = approval.person === null ? null : await store.people.get(approval.person);
  return {
    approval,
    logins,
    total: approval.operations,
    tally: await store.logins.tally(approval.id),
    circle: await decidersOf(deps, approval),
    personName: person === null ? null : nameOf(person),
    personTitle: typeof person?.attributes.title === 'string' ? person.attributes.title : null,
    appTitle: approval.app === null ? null : titleOf(config, approval.app),
  };
}

const failuresShown = 3;

/** The first of them; of what was approved some that failed as well, so that nobody has to look for what is wrong. */
async function sampleOf({ store }: LookUpDeps, { id, state }: Approval, sample: number): Promise<Login[]> {
  const first = await store.logins.byApproval(id, null, sample);
  if (state !== 'approved' || first.length < sample) return first;
  const shown = new Set(first.map((login) => login.id));
  const failed = await store.logins.byApproval(id, null, failuresShown, 'failed');
  return [...first, ...failed.filter((login) => !shown.has(login.id))];
}

/** What waits for this person, the longest first: what they may decide this moment. Those who read all see the rest behind it. */
export async function pending(
  deps: LookUpDeps,
  person: Person,
  powers: Powers,
  limit: number,
): Promise<ApprovalView[]> {
  const now = deps.clock.now();
  const open = (await deps.store.approvals.open(1_000)).filter((approval) => isOpenAt(approval, now));
  const places = (await placesOf(deps, person.id)).map(({ id }) => id);
  const mayDecide = (approval: Approval): boolean =>
    worksHere(person) && refusal(approval, person.id, null, now, places) === null;
  const mine = open.filter(mayDecide);
  const others = readsAll(powers) ? open.filter((approval) => !mayDecide(approval)) : [];
  const views: ApprovalView[] = [];
  for (const approval of [...mine, ...others].slice(0, limit)) views.push(await viewOf(deps, approval, 5));
  return views;
}
