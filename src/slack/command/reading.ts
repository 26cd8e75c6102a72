import { answer, help, verbHelp } from '../../../blocks/help.ts';
import { history } from '../../../blocks/history.ts';
import type { Message } from '../../../blocks/kit.ts';
import { pending } from '../../../blocks/pending.ts';
import { plan } from '../../../blocks/plan.ts';
import { withProposals } from '../../../blocks/proposal-card.ts';
import { appStatus, overviewStatus, personStatus } from '../../../blocks/status.ts';
import { nameOf } from '../../../blocks/view.ts';
import { readsAll } from '../../core/audience.ts';
import type { Person } from '../../core/model.ts';
import type { EventFilter } from '../../engine/store-ports.ts';
import type { ApprovalView } from '../../engine/use-cases.ts';
import type { SlackDeps } from '../deps.ts';
import { eventViews } from '../event-views.ts';
import { isTheirs, type Known, mayPlan, mayRead, ownOnly, refusalFor } from './access.ts';
import { standInText } from './delegating.ts';
import { verbNamed } from './parse.ts';
import { showRequest } from './request-shown.ts';
import { type AppRef, type Subject, subjectOf } from './subject.ts';
import { helpFor, widestAudience } from './usage.ts';
import { type Input, verbNames } from './verbs.ts';

/** Logins and events shown at once; a reply is read, not scrolled. */
const loginsShown = 40;
const eventsShown = 20;

export async function showHelp(input: Input<'help'>): Promise<Message> {
  const name = input.verb === undefined ? undefined : (verbNamed(input.verb) ?? undefined);
  return name === undefined ? help(verbNames.map(helpFor)) : verbHelp(helpFor(name));
}

/** Whose or what's; nothing named means oneself, and for those who may read all of it, the whole company. */
async function named(deps: SlackDeps, caller: Known, input: Input<'status'>, wholeCompany: boolean): Promise<Subject> {
  const subject = await subjectOf(deps, caller.person, input);
  if (subject.kind !== 'none' || wholeCompany) return subject;
  return { kind: 'person', person: caller.person, app: null };
}

export async function showStatus(deps: SlackDeps, caller: Known, input: Input<'status'>): Promise<Message> {
  const subject = await named(deps, caller, input, readsAll(caller.powers));
  if (!mayRead(caller, subject)) return answer(ownOnly);
  switch (subject.kind) {
    case 'unclear':
      return subject.message;
    case 'none':
      return overviewStatus(await deps.useCases.overview());
    case 'app':
      return statusOfApp(deps, subject.app);
    case 'person':
      return statusOfPerson(deps, subject.person, subject.app);
  }
}

async function statusOfApp(deps: SlackDeps, { app }: AppRef): Promise<Message> {
  const [{ apps }, logins] = await Promise.all([
    deps.useCases.overview(),
    deps.useCases.logins({ app }, null, loginsShown + 1),
  ]);
  const found = apps.find((each) => each.app === app);
  if (found === undefined) return answer('That app is not connected any more.');
  return appStatus(found, logins.slice(0, loginsShown), logins.length > loginsShown);
}

async function statusOfPerson(deps: SlackDeps, person: Person, app: AppRef | null): Promise<Message> {
  const filter = { person: person.id, ...(app === null ? {} : { app: app.app }) };
  const logins = await deps.useCases.logins(filter, null, loginsShown + 1);
  const { title } = person.attributes;
  return personStatus({
    name: nameOf(person),
    title: typeof title === 'string' ? title : null,
    status: person.status,
    logins: logins.slice(0, loginsShown),
    more: logins.length > loginsShown,
  });
}

export async function showHistory(deps: SlackDeps, caller: Known, input: Input<'history'>): Promise<Message> {
  const subject = await named(deps, caller, input, readsAll(caller.powers));
  if (!mayRead(caller, subject)) return answer(ownOnly);
  if (subject.kind === 'unclear') return subject.message;
  const events = await deps.useCases.history(eventFilter(subject), null, eventsShown + 1);
  const views = await eventViews(deps, events.slice(0, eventsShown));
  return history(titleOf(subject), views, events.length > eventsShown);
}

function eventFilter(subject: Subject): EventFilter {
  if (subject.kind === 'app') return { app: subject.app.app };
  if (subject.kind !== 'person') return {};
  return { person: subject.person.id, ...(subject.app === null ? {} : { app: subject.app.app }) };
}

/** How the subject is called in the first sentence; null is the company. */
function titleOf(subject: Subject): string | null {
  if (subject.kind === 'app') return subject.app.title;
  if (subject.kind !== 'person') return null;
  const name = nameOf(subject.person);
  return subject.app === null ? name : `${name} in ${subject.app.title}`;
}

export async function showPending(deps: SlackDeps, caller: Known, { id, page }: Input<'pending'>): Promise<Message> {
  if (id !== undefined) return showRequest(deps, caller, id, page);
  const views = await deps.useCases.pending(caller.person, caller.powers, 16);
  const proposals = caller.powers.admin ? await deps.useCases.proposals() : [];
  const mine = proposals.filter(({ deciders }) => deciders.some(({ person }) => person === caller.person.id));
  return withProposals(pendingFor(caller, views), mine.length);
}

/** The first of them, with the buttons that decide where they are this person’s to press. */
export const pendingFor = (caller: Known, views: readonly ApprovalView[]): Message =>
  pending(
    views.slice(0, 15).map((view) => ({ ...view, theirs: isTheirs(caller, view) })),
    views.length > 15,
  );

export async function showPlan(deps: SlackDeps, caller: Known, input: Input<'plan'>): Promise<Message> {
  const subject = await named(deps, caller, input, readsAll(caller.powers));
  if (subject.kind === 'unclear' && readsAll(caller.powers)) return subject.message;
  if (!mayPlan(caller, subject))
    return answer('Only admins and auditors may plan for others: leave the name out to plan your own logins.');
  const { person, app, ...none } = eventFilter(subject);
  const filter = { ...(person === undefined ? {} : { person }), ...(app === undefined ? {} : { app }), ...none };
  const [preview, apps] = await Promise.all([deps.useCases.preview(filter, 40), deps.useCases.apps()]);
  return plan(titleOf(subject), preview, Object.fromEntries(apps.map(({ app: name, title }) => [name, title])));
}

export async function showSelf(deps: SlackDeps, caller: Known): Promise<Message> {
  const { person, powers } = caller;
  const roles = (['admin', 'approver', 'auditor'] as const).filter((role) => powers[role]).map((role) => `an ${role}`);
  const may =
    roles.length === 0
      ? 'You see your own logins.'
      : `You are ${new Intl.ListFormat('en', { type: 'conjunction' }).format(roles)}.`;
  const { email } = person.attributes;
  const verbsOf = verbNames.filter((name) => refusalFor(widestAudience(name), caller) === null);
  return answer(
    `You are ${nameOf(person)}${typeof email === 'string' ? ` (${email})` : ''}. ${may}${await standInText(deps, person.id)} You may type: ${verbsOf.join(', ')}.`,
    '/provision help [verb]',
    'More of each',
  );
}
