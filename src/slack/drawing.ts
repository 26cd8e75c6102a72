import { approvalCard } from '../../blocks/approval-card.ts';
import { auditLine } from '../../blocks/audit-line.ts';
import { connectCard } from '../../blocks/connect-card.ts';
import { type DigestView, digestMessage } from '../../blocks/digest.ts';
import type { Message } from '../../blocks/kit.ts';
import { movedCard } from '../../blocks/moved-card.ts';
import { notice } from '../../blocks/notice.ts';
import { onceMessage } from '../../blocks/once-message.ts';
import { proposalCard } from '../../blocks/proposal-card.ts';
import { questionLine } from '../../blocks/question.ts';
import type { EventView } from '../../blocks/view.ts';
import type { Approval } from '../core/approval-model.ts';
import { powersOf } from '../core/audience.ts';
import type { RollcallEvent } from '../core/model.ts';
import { shownOf } from '../core/proposal.ts';
import type { OutboxItem } from '../engine/mail-ports.ts';
import type { ApprovalView } from '../engine/use-cases.ts';
import { isChannel, slackUserOf } from './addresses.ts';
import { cardId, cardPlaces, copyAt, isPosted } from './cards.ts';
import type { SlackDeps } from './deps.ts';
import { drawnFor } from './drawn-for.ts';
import { eventViews } from './event-views.ts';
import { numbersShown } from './numbers.ts';
import { reminderMessage } from './reminders.ts';
import { welcomeFor } from './welcome.ts';

/** Logins a card needs: the apps of a joiner, the first people of a batch. */
export const cardSample = 8;

/** What an item shows now. `over`: not posted anew where it is lost. `gone`: there is nothing to show any more; `wait`: not yet. */
export type Drawing =
  | {
      ok: true;
      message: Message;
      approval: Approval | null;
      thread: { channel: string; ts: string } | null;
      over?: true;
    }
  | { ok: false; what: 'gone' | 'wait' };

const gone: Drawing = { ok: false, what: 'gone' };
const wait: Drawing = { ok: false, what: 'wait' };
const draw = (message: Message): Drawing => ({ ok: true, message, approval: null, thread: null });

/** Renders an item from state, always the newest. */
export async function drawingOf(deps: SlackDeps, item: OutboxItem): Promise<Drawing> {
  switch (item.kind) {
    case 'grace':
      return drawReminder(deps, item);
    case 'card':
      return cardOf(deps, item);
    case 'line':
      return lineOf(deps, item);
    case 'proposal':
      return drawProposal(deps, item);
    case 'notice':
      return draw(notice(item.body ?? ''));
    case 'draft':
      return drawDraft(deps, item);
    case 'numbers':
      return drawNumbers(deps, item);
    case 'once':
      return drawOnce(deps, item);
    case 'digest':
      return draw(await digestFor(deps, item));
    case 'welcome':
      return drawWelcome(deps, item);
  }
}

/** In a channel whole; whoever gets it alone sees the buttons they may press. */
async function digestFor({ useCases }: SlackDeps, { body, to }: OutboxItem): Promise<Message> {
  const digest = digestMessage(JSON.parse(body ?? '') as DigestView);
  const person = isChannel(to) ? null : await useCases.person(to);
  const stored = person === null ? null : await useCases.configuration();
  return person === null || stored === null ? digest : drawnFor(powersOf(person, stored.config), digest);
}

/** An app or a directory on its way. Its link is worked out anew each time, and stands in the copy of one person. */
async function drawDraft({ useCases }: SlackDeps, { subject, to }: OutboxItem): Promise<Drawing> {
  const view = await useCases.draft(subject);
  if (view === null) return gone;
  const over = view.draft.state === 'open' ? {} : { over: true as const };
  return { ok: true, message: connectCard(view, to), approval: null, thread: null, ...over };
}

/** Its link is worked out anew each time: no message waits with one in it. */
async function drawOnce(deps: SlackDeps, { subject, ts }: OutboxItem): Promise<Drawing> {
  const view = await deps.useCases.onceMessage(subject);
  return view === null || (view.link === null && !ts) ? gone : draw(onceMessage(view));
}

async function drawNumbers(deps: SlackDeps, item: OutboxItem): Promise<Drawing> {
  const shown = await numbersShown(deps, item);
  if (shown === null) return gone;
  const over = shown.over ? { over: true as const } : {};
  return { ok: true, message: shown.message, approval: null, thread: null, ...over };
}

