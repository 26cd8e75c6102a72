import { graceReminder } from '../../blocks/grace-report.ts';
import type { Message } from '../../blocks/kit.ts';
import { dayWord } from '../core/leaving.ts';
import type { RollcallEvent } from '../core/model.ts';
import type { GraceDue } from '../engine/governance.ts';
import type { OutboxItem } from '../engine/mail-ports.ts';
import type { UseCases } from '../engine/use-cases.ts';
import { isChannel } from './addresses.ts';
import { cardTargets } from './cards.ts';
import type { SlackDeps } from './deps.ts';
import { describeError } from './slack-error.ts';

/** The reminders of one app on one day (`2026-03-31`, UTC): one message, however many people it is about. */
export type Reminders = { app: string; day: string };

const reminderId = ({ app, day }: Reminders, to: string): string => `grace:${day}:${app}:${to}`;
const subjectOf = ({ app, day }: Reminders): string => `${day} ${app}`;

/** The reminders an item shows. A day has no spaces. */
function reminderIn(subject: string): Reminders {
  const [day = ''] = subject.split(' ');
  return { app: subject.slice(day.length + 1), day };
}

/** An item for reminders that cannot be placed yet: once it is tried, it moves to where they belong. */
export const reminderItem = (reminders: Reminders, to: string) => ({
  ...{ id: reminderId(reminders, to), kind: 'grace' as const, subject: subjectOf(reminders), to, body: null },
});

/** Which reminders these events are about: those just given, and those of accounts that somebody keeps longer. */
export async function remindersIn(
  { graceDue }: Pick<UseCases, 'graceDue'>,
  events: readonly RollcallEvent[],
): Promise<Reminders[]> {
  const told = events.filter(({ type }) => type === 'login.reminder' || type === 'login.kept');
  const found: Reminders[] = [];
  for (const app of new Set(told.flatMap((event) => event.app ?? []))) {
    const people = new Set(told.flatMap((event) => (event.app === app ? (event.person ?? []) : [])));
    const due = (await graceDue({ app })).filter(({ person }) => people.has(person));
    found.push(...[...new Set(due.flatMap(dayOf))].map((day) => ({ app, day })));
  }
  return found;
}

const dayOf = ({ remindedAt }: GraceDue): string[] => (remindedAt === null ? [] : [dayWord(remindedAt)]);

/** The accounts reminded of on that day that are still on their way to be deleted, as they stand now. */
const remindedOn = async ({ useCases }: Pick<SlackDeps, 'useCases'>, { app, day }: Reminders) =>
  (await useCases.graceDue({ app })).filter((due) => dayOf(due).includes(day));

/** What an item shows: those told of on its day, as they stand now; one person is told of what they may decide. Null: nothing. */
export async function reminderMessage(deps: SlackDeps, { subject, to, ts }: OutboxItem): Promise<Message | null> {
  const reminders = reminderIn(subject);
  const due = (await remindedOn(deps, reminders)).filter(({ circle }) => isChannel(to) || circle.includes(to));
  if (due.length === 0 && !ts) return null;
  const apps = await deps.useCases.apps();
  return graceReminder(apps.find(({ app }) => app === reminders.app)?.title ?? reminders.app, due);
}

/** Where they are shown: like a card about leaving, to whoever may decide about any of them. */
async function targetsOf(deps: SlackDeps, reminders: Reminders): Promise<string[]> {
  const due = await remindedOn(deps, reminders);
  const circle = [...new Set(due.flatMap((each) => each.circle))].sort();
  return cardTargets(deps, { leaving: true, urgent: false, circle });
}

/** Asks for all copies to show the newest state. Cheap and repeatable. Throws what Slack's look-up of the channel throws. */
export async function wantReminders(deps: SlackDeps, reminders: Reminders): Promise<void> {
  const targets = await targetsOf(deps, reminders);
  if (targets.length === 0) deps.log.error(reminders, 'nobody can be reminded of accounts that will be deleted');
  for (const to of targets) await deps.store.outbox.want(reminderItem(reminders, to), deps.clock.now());
  deps.bell.ring('outbox');
}

/** Reminders that cannot stand where they should are asked for where they may stand now. */
export async function moveReminder(deps: SlackDeps, { subject, to }: OutboxItem): Promise<boolean> {
  deps.memory.channels.doubt();
  try {
    const reminders = reminderIn(subject);
    const targets = await targetsOf(deps, reminders);
    if (targets.includes(to)) return false;
    await wantReminders(deps, reminders);
    return targets.length > 0;
  } catch (error) {
    deps.log.warn({ subject, ...describeError(error) }, 'could not find another place for a reminder');
    return false;
  }
}
