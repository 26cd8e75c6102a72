import type { OutboxItem } from '../engine/mail-ports.ts';
import type { DecideOutcome } from '../engine/use-cases.ts';
import { copiesOf } from './cards.ts';
import { readChannel } from './channels.ts';
import type { Known } from './command/access.ts';
import { pendingFor } from './command/reading.ts';
import type { SlackDeps } from './deps.ts';
import { publishHome } from './home.ts';
import { adoptLostPost } from './lost-post.ts';
import { drawNow } from './outbox.ts';
import type { CardPress, Where } from './payload.ts';
import { describeError } from './slack-error.ts';
import type { Respond } from './tell.ts';

/**
 * Why nothing may be decided where the button stands, or null. Read from Slack at the click: a channel can have been shared with
 * another organisation after the card was posted. No answer from Slack counts as no.
 */
export async function whyNotHere(deps: SlackDeps, where: Where): Promise<string | null> {
  if (where.kind === 'home') return null;
  try {
    const channel = await readChannel(deps.clients.interactive, where.channel);
    if (!channel.shared) return null;
    return `This channel is shared with another organisation, so nothing is decided here. Type it in a direct message with Rollcall, or in a channel of ours: /provision pending`;
  } catch (error) {
    deps.log.warn({ channel: where.channel, ...describeError(error) }, 'could not read the channel of a card');
    return 'Slack did not say whether this channel is shared with outsiders, so nothing was decided. Try again in a moment.';
  }
}

/**
 * Why a press is not one on this request's card, or null. A button says which request it is about; the message it stands in has to
 * be a copy that was posted of it, also one that Slack posted without our hearing of it.
 */
export async function whyNotThis(deps: SlackDeps, where: Where, approval: string): Promise<string | null> {
  if (where.kind !== 'card' || (await copyIn(deps, where, approval)) !== undefined) return null;
  if (await adoptLostPost(deps, { channel: where.channel, ts: where.ts }, approval)) return null;
  return 'This message is no card of that request any more, so nothing was decided. See /provision pending.';
}

const copyIn = async (deps: SlackDeps, { channel, ts }: Extract<Where, { kind: 'card' }>, approval: string) =>
  (await copiesOf(deps, approval)).find((copy) => copy.channel === channel && copy.ts === ts);

/** Shows the newest state where the button was pressed, at once; the other copies follow by the outbox. */
export async function redraw(
  deps: SlackDeps,
  press: Pick<CardPress, 'user' | 'approval' | 'where'>,
  caller: Known | null,
  respond?: Respond,
): Promise<void> {
  const { where } = press;
  try {
    if (where.kind === 'card') {
      // A message that is none of its cards is not ours to overwrite.
      const copy = await copyIn(deps, where, press.approval);
      if (copy !== undefined) await redrawCard(deps, copy);
    } else if (where.kind === 'home') await publishHome(deps, press.user);
    else if (respond !== undefined && caller !== null) await redrawList(deps, caller, respond);
  } catch (error) {
    deps.log.info(
      { approval: press.approval, ...describeError(error) },
      'a card was not redrawn at once; the outbox follows',
    );
  }
}

/** One process draws cards, so that no older picture comes after a newer one; in another, its outbox follows in a moment. */
async function redrawCard(deps: SlackDeps, copy: OutboxItem): Promise<void> {
  if (await (deps.hasOutbox?.() ?? true)) await drawNow(deps, copy);
}

async function redrawList(deps: SlackDeps, caller: Known, respond: Respond): Promise<void> {
  const views = await deps.useCases.pending(caller.person, caller.powers, 16);
  await respond({ replace_original: true, ...pendingFor(caller, views) });
}

/** A card shows a decision by itself; everything else is said to the one who pressed. */
export const needsWords = (outcome: DecideOutcome, where: Where): boolean =>
  outcome.result === 'refused' || outcome.result === 'sign-in' || where.kind !== 'card';
