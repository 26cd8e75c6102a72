import type { Time } from '../core/model.ts';
import type { OutboxItem } from '../engine/mail-ports.ts';
import { type Address, addressOf, isAtHand, isChannel } from './addresses.ts';
import { moveCard, wantCopy } from './cards.ts';
import type { SlackDeps } from './deps.ts';
import { type Drawing, drawingOf } from './drawing.ts';
import { knownRate, personRate, postRate, type Rate, redrawRate, updateRate } from './pace.ts';
import { moveReminder } from './reminders.ts';
import { describeError, slackErrorOf, waitOf } from './slack-error.ts';
import { quietly } from './tell.ts';
import { welcomed, welcomeLater } from './welcome.ts';

/** `sent`: Slack shows it. `dropped`: it will not be shown. `paced`: not before then, no fault. `failed`: tried again then. */
type Outcome = { result: 'sent' | 'dropped' } | { result: 'paced' | 'failed'; at: Time };
type Drawn = Extract<Drawing, { ok: true }>;
type Place = { channel: string; ts: string };

/** Looked at in one round. Many may wait for their channel's turn, so the round sees far past them. */
const batch = 500;

/**
 * Brings due messages to where they should be: posts what is new, updates what is posted, always with the newest state. `nextAt`:
 * when to call again, as far as this round knows; null when nothing is left. One bad item never holds the others up. `isOurs`: asked
 * before each; a round ends once another process has the outbox.
 */
export async function pumpOutbox(
  deps: SlackDeps,
  now: Time,
  isOurs: () => Promise<boolean> = async () => true,
): Promise<{ sent: number; nextAt: Time | null }> {
  const items = (await isOurs()) ? await dueByRank(deps, now) : [];
  let sent = 0;
  // There may be more than was looked at. What was looked at may all wait for its turn, so that looking at once would never rest.
  let nextAt: Time | null = items.length >= batch ? now + 1_000 : null;
  for (const item of items) {
    await deps.courtesy?.calm();
    if (!(await isOurs())) return { sent, nextAt: null };
    const outcome = await deliver(deps, item, now).catch((error: unknown) => failed(deps, item, now, error));
    if (outcome.result === 'sent') sent += 1;
    if ('at' in outcome) nextAt = nextAt === null ? outcome.at : Math.min(nextAt, outcome.at);
    if (outcome.result === 'failed') await deps.store.outbox.later(item.id, outcome.at);
  }
  return { sent, nextAt };
}

/**
 * Who waits for it this minute comes first, and each rank is looked at by itself: a thousand newcomers to be welcomed hold up no
 * request, and nobody who stands before a sign-on page.
 */
const ranks: Readonly<Record<OutboxItem['kind'], number>> = {
  ...{ numbers: 0 },
  ...{ card: 1, line: 1, draft: 1, proposal: 1, grace: 1, notice: 1 },
  ...{ once: 2 },
  ...{ welcome: 3, digest: 3 },
};
const kinds = Object.keys(ranks) as OutboxItem['kind'][];
const byRank = [...new Set(Object.values(ranks))].sort().map((rank) => kinds.filter((kind) => ranks[kind] === rank));

async function dueByRank({ store }: SlackDeps, now: Time): Promise<OutboxItem[]> {
  const due: OutboxItem[] = [];
  for (const some of byRank) due.push(...(await store.outbox.due(now, batch, some)));
  return due;
}

async function deliver(deps: SlackDeps, item: OutboxItem, now: Time): Promise<Outcome> {
  const outcome = await bring(deps, item, now);
  if (outcome.result === 'sent') deps.log.debug(idsOf(item), 'a Slack message shows the newest state');
  if (item.kind === 'once' && outcome.result === 'sent') await deps.useCases.onceTold(item.subject);
  if (item.kind === 'welcome' && outcome.result === 'sent' && !item.ts) await welcomed(deps, item);
  return outcome;
}

/** A message of a request is followed by the request. */
const idsOf = ({ id, kind, subject }: OutboxItem) => ({ item: id, ...(kind === 'card' && { approval: subject }) });

async function bring(deps: SlackDeps, item: OutboxItem, now: Time): Promise<Outcome> {
  const posted = item.channel && item.ts ? { channel: item.channel, ts: item.ts } : null;
  if (posted !== null && item.kind === 'line') return shown(deps, item, posted);
  const wait = deps.memory.pace.take(posted === null ? postTurn(deps, item) : updateTurn(item), now);
  if (wait > 0) return { result: 'paced', at: now + wait };
  const drawing = await drawingOf(deps, item);
  if (!drawing.ok) return drawing.what === 'gone' ? drop(deps, item) : { result: 'failed', at: now + 2_000 };
  return posted === null ? post(deps, item, drawing, now) : update(deps, item, posted, drawing, now);
}

