import { answer } from '../../../blocks/help.ts';
import type { Message } from '../../../blocks/kit.ts';
import { type UndoTarget, undoPlan } from '../../../blocks/undo.ts';
import { digestOf } from '../../core/hash.ts';
import type { AccountView } from '../../core/model.ts';
import type { UndoPlan } from '../../engine/governance.ts';
import type { SlackDeps } from '../deps.ts';
import type { Known } from './access.ts';
import { actorOf } from './actor.ts';
import { loginOf, type Unclear } from './subject.ts';
import { type Token, textOf } from './tokens.ts';
import type { Input } from './verbs.ts';

type Undone = Pick<UndoTarget, 'what' | 'id'>;

/** Shows what undoing would do; with the code it showed, does it. */
export async function runUndo(deps: SlackDeps, caller: Known, { who, confirm }: Input<'undo'>): Promise<Message> {
  const target = await undoneBy(deps, caller, who);
  if ('message' in target) return target.message;
  return confirm === undefined
    ? showUndo(deps, caller, target)
    : carryOutUndo(deps, caller, { ...target, plan: confirm });
}

/** A request or an operation by its id, else the last change of the login that was named. */
async function undoneBy(deps: SlackDeps, caller: Known, who: readonly Token[]): Promise<Undone | Unclear> {
  const text = textOf(who);
  if (/^o-\w+$/.test(text)) return { what: 'operation', id: text };
  if (/^a-\w+(\.\d+)*$/.test(text)) return { what: 'approval', id: text };
  const subject = await loginOf(deps, caller.person, { who });
  if ('message' in subject) return subject;
  const [view] = await deps.useCases.logins({ person: subject.person, app: subject.app }, null, 1);
  const operation = view?.login.operation ?? null;
  if (operation === null)
    return { message: answer(`Nothing of ${subject.personName} in ${subject.appTitle} is there to be undone.`) };
  return { what: 'operation', id: operation.id };
}

/** What undoing would do and what it cannot, with the button that does it. */
export async function showUndo(
  deps: SlackDeps,
  caller: Known,
  target: Undone,
  note: string | null = null,
): Promise<Message> {
  const plan = await planOf(deps, caller, target, false);
  const apps = await deps.useCases.apps();
  const titles = Object.fromEntries(apps.map(({ app, title }) => [app, title]));
  return undoPlan(plan, { ...target, plan: fingerprintOf(plan) }, titles, note);
}

const planOf = (deps: SlackDeps, { person }: Known, { what, id }: Undone, carryOut: boolean): Promise<UndoPlan> =>
  deps.useCases.undo(what === 'approval' ? { approval: id } : { operation: id }, actorOf(person), carryOut);

/** Consent holds for the plan that was shown: another one is shown instead of done. */
export async function carryOutUndo(deps: SlackDeps, caller: Known, target: UndoTarget): Promise<Message> {
  const plan = await planOf(deps, caller, target, false);
  if (plan.steps.length === 0) return showUndo(deps, caller, target);
  if (fingerprintOf(plan) !== target.plan)
    return showUndo(deps, caller, target, 'Nothing was done: what it would do has changed since it was shown.');
  return answer((await planOf(deps, caller, target, true)).text);
}

/** The same for the same steps, whenever they were last read. */
export const fingerprintOf = ({ steps }: Pick<UndoPlan, 'steps'>): string =>
  digestOf(
    steps.map(({ login, kind, before, after }) => ({ login, kind, before: bare(before), after: bare(after) })),
  ).slice(0, 12);

const bare = (view: AccountView | null): AccountView | null =>
  view === null ? null : { active: view.active, attributes: view.attributes, entitlements: view.entitlements };
