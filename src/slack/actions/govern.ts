import type { App } from '@slack/bolt';
import { answer } from '../../../blocks/help.ts';
import { actionIds } from '../../../blocks/ids.ts';
import type { Message } from '../../../blocks/kit.ts';
import { type Known, mayRead, ownOnly } from '../command/access.ts';
import { actorOf } from '../command/actor.ts';
import { pressClosed } from '../command/closing.ts';
import { explainLogin } from '../command/explaining.ts';
import { keepLogin, matchLogin, unlinkLogin } from '../command/repairing.ts';
import { resumeNamed } from '../command/stopping.ts';
import { loginNamed } from '../command/subject.ts';
import { triageAccount } from '../command/surveying.ts';
import { sayWho } from '../command/twins.ts';
import { carryOutUndo, showUndo } from '../command/undoing.ts';
import type { SlackDeps } from '../deps.ts';
import { AccountIds, ApprovalIds, LinkIds, LoginIds, NewcomerIds, PausedIds, SameIds, UndoIds } from '../payload.ts';
import { onPress } from './press.ts';

/** Looks at something or begins something: the card stays. */
const aside = { replaces: false } as const;
/** Settles what the card asked: the answer takes its place. */
const settling = { replaces: true } as const;

/** The buttons of logins, matches, undo, pauses and accounts without an owner. */
export function listenToGovernance(app: App, deps: SlackDeps): void {
  const reading = { replaces: false } as const;
  app.action(
    actionIds.explain,
    onPress(deps, LoginIds, reading, (caller, ids) => explain(deps, caller, ids)),
  );
  app.action(
    actionIds.retry,
    onPress(deps, LoginIds, aside, async ({ person }, ids) =>
      answer((await deps.useCases.retry(ids, actorOf(person))).text),
    ),
  );
  app.action(
    actionIds.rematch,
    onPress(deps, LoginIds, aside, (caller, ids) => match(deps, caller, ids, null)),
  );
  app.action(
    actionIds.keepLonger,
    onPress(deps, LoginIds, reading, (caller, ids) => keepLogin(deps, caller, ids, null)),
  );
  app.action(
    actionIds.markClosed,
    onPress(deps, LoginIds, settling, (caller, ids) => pressClosed(deps, caller, ids)),
  );
  app.action(
    actionIds.unlink,
    onPress(deps, LoginIds, settling, (caller, ids) => unlinkLogin(deps, caller, ids)),
  );
  app.action(
    actionIds.linkAccount,
    onPress(deps, LinkIds, settling, (caller, { account, ...ids }) => match(deps, caller, ids, account)),
  );
  app.action(
    actionIds.newAccount,
    onPress(deps, LoginIds, settling, (caller, ids) => match(deps, caller, ids, 'none')),
  );
  app.action(
    actionIds.undoApproval,
    onPress(deps, ApprovalIds, aside, (caller, { approval: id }) => showUndo(deps, caller, { what: 'approval', id })),
  );
  app.action(
    actionIds.undo,
    onPress(deps, UndoIds, settling, (caller, target) => carryOutUndo(deps, caller, target)),
  );
  app.action(
    actionIds.resume,
    onPress(deps, PausedIds, aside, (caller, subject) => resumeNamed(deps, caller, subject)),
  );
  app.action(
    actionIds.askOwner,
    onPress(deps, AccountIds, aside, (caller, ids) => triageAccount(deps, caller, ids, 'ask')),
  );
  app.action(
    actionIds.leaveAccount,
    onPress(deps, AccountIds, aside, (caller, ids) => triageAccount(deps, caller, ids, 'leave')),
  );
  app.action(
    actionIds.samePerson,
    onPress(deps, SameIds, aside, (caller, { newcomer, person }) => sayWho(deps, caller, newcomer, person)),
  );
  app.action(
    actionIds.newPerson,
    onPress(deps, NewcomerIds, aside, (caller, { newcomer }) => sayWho(deps, caller, newcomer, null)),
  );
}

type LoginOf = { person: string; app: string };

/** One's own, or for those who read all of them anybody's. */
async function explain(deps: SlackDeps, caller: Known, { person: id, app }: LoginOf): Promise<Message> {
  const person = await deps.useCases.person(id);
  if (person === null) return answer('That person is not known any more.');
  if (!mayRead(caller, { kind: 'person', person, app: null })) return answer(ownOnly);
  return explainLogin(deps, id, app);
}

async function match(deps: SlackDeps, caller: Known, ids: LoginOf, choice: string | null): Promise<Message> {
  const subject = await loginNamed(deps, ids);
  return 'message' in subject ? subject.message : matchLogin(deps, caller, subject, choice);
}
