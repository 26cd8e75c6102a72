import type { Message } from '../../blocks/kit.ts';
import { type Reader, welcomeMessage } from '../../blocks/welcome.ts';
import { hasAddress } from '../core/address.ts';
import type { Person, Time } from '../core/model.ts';
import { worksHere } from '../core/standing.ts';
import type { OutboxItem } from '../engine/mail-ports.ts';
import { wasTakenAway, welcomeItem } from '../engine/tell/welcome.ts';
import { isPosted } from './cards.ts';
import type { SlackDeps } from './deps.ts';
import { profileOf, refusalOf } from './profile.ts';

const hour = 3_600_000;
/** Whoever is not in Slack yet is looked for so often, and so many times: two months. */
const again = 6 * hour;
const most = 240;
/** One that could not be posted for so long, as where Slack was connected later, greets nobody any more. */
const tooLate = 14 * 24 * hour;

/** The welcome as it reads now; null: there is none any more, or it was taken away. */
export async function welcomeFor(deps: SlackDeps, item: OutboxItem): Promise<Message | null> {
  if (wasTakenAway(item) || (!isPosted(item) && deps.clock.now() - item.nextAt > tooLate)) return null;
  const view = await deps.useCases.welcome(item.subject);
  return view === null ? null : welcomeMessage(view, await readerOf(deps, item));
}

async function readerOf({ store }: SlackDeps, { to, subject }: OutboxItem): Promise<Reader> {
  if (to === subject) return 'joiner';
  const own = await store.outbox.get(welcomeItem(subject, subject).id);
  return own !== null && (isPosted(own) || wasTakenAway(own)) ? 'informed' : 'manager';
}

/** They read it themselves now: what their manager was told meanwhile says so. */
export async function welcomed({ store, clock }: SlackDeps, { to, subject }: OutboxItem): Promise<void> {
  if (to !== subject) return;
  for (const copy of await store.outbox.about(subject))
    if (copy.kind === 'welcome' && copy.to !== subject && isPosted(copy))
      await store.outbox.want(welcomeItem(subject, copy.to), clock.now());
}

/**
 * Somebody joined Slack, as `users.info` would give them: the welcome that waited for whoever has their address is brought now, not
 * at the next look. Nobody is pinned by it. Throws ZodError when it is no user.
 */
export async function welcomeInSlack(deps: SlackDeps, user: { id: string }): Promise<void> {
  const profile = profileOf(user, deps.team);
  const { email } = profile;
  const { users } = deps.memory;
  if (email === null || refusalOf(profile) !== null) return;
  const now = deps.clock.now();
  for (const { id } of (await deps.useCases.findPeople(email, 10)).filter((person) => isReachedAt(person, email))) {
    users.set(id, { user: user.id, at: now });
    const item = await deps.store.outbox.get(welcomeItem(id, id).id);
    if (item !== null && hasWaited(item)) await deps.store.outbox.want(welcomeItem(id, id), now);
  }
  deps.bell.ring('outbox');
}

const isReachedAt = (person: Person, email: string): boolean => worksHere(person) && hasAddress(person, email);

/** They were looked for, or given up; one that is not due yet still gathers the accounts to come. */
const hasWaited = (item: OutboxItem): boolean =>
  !isPosted(item) && !wasTakenAway(item) && (item.attempts > 0 || item.ts === '');

/** They are not in Slack: their manager hears instead. When to look for them again; null: no more. */
export async function welcomeLater(deps: SlackDeps, item: OutboxItem, now: Time): Promise<Time | null> {
  if (item.to !== item.subject || item.attempts >= most) return null;
  const view = await deps.useCases.welcome(item.subject);
  if (view === null) return null;
  if (view.manager !== null) await deps.store.outbox.want(welcomeItem(item.subject, view.manager), now);
  return now + again;
}
