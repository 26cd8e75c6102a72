import { answer } from '../../../blocks/help.ts';
import type { Message } from '../../../blocks/kit.ts';
import { syncReport } from '../../../blocks/sync-report.ts';
import { nameOf } from '../../../blocks/view.ts';
import type { Person } from '../../core/model.ts';
import { decideAs, outcomeMessage } from '../decide.ts';
import type { SlackDeps } from '../deps.ts';
import { type Known, mayDecide } from './access.ts';
import { actorOf } from './actor.ts';
import { decideProposalTyped } from './proposing.ts';
import { personNamed, subjectOf, type Unclear } from './subject.ts';
import { eachOf, type Token } from './tokens.ts';
import type { Input } from './verbs.ts';

type Typed = { id: string; reason?: string | undefined; only?: readonly Token[] | undefined };

/** What each verb says; a task has verbs of its own, so that nobody says that something is done by agreeing to it. */
const decisions = { approve: 'approve', reject: 'reject', done: 'approve', cannot: 'reject' } as const;

export const decisionOf = (said: keyof typeof decisions) => decisions[said];

async function otherVerb({ useCases }: SlackDeps, id: string, said: keyof typeof decisions): Promise<string | null> {
  const view = await useCases.approval(id, 1);
  const isTask = said === 'done' || said === 'cannot';
  if (view === null || (view.approval.task === true) === isTask) return null;
  return isTask
    ? `${id} asks for consent: /provision approve ${id} or /provision reject ${id} [reason]. Nothing was decided.`
    : `${id} is a task: /provision done ${id} once it is done, or /provision cannot ${id} reason. Nothing was decided.`;
}

/** A typed decision: the same as the button's, for whatever edition is the newest; with *only*, about these people alone. */
export async function decideTyped(
  deps: SlackDeps,
  caller: Known,
  said: keyof typeof decisions,
  { id, reason, only }: Typed,
): Promise<Message> {
  const decision = decisions[said];
  const other = await otherVerb(deps, id, said);
  if (other !== null) return answer(other);
  const proposal = said === 'approve' || said === 'reject' ? await deps.useCases.proposal(id) : null;
  if (proposal !== null)
    return decideProposalTyped(deps, caller, decision === 'approve' ? 'agree' : 'reject', id, reason);
  const input = { approval: id, edition: null, decision, reason: reason ?? null, actor: caller.person };
  if (only === undefined) return outcomeMessage(await decideAs(deps, input));
  const view = await deps.useCases.approval(id, 1);
  // Whoever may not decide hears that from the engine, and not whom a request is about.
  if (view === null || !mayDecide(caller, view)) return outcomeMessage(await decideAs(deps, { ...input, only: [] }));
  const chosen = await loginsOf(deps, caller, id, only);
  if ('message' in chosen) return chosen.message;
  return outcomeMessage(await decideAs(deps, { ...input, only: chosen.logins }));
}

/** Most operations that can be chosen at once. */
const most = 1_000;

/** The operations of a request that are about the people named; whoever it asks nothing about is told, and nothing decided. */
async function loginsOf(
  deps: SlackDeps,
  caller: Known,
  id: string,
  named: readonly Token[],
): Promise<{ logins: string[] } | Unclear> {
  const people: Person[] = [];
  for (const who of eachOf(named)) {
    const found = await personNamed(deps, caller.person, who);
    if ('message' in found) return found;
    people.push(found.person);
  }
  const asked = await deps.useCases.asked(id, { people: people.map((person) => person.id) }, most);
  const missing = people.filter((person) => !asked.some(({ login }) => login.person === person.id));
  if (missing.length === 0) return { logins: asked.map(({ login }) => login.id) };
  const names = new Intl.ListFormat('en', { type: 'disjunction' }).format(missing.map(nameOf));
  return { message: answer(`${id} asks nothing about ${names} (any more). Nothing was decided.`) };
}

export async function runSync(deps: SlackDeps, caller: Known, { directory }: Input<'sync'>): Promise<Message> {
  return syncReport(await deps.useCases.sync(directory ?? null, actorOf(caller.person)));
}

export async function runReprovision(deps: SlackDeps, caller: Known, input: Input<'reprovision'>): Promise<Message> {
  const subject = await subjectOf(deps, caller.person, input);
  if (subject.kind === 'unclear') return subject.message;
  if (subject.kind !== 'person') return answer('Say which person to provision again; an app may follow the name.');
  const app = subject.app?.app ?? null;
  return answer((await deps.useCases.reprovision(subject.person.id, app, actorOf(caller.person))).text);
}
