import type { Message } from '../../blocks/kit.ts';
import { welcomeMessage } from '../../blocks/welcome.ts';
import type { Time } from '../core/model.ts';
import type { OutboxItem } from '../engine/ports.ts';
import { wasTakenAway, welcomeItem } from '../engine/tell/welcome.ts';
import { isPosted } from './cards.ts';
import type { SlackDeps } from './deps.ts';

const hour = 3_600_000;
/** Whoever is not in Slack yet is looked for so often, and so many times: two months. */
const again = 6 * hour;
const most = 240;
/** One that could not be posted for so long, as where Slack was connected later, greets nobody any more. */
const tooLate = 14 * 24 * hour;

/** The welcome as it reads now; null: there is none any more, or it was taken away. */
export async function welcomeFor({ useCases, clock }: SlackDeps, item: OutboxItem): Promise<Message | null> {
  if (wasTakenAway(item) || (!isPosted(item) && clock.now() - item.nextAt > tooLate)) return null;
  const view = await useCases.welcome(item.subject);
  return view === null ? null : welcomeMessage(view, item.to === item.subject ? 'joiner' : 'manager');
}

/** They are not in Slack: their manager hears instead. When to look for them again; null: no more. */
export async function welcomeLater(deps: SlackDeps, item: OutboxItem, now: Time): Promise<Time | null> {
  if (item.to !== item.subject || item.attempts >= most) return null;
  const view = await deps.useCases.welcome(item.subject);
  if (view === null) return null;
  if (view.manager !== null) await deps.store.outbox.want(welcomeItem(item.subject, view.manager), now);
  return now + again;
}
