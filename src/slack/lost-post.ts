import type { OutboxItem, Posting } from '../engine/mail-ports.ts';
import { isChannel } from './addresses.ts';
import { cardId, copiesOf, wantCopy } from './cards.ts';
import type { SlackDeps } from './deps.ts';

/*
 * Slack may post a card and its answer get lost. The outbox then posts another one, and of the first nobody knows where it stands: the
 * bot may not read messages. The first press on it says so. It is a copy from then on, and shows what the others show.
 */

type Place = { channel: string; ts: string };

/** The bulk client waits ten seconds for an answer, and Slack's clock may differ from ours. Milliseconds. */
const latest = 10_000;
const skew = 60_000;

const isOf = ({ channel, at }: Posting, place: Place): boolean => {
  const posted = Number(place.ts) * 1000;
  return channel === place.channel && posted >= at - skew && posted <= at + latest + skew;
};

/** What the item of such a copy asks for: no name of a channel, so that it is never posted anew. */
const addressIn = ({ channel, ts }: Place): string => `${isChannel(channel) ? '#' : ''}${channel}/${ts}`;

/** Long enough for the place to be written down before the outbox looks. Milliseconds. */
const untilPlaced = 60_000;

/** Whether a message nobody knew of is a card of this request whose answer was lost; it is one of its copies then. */
export async function adoptLostPost(deps: SlackDeps, place: Place, approval: string): Promise<boolean> {
  const { store, clock, log } = deps;
  const found = lostIn(await copiesOf(deps, approval), place);
  if (found === null) return false;
  const to = addressIn(place);
  const id = cardId(approval, to);
  const now = clock.now();
  await store.outbox.want({ id, kind: 'card', subject: approval, to, body: null }, now + untilPlaced);
  await store.outbox.shown(id, 0, { ...place, at: now });
  await wantCopy(deps, approval, to);
  await store.outbox.answered(found.item, found.at);
  deps.bell.ring('outbox');
  log.info({ approval, ...place }, 'a card whose post was never answered is found, and follows the others');
  return true;
}

function lostIn(copies: readonly OutboxItem[], place: Place): { item: string; at: number } | null {
  for (const { id, unanswered } of copies) {
    const post = unanswered.find((one) => isOf(one, place));
    if (post !== undefined) return { item: id, at: post.at };
  }
  return null;
}
