import type { Approval } from '../core/approval-model.ts';
import type { RollcallEvent } from '../core/model.ts';
import type { OutboxItem } from '../engine/mail-ports.ts';
import type { Channel } from './channels.ts';
import type { SlackDeps } from './deps.ts';
import { describeError } from './slack-error.ts';

/** The outbox item of one copy of a card: in a channel (`#access`) or for one person. */
export const cardId = (approval: string, to: string): string => `card:${approval}:${to}`;
export const lineId = (event: string, to: string): string => `line:${event}:${to}`;

/** What a line is about: the approval whose thread it belongs to, and the event it tells. Ids have no spaces. */
export const lineSubject = (approval: string, event: string): string => `${approval} ${event}`;

/** Where a copy of a card belongs; `channel`: the channel's id, null for one person. */
export type CardPlace = { to: string; channel: string | null };

/**
 * Where an approval is shown. Joins and moves: the channel. Leaving: the leavers' channel if it is private, else a direct message to
 * each who may decide. Urgent ones go to each of them as well, and so do tasks: whoever is to do something need not read the channel.
 * A channel that is missing or shared with another organisation is not used: then it is direct messages, so that nothing waits unseen.
 */
export async function cardPlaces(
  deps: SlackDeps,
  approval: Pick<Approval, 'leaving' | 'urgent' | 'circle' | 'task'>,
): Promise<CardPlace[]> {
  const { channel, leaverChannel } = await deps.settings();
  const wanted = approval.leaving ? leaverChannel : channel;
  const place = wanted === undefined ? null : await findChannel(deps, wanted);
  const fits = place !== null && !place.shared && (!approval.leaving || place.private);
  if (wanted !== undefined && !fits)
    deps.log.warn({ channel: wanted, ...whyNot(place) }, 'cards go to direct messages instead');
  const channels = fits && wanted !== undefined ? [{ to: wanted, channel: place.id }] : [];
  const people = (await askedOf(deps, approval)).map((to) => ({ to, channel: null }));
  return channels.length === 0 || approval.urgent || approval.task ? [...channels, ...people] : channels;
}

/** Those who may decide, and whoever may in the place of one. */
async function askedOf({ useCases }: SlackDeps, { circle }: Pick<Approval, 'circle'>): Promise<string[]> {
  const inPlace = (await useCases.delegations()).filter(({ person }) => circle.includes(person));
  return [...new Set([...circle, ...inPlace.map(({ delegate }) => delegate)])];
}

/** The same by what outbox items ask for. */
export const cardTargets = async (
  deps: SlackDeps,
  approval: Pick<Approval, 'leaving' | 'urgent' | 'circle' | 'task'>,
): Promise<string[]> => (await cardPlaces(deps, approval)).map(({ to }) => to);

const whyNot = (place: Channel | null): { reason: string } => {
  if (place === null) return { reason: 'the bot does not see this channel: create it, or invite the bot' };
  return {
    reason: place.shared
      ? 'it is shared with another organisation'
      : 'it is public, and this is about somebody leaving',
  };
};

async function findChannel(deps: SlackDeps, wanted: string): Promise<Channel | null> {
  return deps.memory.channels.find(deps.clients.bulk, wanted, deps.clock.now());
}

/** The copies of an approval's card there are, or shall be. */
export const copiesOf = async ({ store }: Pick<SlackDeps, 'store'>, approval: string): Promise<OutboxItem[]> =>
  (await store.outbox.about(approval)).filter(({ kind }) => kind === 'card');

/** Stands in Slack. One that was given up has an empty place. */
export const isPosted = ({ channel, ts }: OutboxItem): boolean => Boolean(channel && ts);

/** The copy that stands where one belongs, whatever name the channel was asked for by. */
export const copyAt = (copies: readonly OutboxItem[], place: CardPlace): OutboxItem | undefined =>
  copies.find((copy) => isPosted(copy) && (copy.to === place.to || copy.channel === place.channel));

/**
 * Asks for all copies of an approval's card to show its newest state: those where they belong, and those that stand elsewhere since
 * the settings or the circle were others. Cheap and repeatable: the outbox draws only the last one. A request still gathering is not
 * shown yet. Throws what Slack's look-up of the channel throws.
 */
export async function wantCard(deps: SlackDeps, approval: Approval): Promise<void> {
  if (approval.state === 'gathering') return;
  const [places, copies] = await Promise.all([cardPlaces(deps, approval), copiesOf(deps, approval.id)]);
  if (places.length === 0)
    deps.log.error({ approval: approval.id }, 'a request has no channel and nobody who may decide');
  const wanted = new Set(places.map((place) => copyAt(copies, place)?.to ?? place.to));
  for (const copy of copies) if (isPosted(copy)) wanted.add(copy.to);
  for (const to of wanted) await wantCopy(deps, approval.id, to);
  deps.bell.ring('outbox');
}

/** Asks for one copy of a card to show the newest state. */
export const wantCopy = ({ store, clock }: Pick<SlackDeps, 'store' | 'clock'>, id: string, to: string): Promise<void> =>
  store.outbox.want({ id: cardId(id, to), kind: 'card', subject: id, to, body: null }, clock.now());

/** What the card itself shows, or its approval's own event tells for all its operations; in the thread it would be noise. */
const untold = new Set([
  'approval.opened',
  'operation.ask',
  'operation.waive',
  'operation.approve',
  'operation.reject',
  'operation.expire',
  'operation.start',
  'operation.hold',
  'operation.release',
]);

/**
 * Asks for an event to be told in the thread of its approval's card. Only in channels: the copies in direct messages stay quiet.
 * A batch is counted on its card, not told one by one.
 */
export async function wantLine(deps: SlackDeps, event: RollcallEvent): Promise<void> {
  if (event.approval === null || untold.has(event.type)) return;
  const { batches } = deps.memory;
  if (event.operation !== null && batches.has(event.approval)) return;
  const view = await deps.useCases.approval(event.approval, 0);
  if (view === null) return;
  if (view.approval.kind !== 'person') {
    if (batches.size > 1_000) batches.clear();
    batches.add(event.approval);
    if (event.operation !== null) return;
  }
  for (const { to, channel } of await cardPlaces(deps, view.approval)) {
    if (channel === null) continue;
    const subject = lineSubject(event.approval, event.id);
    const item = { id: lineId(event.id, to), kind: 'line' as const, subject, to, body: null };
    await deps.store.outbox.want(item, deps.clock.now());
  }
  deps.bell.ring('outbox');
}

/** A card that cannot stand where it should: the book is read anew and the card asked for where it may stand now. */
export async function moveCard(deps: SlackDeps, approval: Approval, from: string): Promise<boolean> {
  deps.memory.channels.doubt();
  try {
    const targets = await cardTargets(deps, approval);
    if (targets.includes(from)) return false;
    await wantCard(deps, approval);
    return targets.length > 0;
  } catch (error) {
    deps.log.warn({ approval: approval.id, ...describeError(error) }, 'could not find another place for a card');
    return false;
  }
}
