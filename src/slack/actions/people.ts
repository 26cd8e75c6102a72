import type { App } from '@slack/bolt';
import { appPeopleModal } from '../../../blocks/app-people.ts';
import { answer } from '../../../blocks/help.ts';
import { actionIds } from '../../../blocks/ids.ts';
import type { Message } from '../../../blocks/kit.ts';
import { lastPage } from '../../../blocks/see-all.ts';
import { statusWords } from '../../core/status.ts';
import { callerOf } from '../caller.ts';
import { refusalFor } from '../command/access.ts';
import { peopleOf } from '../command/explaining.ts';
import type { SlackDeps } from '../deps.ts';
import { PeopleIds, readIdsPress, readPeoplePress } from '../payload.ts';
import { slackErrorOf } from '../slack-error.ts';
import { answering } from '../tell.ts';
import { openModal } from './modal.ts';

/** *More* of an app's people, and its pages: they show and decide nothing. */
export function listenToPeople(app: App, deps: SlackDeps): void {
  app.action(actionIds.allPeople, async ({ ack, body, respond }) => {
    await ack();
    const press = readIdsPress(body, PeopleIds);
    await answering(deps, { user: press.user, channel: press.channel, respond }, async () => {
      const drawn = await pageFor(deps, press.user, press.ids, 0);
      if ('refused' in drawn) return answer(drawn.refused);
      return openModal(deps, press.trigger, drawn.view, '/provision app <app> [status]');
    });
  });
  app.action(actionIds.nextPeople, async ({ ack, body }) => {
    await ack();
    await turn(deps, body);
  });
  app.action(actionIds.previousPeople, async ({ ack, body }) => {
    await ack();
    await turn(deps, body);
  });
}

async function turn(deps: SlackDeps, body: unknown): Promise<void> {
  const press = readPeoplePress(body);
  await answering(deps, { user: press.user, channel: null }, () => turnPage(deps, press));
}

async function turnPage(deps: SlackDeps, press: ReturnType<typeof readPeoplePress>): Promise<Message | null> {
  const drawn = await pageFor(deps, press.user, press, Math.min(press.page, lastPage));
  if ('refused' in drawn) return answer(drawn.refused);
  const { view: view_id, hash } = press;
  try {
    await deps.clients.interactive.views.update({ view_id, view: drawn.view, ...(hash === '' ? {} : { hash }) });
  } catch (error) {
    // Pressed twice: the page has been turned already.
    if (slackErrorOf(error) !== 'hash_conflict') throw error;
  }
  return null;
}

type Drawn = { view: ReturnType<typeof appPeopleModal> } | { refused: string };

async function pageFor(
  deps: SlackDeps,
  user: string,
  { app, word }: { app: string; word?: string },
  page: number,
): Promise<Drawn> {
  const caller = await callerOf(deps, user, 'read');
  if (!caller.known) return { refused: caller.text };
  const refusal = refusalFor('readers', caller);
  if (refusal !== null) return { refused: refusal };
  const people = await peopleOf(deps, app, statusWords.find((each) => each === word) ?? null, page);
  return people === null ? { refused: 'That app is not connected any more.' } : { view: appPeopleModal(people, page) };
}
