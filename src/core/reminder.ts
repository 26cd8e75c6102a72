import type { Approval } from './approval-model.ts';
import { neverLapses } from './approval-step.ts';
import type { Time } from './model.ts';
import type { Reminders } from './settings-schema.ts';

/** `round`: which reminder of the step it is, from 0; the same however often it is asked. */
export type DueReminder = { what: 'remind' | 'escalate'; round: number };

/** `repeat`: milliseconds. */
export type ReminderSetting = Pick<Reminders, 'remind' | 'escalate'> & { repeat: number };

type Waiting = Pick<
  Approval,
  'leaving' | 'kind' | 'task' | 'patience' | 'askedAt' | 'remindedAt' | 'escalatedAt' | 'state'
>;

/**
 * What is due of a step that was not answered so far: a reminder first, then others are asked as well. Counted from when the step
 * was asked; what never lapses is reminded of again every `repeat` after the first time.
 */
export function dueReminder(approval: Waiting, setting: ReminderSetting, now: Time): DueReminder | null {
  const { askedAt, patience, remindedAt, escalatedAt } = approval;
  if (approval.state !== 'open' || askedAt === null) return null;
  const share = (percent: number): Time => askedAt + Math.floor((patience * percent) / 100);
  const first = setting.remind === false ? null : share(setting.remind);
  if (first !== null && remindedAt === null && first <= now) return { what: 'remind', round: 0 };
  if (setting.escalate !== false && escalatedAt === null && share(setting.escalate) <= now)
    return { what: 'escalate', round: 0 };
  if (first === null || !neverLapses(approval)) return null;
  const round = dueRound(first, setting.repeat, remindedAt, now);
  return round === null ? null : { what: 'remind', round };
}

/**
 * Which reminder of what never lapses is due: 0 from `first` on, then one every `repeat` milliseconds. One that was missed is not
 * made up for beside the next.
 */
export function dueRound(first: Time, repeat: number, remindedAt: Time | null, now: Time): number | null {
  if (now < first) return null;
  if (remindedAt === null) return 0;
  const round = Math.floor((now - first) / repeat);
  return round > Math.floor((remindedAt - first) / repeat) ? round : null;
}
