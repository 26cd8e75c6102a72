import type { Approval } from '../core/approval-model.ts';
import type { Time } from '../core/model.ts';
import type { OutboxItem } from '../engine/mail-ports.ts';
import { cardPlaces, copiesOf, copyAt, isPosted, wantCopy } from './cards.ts';
import type { SlackDeps } from './deps.ts';
import { describeError } from './slack-error.ts';

/**
 * How long a card is believed to show what it was last made to show, milliseconds. The bot may not read messages: that a card was
 * deleted, frozen, or overwritten by an older picture shows only when it is drawn again.
 */
export const believed = { open: 60 * 60_000, decided: 10 * 60_000 } as const;
/** Cards drawn again in one sweep, those that were shown longest ago: the rest of the rate belongs to people. */
const mostRedrawn = 100;

/**
 * Holds the requests against the copies of their cards and asks for what is missing or may not be true any more: a copy that was
 * given up or never asked for, one that no longer stands where it belongs, one that nobody has drawn for long. Answers how many.
 */
export async function repairCards(deps: SlackDeps, approvals: readonly Approval[]): Promise<number> {
  const wanted: { approval: string; to: string }[] = [];
  const old: OutboxItem[] = [];
  for (const approval of approvals) {
    const copies = await copiesOf(deps, approval.id);
    const missing = approval.state === 'open' ? await missingFrom(deps, approval, copies) : [];
    wanted.push(...missing.map((to) => ({ approval: approval.id, to })));
    old.push(...copies.filter((copy) => isDoubtful(copy, approval, deps.clock.now())));
  }
  const oldest = old.sort((a, b) => (a.shownAt ?? 0) - (b.shownAt ?? 0)).slice(0, mostRedrawn);
  wanted.push(...oldest.map(({ subject, to }) => ({ approval: subject, to })));
  for (const { approval, to } of wanted) await wantCopy(deps, approval, to);
  if (wanted.length > 0) deps.bell.ring('outbox');
  return wanted.length;
}

/** Where a copy belongs and none stands or is on its way. */
async function missingFrom(deps: SlackDeps, approval: Approval, copies: readonly OutboxItem[]): Promise<string[]> {
  try {
    const places = await cardPlaces(deps, approval);
    const coming = new Set(copies.filter(({ wanted, shown }) => wanted > shown).map(({ to }) => to));
    return places.flatMap((place) => (copyAt(copies, place) || coming.has(place.to) ? [] : [place.to]));
  } catch (error) {
    deps.log.warn({ approval: approval.id, ...describeError(error) }, 'could not see where a card belongs');
    return [];
  }
}

/** An open one is confirmed every hour; a decided one once more, well after everything that was drawn at its decision. */
function isDoubtful(copy: OutboxItem, { state, decidedAt }: Approval, now: Time): boolean {
  if (!isPosted(copy) || copy.wanted > copy.shown) return false;
  const shownAt = copy.shownAt ?? 0;
  if (state === 'open') return now - shownAt >= believed.open;
  const confirmed = (decidedAt ?? 0) + believed.decided;
  return now >= confirmed && shownAt < confirmed;
}
