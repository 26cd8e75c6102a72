import type { App } from '@slack/bolt';
import { detailsModal } from '../../../blocks/details.ts';
import { answer } from '../../../blocks/help.ts';
import { actionIds } from '../../../blocks/ids.ts';
import type { Message } from '../../../blocks/kit.ts';
import { neededFor, seeAllModal } from '../../../blocks/see-all.ts';
import type { ApprovalView } from '../../engine/use-cases.ts';
import { callerOf } from '../caller.ts';
import { requestFor } from '../command/request-shown.ts';
import { twinOf } from '../command/typed-twins.ts';
import type { SlackDeps } from '../deps.ts';
import { publishHome } from '../home.ts';
import { type CardPress, readCardPress, readPagePress } from '../payload.ts';
import { slackErrorOf } from '../slack-error.ts';
import { answering } from '../tell.ts';
import { openModal } from './modal.ts';

/** Operations the details show one by one. */
const detailSample = 20;

/** *Details*, *See all* with its pages, and Home's *Refresh*: they show and decide nothing. */
export function listenToShowing(app: App, deps: SlackDeps): void {
  app.action(actionIds.details, async ({ ack, body, respond }) => {
    await ack();
    const press = readCardPress(body);
    const to = { user: press.user, channel: null, respond: press.where.kind === 'home' ? undefined : respond };
    await answering(deps, to, () => open(deps, press, detailSample, detailsModal));
  });
  app.action(actionIds.seeAll, async ({ ack, body, respond }) => {
    await ack();
    const press = readCardPress(body);
    const to = { user: press.user, channel: null, respond: press.where.kind === 'home' ? undefined : respond };
    await answering(deps, to, () => open(deps, press, neededFor(0), (view) => seeAllModal(view, 0)));
  });
  for (const id of [actionIds.nextPage, actionIds.previousPage]) {
    app.action(id, async ({ ack, body }) => {
      await ack();
      const press = readPagePress(body);
      await answering(deps, { user: press.user, channel: null }, () => turnPage(deps, press));
    });
  }
  app.action(actionIds.refreshHome, async ({ ack, body }) => {
    await ack();
    await publishHome(deps, body.user.id);
  });
}

type Draw = (view: ApprovalView) => ReturnType<typeof detailsModal>;

async function open(deps: SlackDeps, press: CardPress, sample: number, draw: Draw): Promise<Message | null> {
  const seen = await viewFor(deps, press.user, press.approval, sample);
  return 'refused' in seen
    ? answer(seen.refused)
    : openModal(deps, press.trigger, draw(seen.view), twinOf('details', { ID: press.approval }));
}

async function turnPage(deps: SlackDeps, press: ReturnType<typeof readPagePress>): Promise<Message | null> {
  const seen = await viewFor(deps, press.user, press.approval, neededFor(press.page));
  if ('refused' in seen) return answer(seen.refused);
  try {
    await deps.clients.interactive.views.update({
      view_id: press.view,
      view: seeAllModal(seen.view, press.page),
      ...(press.hash === '' ? {} : { hash: press.hash }),
    });
  } catch (error) {
    // Pressed twice: the page has been turned already.
    if (slackErrorOf(error) !== 'hash_conflict') throw error;
  }
  return null;
}

/** The request, for somebody who may see the whole of it. */
async function viewFor(deps: SlackDeps, user: string, approval: string, sample: number) {
  const caller = await callerOf(deps, user, 'read');
  return caller.known ? requestFor(deps, caller, approval, sample) : { refused: caller.text };
}