/** Limits nothing by itself: a pause Slack asks for stands under its name. */
const unlimited: Rate = { perSecond: 1_000, burst: 1_000 };

/** A pause of `chat.postMessage` covers every channel; one of looking for places covers those who have to be looked for. */
const postTurn = (deps: SlackDeps, { to }: OutboxItem): Record<string, Rate> => ({
  'chat.postMessage': unlimited,
  [`post:${to}`]: postRate,
  ...(isChannel(to) ? { [toChannels]: unlimited } : wayTo(deps, to)),
});
const wayTo = (deps: SlackDeps, to: string): Record<string, Rate> =>
  isAtHand(deps, to) ? { [atHand]: knownRate } : { [toPeople]: personRate };
const [toChannels, toPeople, atHand] = ['to channels', 'to people', 'to people at hand'] as const;
const updateTurn = ({ id }: OutboxItem): Record<string, Rate> => ({
  'chat.update': updateRate,
  [`redraw:${id}`]: redrawRate,
});

async function shown(deps: SlackDeps, item: OutboxItem, place: Place): Promise<Outcome> {
  await deps.store.outbox.shown(item.id, item.wanted, { ...place, at: deps.clock.now() });
  return { result: 'sent' };
}

/** An empty place means: was never posted, and needs not be. */
async function drop(deps: SlackDeps, item: OutboxItem): Promise<Outcome> {
  await deps.store.outbox.shown(item.id, item.wanted, { channel: item.channel ?? '', ts: '', at: deps.clock.now() });
  return { result: 'dropped' };
}

async function post(deps: SlackDeps, item: OutboxItem, drawing: Drawn, now: Time): Promise<Outcome> {
  const address = await placeFor(deps, item, drawing);
  if (!address.ok) return elsewhere(deps, item, drawing, now, address.reason);
  const { channel } = address;
  const thread = drawing.thread === null ? {} : { thread_ts: drawing.thread.ts };
  const at = deps.clock.now();
  // Of a card whose answer gets lost the press tells, if it is known that it may be there.
  if (item.kind === 'card') await deps.store.outbox.posting(item.id, { channel, at });
  try {
    const { ts } = await deps.clients.bulk.chat.postMessage({ channel, ...thread, ...quietly(drawing.message) });
    remember(deps, item, drawing);
    const outcome = await shown(deps, item, { channel, ts: ts ?? '' });
    if (item.kind === 'card') await deps.store.outbox.answered(item.id, at);
    return outcome;
  } catch (error) {
    deps.memory.directs.delete(item.to);
    if (item.kind === 'card' && slackErrorOf(error) !== null) await deps.store.outbox.answered(item.id, at);
    return paused(deps, 'chat.postMessage', now, error) ?? postFailed(deps, item, drawing, channel, now, error);
  }
}

/** A line goes to its card; everything else where it was meant to, cards and reminders never into a channel shared with outsiders. */
async function placeFor(deps: SlackDeps, item: OutboxItem, { thread, approval }: Drawn): Promise<Address> {
  if (thread !== null) return { ok: true, channel: thread.channel, shared: false };
  const address = await addressOf(deps, item);
  const open = address.ok && address.shared && (approval !== null || item.kind === 'grace');
  return open ? { ok: false, reason: 'the channel is shared with another organisation' } : address;
}

/** Words of Slack's that mean: not in this channel, not now and not later. */
const unusable = new Set([
  'channel_not_found',
  'is_archived',
  'restricted_action',
  'not_in_channel',
  'restricted_action_read_only_channel',
]);

async function postFailed(
  deps: SlackDeps,
  item: OutboxItem,
  drawing: Drawn,
  channel: string,
  now: Time,
  error: unknown,
): Promise<Outcome> {
  const word = slackErrorOf(error) ?? '';
  if (word === 'not_in_channel' && (await joined(deps, channel))) return { result: 'failed', at: now };
  if (word === 'thread_not_found' || (item.kind === 'line' && unusable.has(word))) return drop(deps, item);
  if (unusable.has(word)) return elsewhere(deps, item, drawing, now, word);
  throw error;
}

/** A public channel can be joined without being asked; a private one cannot. */
async function joined(deps: SlackDeps, channel: string): Promise<boolean> {
  return deps.clients.bulk.conversations.join({ channel }).then(
    () => true,
    () => false,
  );
}

