import type { App } from '@slack/bolt';
import type { ModalView } from '@slack/types';
import { answerModal } from '../../../blocks/answer-modal.ts';
import { answer } from '../../../blocks/help.ts';
import { actionIds, callbackIds } from '../../../blocks/ids.ts';
import type { Message } from '../../../blocks/kit.ts';
import { loginModal } from '../../../blocks/login-modal.ts';
import { callerOf } from '../caller.ts';
import { twinOf } from '../command/typed-twins.ts';
import type { SlackDeps } from '../deps.ts';
import { drawLookUp } from '../look-up.ts';
import {
  backward,
  forward,
  type LookUp,
  type LookUpPress,
  readLookUpPress,
  readSearch,
  wordOf,
} from '../look-up-state.ts';
import { openedLogin } from '../opened-login.ts';
import { type IdsPress, LoginIds, PeopleIds, PersonIds, readIdsPress } from '../payload.ts';
import { slackErrorOf } from '../slack-error.ts';
import { answering } from '../tell.ts';
import { openModal } from './modal.ts';

/** Look-ups of an app's people and a person's apps, their pages, and a login opened: they show and decide nothing. */
export function listenToLookUps(app: App, deps: SlackDeps): void {
  app.action(actionIds.allPeople, async ({ ack, body, respond }) => {
    await ack();
    const press = readIdsPress(body, PeopleIds);
    const { app: name, word } = press.ids;
    await answering(deps, { ...to(press), respond }, () => openLookUp(deps, press, begun({ app: name }, word)));
  });
  app.action(actionIds.personLogins, async ({ ack, body, respond }) => {
    await ack();
    const press = readIdsPress(body, PersonIds);
    await answering(deps, { ...to(press), respond }, () =>
      openLookUp(deps, press, begun({ person: press.ids.person })),
    );
  });
  app.action(actionIds.nextPeople, async ({ ack, body }) => {
    await ack();
    await turning(deps, readLookUpPress(body), turnForward);
  });
  app.action(actionIds.previousPeople, async ({ ack, body }) => {
    await ack();
    await turning(deps, readLookUpPress(body), async (_deps, { lookUp }) => backward(lookUp));
  });
  app.view(callbackIds.people, async ({ ack, body }) => {
    const { user, lookUp } = readSearch(body);
    const drawn = await drawLookUp(deps, user, lookUp);
    await ack({
      response_action: 'update',
      view: 'refused' in drawn ? answerModal(answer(drawn.refused)) : drawn.view,
    });
  });
  app.action(actionIds.openLogin, async ({ ack, body, respond }) => {
    await ack();
    const press = readIdsPress(body, LoginIds);
    await answering(deps, { ...to(press), respond }, () => openLogin(deps, press));
  });
}

const begun = (of: { app: string } | { person: string }, word?: string): LookUp => ({
  ...of,
  ...{ word: wordOf(word), text: '', places: [], dropped: 0 },
});

const to = ({ user, channel, modal }: IdsPress<unknown>) => ({ user, channel, modal });

async function openLookUp(deps: SlackDeps, press: IdsPress<unknown>, lookUp: LookUp): Promise<Message | null> {
  const drawn = await drawLookUp(deps, press.user, lookUp);
  if ('refused' in drawn) return answer(drawn.refused);
  const { app, person } = lookUp;
  const typed =
    app === undefined ? twinOf('personLogins', { PERSON: person ?? '' }) : twinOf('nextPeople', { APP: app });
  return openModal(deps, press.trigger, drawn.view, typed, press.modal);
}

async function openLogin(deps: SlackDeps, press: IdsPress<{ person: string; app: string }>): Promise<Message | null> {
  const caller = await callerOf(deps, press.user, 'read');
  if (!caller.known) return answer(caller.text);
  const login = await openedLogin(deps, caller, press.ids);
  if ('refused' in login) return answer(login.refused);
  const typed = twinOf('openLogin', { PERSON: press.ids.person, APP: press.ids.app });
  return openModal(deps, press.trigger, loginModal(login.opened), typed, press.modal);
}

type Turn = (deps: SlackDeps, press: LookUpPress) => Promise<LookUp | null>;

/** Where the next page begins, the present one says; null when there is none any more. */
async function turnForward(deps: SlackDeps, { user, lookUp }: LookUpPress): Promise<LookUp | null> {
  const drawn = await drawLookUp(deps, user, lookUp);
  if ('refused' in drawn) return lookUp;
  return drawn.found.next === null ? null : forward(lookUp, drawn.found.next);
}

async function turning(deps: SlackDeps, press: LookUpPress, turn: Turn): Promise<void> {
  const { user, view, hash } = press;
  await answering(deps, { user, channel: null, modal: view }, async () => {
    const lookUp = (await turn(deps, press)) ?? press.lookUp;
    const drawn = await drawLookUp(deps, user, lookUp);
    if ('refused' in drawn) return answer(drawn.refused);
    return show(deps, view, hash, drawn.view);
  });
}

async function show(deps: SlackDeps, view_id: string, hash: string, view: ModalView): Promise<null> {
  try {
    await deps.clients.interactive.views.update({ view_id, view, ...(hash === '' ? {} : { hash }) });
  } catch (error) {
    // Pressed twice: the page has been turned already.
    if (slackErrorOf(error) !== 'hash_conflict') throw error;
  }
  return null;
}