async function drawWelcome(deps: SlackDeps, item: OutboxItem): Promise<Drawing> {
  const message = await welcomeFor(deps, item);
  return message === null ? gone : { ok: true, message, approval: null, thread: null, over: true };
}

async function drawReminder(deps: SlackDeps, item: OutboxItem): Promise<Drawing> {
  const message = await reminderMessage(deps, item);
  return message === null ? gone : draw(message);
}

/** One that was decided before it was posted asks nobody any more. */
async function drawProposal(deps: SlackDeps, { subject, ts, to }: OutboxItem): Promise<Drawing> {
  const view = await deps.useCases.proposal(subject);
  if (view === null || (!ts && view.proposal.state !== 'open')) return gone;
  const { proposal } = view;
  const own = proposal.by.kind === 'person' && proposal.by.person === to;
  return draw(proposalCard(view, shownOf(proposal), own));
}

async function cardOf(deps: SlackDeps, item: OutboxItem): Promise<Drawing> {
  const view = await deps.useCases.approval(item.subject, cardSample);
  if (view === null) return gone;
  const { approval } = view;
  if (approval.state === 'gathering') return wait;
  // Decided before this copy was posted: nobody needs to be asked in a direct message any more.
  if (!item.ts && approval.state !== 'open' && !isChannel(item.to)) return gone;
  if (await hasMoved(deps, item, approval))
    return { ok: true, message: movedCard(), approval, thread: null, over: true };
  const over = approval.state === 'open' ? {} : { over: true as const };
  return { ok: true, message: approvalCard(await withMentions(deps, view)), approval, thread: null, ...over };
}

/** Stands in a channel where an open request may not, or shall not, stand: shared since, public, or no longer the one of the settings. */
async function hasMoved(deps: SlackDeps, item: OutboxItem, approval: Approval): Promise<boolean> {
  if (approval.state !== 'open' || !isPosted(item) || !isChannel(item.to)) return false;
  const places = await cardPlaces(deps, approval);
  return places.length > 0 && places.every((place) => copyAt([item], place) === undefined);
}

/** Approvers shown by mention; the rest are counted. */
const mentioned = 6;

/** Names become mentions, so that approvers nobody has pinned yet are called as well; a failed look-up leaves the name. */
export async function withMentions(deps: SlackDeps, view: ApprovalView): Promise<ApprovalView> {
  if (view.approval.state !== 'open') return view;
  const circle = await Promise.all(
    view.circle.map(async (member, index) => {
      if (member.slack !== null || index >= mentioned) return member;
      const user = await slackUserOf(deps, member.person).catch(() => null);
      return user === null ? member : { ...member, slack: { team: deps.team.id, user } };
    }),
  );
  return { ...view, circle };
}

/** How often a line is put off for a card that nobody has asked for yet. */
const patience = 10;

async function lineOf(deps: SlackDeps, { subject, to, attempts }: OutboxItem): Promise<Drawing> {
  const [approval = '', id = ''] = subject.split(' ');
  const card = await deps.store.outbox.get(cardId(approval, to));
  if (card === null) return attempts < patience ? wait : gone;
  if (card.ts === '') return gone;
  if (card.channel === null || card.ts === null) return wait;
  const event = await eventOf(deps, approval, id);
  if (event === null) return gone;
  const [view] = await eventViews(deps, [event]);
  const thread = { channel: card.channel, ts: card.ts };
  if (view === undefined) return gone;
  const message = event.type === 'approval.question' ? await askedLine(deps, view, approval) : auditLine(view);
  return { ok: true, message, approval: null, thread };
}

/** A question calls whoever asked for the change, where that is a person. */
async function askedLine(deps: SlackDeps, line: EventView, id: string): Promise<Message> {
  const view = await deps.useCases.approval(id, 0);
  const requester = view?.approval.requester ?? null;
  if (requester?.kind !== 'person') return questionLine(line, null);
  const user = await slackUserOf(deps, requester.person).catch(() => null);
  return questionLine(line, { name: requester.name, user });
}

/** An approval has few events of its own (a batch's operations are not told), so the newest pages hold it. */
async function eventOf(deps: SlackDeps, approval: string, id: string): Promise<RollcallEvent | null> {
  let before: { at: number; id: string } | null = null;
  for (let page = 0; page < 5; page += 1) {
    const events = await deps.useCases.history({ approval }, before, 100);
    const found = events.find((event) => event.id === id);
    const last = events.at(-1);
    if (found !== undefined) return found;
    if (last === undefined || events.length < 100) return null;
    before = { at: last.at, id: last.id };
  }
  return null;
}