/** The item cannot stand where it was meant to: a card or reminder moves on, anything else is tried again, less and less often. */
async function elsewhere(
  deps: SlackDeps,
  item: OutboxItem,
  { approval }: Drawn,
  now: Time,
  reason: string,
): Promise<Outcome> {
  // Whoever is not found in Slack yet is looked for again by the engine, which then wants the message anew.
  // Of a browser that waits to be signed on nobody else is told.
  if (item.kind === 'once' || item.kind === 'numbers') return drop(deps, item);
  if (item.kind === 'welcome') {
    const at = await welcomeLater(deps, item, now);
    return at === null ? drop(deps, item) : { result: 'failed', at };
  }
  if (await moved(deps, item, approval)) {
    deps.log.info({ ...idsOf(item), to: item.to, reason }, 'a message goes elsewhere');
    return drop(deps, item);
  }
  deps.log.error({ ...idsOf(item), to: item.to, reason }, 'a Slack message cannot be posted there');
  deps.memory.channels.doubt();
  return item.attempts >= 20
    ? drop(deps, item)
    : { result: 'failed', at: now + backoff(item.attempts, 60_000, 3_600_000) };
}

async function moved(deps: SlackDeps, item: OutboxItem, approval: Drawn['approval']): Promise<boolean> {
  if (item.kind === 'grace') return moveReminder(deps, item);
  return approval !== null && moveCard(deps, approval, item.to);
}

/** Words of Slack's that mean: the message is gone, or nobody sees it there any more. */
const vanished = new Set(['message_not_found', 'channel_not_found', 'is_archived', 'not_in_channel']);
/** It stands there, but is no longer ours to change. */
const frozen = new Set(['cant_update_message', 'edit_window_closed', 'block_mismatch']);

/** How long what this process drew last is taken for what Slack shows, milliseconds. */
export const drawnFor = 10 * 60_000;

async function update(deps: SlackDeps, item: OutboxItem, place: Place, drawing: Drawn, now: Time): Promise<Outcome> {
  const drawn = deps.memory.drawn.get(item.id);
  const fresh = drawn !== undefined && now - drawn.at < drawnFor;
  if (fresh && drawn.message === JSON.stringify(drawing.message)) return shown(deps, item, place);
  try {
    await deps.clients.bulk.chat.update({ ...place, ...drawing.message, parse: 'none', link_names: false });
    remember(deps, item, drawing);
    return await shown(deps, item, place);
  } catch (error) {
    const asked = paused(deps, 'chat.update', now, error);
    if (asked !== null) return asked;
    const word = slackErrorOf(error) ?? '';
    if (!vanished.has(word) && !frozen.has(word)) throw error;
    if (word === 'not_in_channel' && (await joined(deps, place.channel))) return { result: 'failed', at: now };
    // Nobody is asked any more: it is not posted again where somebody took it away.
    if (vanished.has(word) && drawing.over) return drop(deps, item);
    deps.log.warn({ ...idsOf(item), ...describeError(error) }, 'a Slack message is gone and posted anew');
    const wait = deps.memory.pace.take(postTurn(deps, item), now);
    return wait > 0 ? { result: 'paced', at: now + wait } : post(deps, item, drawing, now);
  }
}

/**
 * Draws a card somebody has just pressed on, at once and ahead of all others. Where the outbox drew it meanwhile, ours may be the
 * older picture and have come last: it is drawn once more.
 */
export async function drawNow(deps: SlackDeps, item: OutboxItem): Promise<void> {
  deps.memory.drawn.delete(item.id);
  const drawing = await drawingOf(deps, item);
  if (!drawing.ok || !item.channel || !item.ts) return;
  const place = { channel: item.channel, ts: item.ts };
  await deps.clients.interactive.chat.update({ ...place, ...drawing.message, parse: 'none', link_names: false });
  deps.log.debug(idsOf(item), 'a card shows what was just pressed');
  const isOvertaken = deps.memory.drawn.has(item.id);
  remember(deps, item, drawing);
  if (isOvertaken) await wantCopy(deps, item.subject, item.to);
  deps.bell.ring('outbox');
}

function remember({ memory, clock }: SlackDeps, { id }: OutboxItem, { message }: Drawn): void {
  if (memory.drawn.size > 2_000) memory.drawn.clear();
  memory.drawn.set(id, { message: JSON.stringify(message), at: clock.now() });
}

/** Slack asks to wait: nothing of the kind before then. Null: it asks for nothing. */
function paused({ memory }: SlackDeps, key: string, now: Time, error: unknown): Outcome | null {
  const asked = waitOf(error);
  if (asked === null) return null;
  memory.pace.pause(key, now + asked);
  return { result: 'paced', at: now + asked };
}

/** Who or where it is for could not be asked, or Slack was away: later, and less and less often. */
function failed(deps: SlackDeps, item: OutboxItem, now: Time, error: unknown): Outcome {
  const asked = paused(deps, isChannel(item.to) ? toChannels : toPeople, now, error);
  if (asked !== null) return asked;
  deps.log.warn({ ...idsOf(item), attempts: item.attempts, ...describeError(error) }, 'a Slack message was not sent');
  return { result: 'failed', at: now + backoff(item.attempts, 1_000, 300_000) };
}

const backoff = (attempts: number, first: number, most: number): number =>
  Math.min(most, first * 2 ** Math.min(attempts, 20));
