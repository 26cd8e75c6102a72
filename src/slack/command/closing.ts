import { answer } from '../../../blocks/help.ts';
import type { Message } from '../../../blocks/kit.ts';
import { readsOthers } from '../../core/audience.ts';
import type { SlackDeps } from '../deps.ts';
import type { Known } from './access.ts';
import { actorOf } from './actor.ts';
import { reportOn } from './looking-back.ts';
import { loginOf } from './subject.ts';
import type { Input } from './verbs.ts';

/** Says that an account which sign-on had made is closed, or takes that back. The engine judges whose word counts. */
export async function runClosed(deps: SlackDeps, caller: Known, input: Input<'closed'>): Promise<Message> {
  const { note = null, mistake } = input;
  if (note !== null && mistake !== undefined)
    return answer('Either it is closed, or that was a mistake: give one of the two.');
  const subject = await loginOf(deps, caller.person, input);
  if ('message' in subject) return subject.message;
  const { person, app } = subject;
  const actor = actorOf(caller.person);
  const { text } =
    mistake === undefined
      ? await deps.useCases.markClosed(person, app, note, actor)
      : await deps.useCases.unmarkClosed(person, app, mistake, actor);
  return answer(text);
}

/** The button of a report: the report, as it is now, takes its place; whoever may not read it hears what came of the press. */
export async function pressClosed(
  deps: SlackDeps,
  caller: Known,
  { person, app }: { person: string; app: string },
): Promise<Message> {
  const { text } = await deps.useCases.markClosed(person, app, null, actorOf(caller.person));
  return readsOthers(caller.powers) ? reportOn(deps, caller, person, text) : answer(text);
}
