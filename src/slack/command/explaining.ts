import { type AppPeople, appPeople } from '../../../blocks/app-people.ts';
import { explanation } from '../../../blocks/explanation.ts';
import { answer } from '../../../blocks/help.ts';
import type { Message } from '../../../blocks/kit.ts';
import type { LoginMeans } from '../../../blocks/login-row.ts';
import { personCard } from '../../../blocks/person-card.ts';
import { nameOf } from '../../../blocks/view.ts';
import type { Person } from '../../core/model.ts';
import { cameToNothing, type StatusWord, statusWords } from '../../core/status.ts';
import type { ApprovalView, LoginView } from '../../engine/use-cases.ts';
import type { SlackDeps } from '../deps.ts';
import { type Known, mayDecide, mayRead, ownOnly } from './access.ts';
import { type AppRef, appAndRest, subjectOf } from './subject.ts';
import { textOf } from './tokens.ts';
import type { Input } from './verbs.ts';

/** Logins with buttons on one card; a message holds about as many. */
const loginsShown = 20;

/** Why: of one login; without an app, the person's logins, each with its own *Explain*. */
export async function showExplanation(deps: SlackDeps, caller: Known, input: Input<'explain'>): Promise<Message> {
  const subject = await subjectOf(deps, caller.person, input);
  const person = subject.kind === 'app' || subject.kind === 'none' ? caller.person : null;
  if (person !== null) return explainOrList(deps, caller, person, subject.kind === 'app' ? subject.app : null);
  if (!mayRead(caller, subject)) return answer(ownOnly);
  if (subject.kind !== 'person') return subject.kind === 'unclear' ? subject.message : answer(ownOnly);
  return explainOrList(deps, caller, subject.person, subject.app);
}

const explainOrList = (deps: SlackDeps, caller: Known, person: Person, app: AppRef | null): Promise<Message> =>
  app === null ? cardOf(deps, caller, person) : explainLogin(deps, person.id, app.app);

export const explainLogin = async (deps: SlackDeps, person: string, app: string): Promise<Message> =>
  explanation(await deps.useCases.explain(person, app));

/** A person's logins and what to do next; one's own without a name. */
export async function showPerson(deps: SlackDeps, caller: Known, input: Input<'person'>): Promise<Message> {
  if (input.who === undefined) return cardOf(deps, caller, caller.person);
  const subject = await subjectOf(deps, caller.person, input);
  if (!mayRead(caller, subject)) return answer(ownOnly);
  if (subject.kind === 'unclear') return subject.message;
  if (subject.kind !== 'person') return answer('Say which person you mean; for an app, there is /provision app.');
  return cardOf(deps, caller, subject.person);
}

async function cardOf(deps: SlackDeps, caller: Known, person: Person): Promise<Message> {
  const all = await deps.useCases.logins({ person: person.id }, null, loginsShown + 1);
  const logins = all.slice(0, loginsShown).filter(({ login }) => !cameToNothing(login));
  const { title } = person.attributes;
  const { stop } = person;
  return personCard({
    person: person.id,
    name: nameOf(person),
    title: typeof title === 'string' ? title : null,
    status: person.status,
    leftAt: person.leftAt,
    stop: stop === null ? null : { by: stop.by.name, at: stop.at, reason: stop.reason },
    logins,
    more: all.length > loginsShown,
    means: await meansFor(deps, caller, logins),
  });
}

/** What the caller may do with each login; the same request is looked up once. */
async function meansFor(deps: SlackDeps, caller: Known, logins: readonly LoginView[]): Promise<LoginMeans[]> {
  const requests = new Map<string, ApprovalView | null>();
  for (const { login } of logins) {
    const { operation } = login;
    const waits = operation?.state === 'awaiting' || operation?.state === 'handed';
    const asked = waits ? operation.ask?.approval : undefined;
    if (asked !== undefined && !requests.has(asked)) requests.set(asked, await decidable(deps, caller, asked));
  }
  const { admin } = caller.powers;
  const [first] = logins;
  const isSuspended = first !== undefined && logins.some(({ word }) => word === 'suspended');
  const due = admin && isSuspended ? await deps.useCases.graceDue({ person: first.login.person }) : [];
  return logins.map(({ login }) => ({
    admin,
    deletes: due.some(({ app }) => app === login.app),
    request: requests.get(login.operation?.ask?.approval ?? '') ?? null,
  }));
}

async function decidable(deps: SlackDeps, { person }: Known, id: string): Promise<ApprovalView | null> {
  const view = await deps.useCases.approval(id, 8);
  return view !== null && view.approval.state === 'open' && mayDecide({ person }, view) ? view : null;
}

/** People in one answer; the rest is in the look-up behind its button. */
const peopleShown = 30;

/** An app's people under their status words, what needs somebody first; or those of one word, or whose name is sought. */
export async function showApp(deps: SlackDeps, caller: Known, input: Input<'app'>): Promise<Message> {
  const found = await appAndRest(deps, input.who);
  if ('message' in found) return found.message;
  const wanted = textOf(found.rest).toLowerCase();
  const word = statusWords.find((each) => each === wanted) ?? null;
  if (wanted !== '' && word === null)
    return answer(`I do not know that status. There are ${statusWords.join(', ')}.`, '/provision app <app> [status]');
  const page = await peopleOf(deps, caller, found.app.app, word, input.find ?? '');
  if (page === null) return answer('That app is not connected any more.');
  const all = word === null && page.text === '';
  return appPeople(all ? { ...page, logins: await urgentFirst(deps, page) } : page);
}

async function peopleOf(
  deps: SlackDeps,
  { person, powers }: Known,
  app: string,
  word: StatusWord | null,
  text: string,
): Promise<AppPeople | null> {
  const search = { app, ...(word === null ? {} : { word }), ...(text === '' ? {} : { text }) };
  const [{ apps }, { logins, next }] = await Promise.all([
    deps.useCases.overview(),
    deps.useCases.findLogins(search, null, peopleShown),
  ]);
  const found = apps.find((each) => each.app === app);
  const reader = { person: person.id, ...powers };
  return found === undefined ? null : { app: found, word, text, logins, more: next !== null, reader };
}

const urgentWords = ['failed', 'held', 'missing', 'pending approval', 'to do'] as const;

/** The first of those that need somebody stand before the first page, however large the app. */
async function urgentFirst(deps: SlackDeps, { app, logins }: AppPeople): Promise<LoginView[]> {
  const found: LoginView[] = [];
  for (const word of urgentWords)
    found.push(...(await deps.useCases.findLogins({ app: app.app, word }, null, 5)).logins);
  const known = new Set(found.map(({ login }) => login.id));
  return [...found, ...logins.filter(({ login }) => !known.has(login.id))];
}
