import { candidates } from '../../../blocks/candidates.ts';
import type { LoginSubject } from '../../../blocks/governance-view.ts';
import { answer } from '../../../blocks/help.ts';
import type { Message } from '../../../blocks/kit.ts';
import { keepDays } from '../../../blocks/login-row.ts';
import { unlink } from '../../../blocks/unlink.ts';
import type { Time } from '../../core/model.ts';
import type { SlackDeps } from '../deps.ts';
import type { Known } from './access.ts';
import { actorOf } from './actor.ts';
import { day, endOf, passed } from './day.ts';
import { loginOf, subjectOf } from './subject.ts';
import type { Input } from './verbs.ts';

/** The accounts that could be a person's, to choose from; with `--choose`, the choice itself. */
export async function runRematch(deps: SlackDeps, caller: Known, input: Input<'rematch'>): Promise<Message> {
  const subject = await loginOf(deps, caller.person, input);
  return 'message' in subject ? subject.message : matchLogin(deps, caller, subject, input.choose ?? null);
}

/** Links the account chosen (`none`: has one made), or shows those there are. */
export async function matchLogin(
  deps: SlackDeps,
  { person }: Known,
  subject: LoginSubject,
  choice: string | null,
): Promise<Message> {
  const outcome = await deps.useCases.rematch(subject.person, subject.app, actorOf(person), choice);
  return outcome.result === 'choose' ? candidates(outcome.text, subject, outcome.candidates) : answer(outcome.text);
}

/** Asks once more, unless that was typed along. */
export async function runDisassociate(deps: SlackDeps, caller: Known, input: Input<'disassociate'>): Promise<Message> {
  const subject = await loginOf(deps, caller.person, input);
  if ('message' in subject) return subject.message;
  if (input.confirm !== undefined) return unlinkLogin(deps, caller, subject);
  const [login] = await deps.useCases.logins({ person: subject.person, app: subject.app }, null, 1);
  if (login === undefined) return answer(`${subject.personName} has no login in ${subject.appTitle}.`);
  if (login.word === 'disassociated')
    return answer(`${subject.personName}’s login in ${subject.appTitle} is unlinked already: rematch links it again.`);
  return unlink(subject);
}

export async function unlinkLogin(
  deps: SlackDeps,
  { person }: Known,
  subject: { person: string; app: string },
): Promise<Message> {
  return answer((await deps.useCases.disassociate(subject.person, subject.app, actorOf(person))).text);
}

/** Tries again what failed: of an app, of a person, of one login, of one cause. */
export async function runRetry(deps: SlackDeps, caller: Known, input: Input<'retry'>): Promise<Message> {
  const subject = await subjectOf(deps, caller.person, input);
  if (subject.kind === 'unclear') return subject.message;
  if (subject.kind === 'none') return answer('Say which person or app you mean.');
  const named =
    subject.kind === 'app'
      ? { app: subject.app.app }
      : { person: subject.person.id, ...(subject.app === null ? {} : { app: subject.app.app }) };
  const cause = input.cause === undefined ? {} : { cause: input.cause };
  return answer((await deps.useCases.retry({ ...named, ...cause }, actorOf(caller.person))).text);
}

/** Keeps a leaver's account 30 more days, or through the day named. */
export async function runKeep(deps: SlackDeps, caller: Known, input: Input<'keep'>): Promise<Message> {
  const subject = await loginOf(deps, caller.person, input);
  if ('message' in subject) return subject.message;
  const until = await endOf(deps, input.until);
  return until === 'past' ? answer(passed) : keepLogin(deps, caller, subject, until);
}

/** `until` null: the usual time from now. For admins, and those who may decide about the deletion. */
export async function keepLogin(
  deps: SlackDeps,
  caller: Known,
  subject: { person: string; app: string },
  until: Time | null,
): Promise<Message> {
  if (!(await mayKeep(deps, caller, subject)))
    return answer('Only admins and those who may decide about its deletion may keep that account longer.');
  const { person } = caller;
  const end = until ?? deps.clock.now() + keepDays * day;
  return answer((await deps.useCases.keepLonger(subject.person, subject.app, end, actorOf(person))).text);
}

async function mayKeep(
  { useCases }: SlackDeps,
  { person, powers }: Known,
  { person: whose, app }: { person: string; app: string },
): Promise<boolean> {
  if (powers.admin) return true;
  const due = await useCases.graceDue({ person: whose, app });
  return due.some(({ circle }) => circle.includes(person.id));
}
