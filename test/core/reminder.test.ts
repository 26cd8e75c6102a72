import { describe, expect, it } from 'vitest';
import { type DueReminder, dueReminder } from '../../src/core/reminder.ts';
import { noon } from './samples.ts';

const hour = 3_600_000;
const day = 24 * hour;
type Waiting = Parameters<typeof dueReminder>[0];
const waiting = (change: Partial<Waiting> = {}): Waiting => ({
  ...{ leaving: false, kind: 'person', patience: 100 * hour, askedAt: noon, remindedAt: null, escalatedAt: null },
  state: 'open',
  ...change,
});
const setting = { remind: 50, escalate: 80, repeat: day };
const reminded = { remindedAt: noon + 50 * hour };
const leaving = { leaving: true, ...reminded, escalatedAt: noon + 80 * hour };

describe('what is due of a request nobody answers', () => {
  it.each<[string, Partial<Waiting>, number, DueReminder | null]>([
    ['nothing before half its time', {}, 50 * hour - 1, null],
    ['a reminder at half its time', {}, 50 * hour, { what: 'remind', round: 0 }],
    ['once', reminded, 60 * hour, null],
    ['others at the share set', reminded, 80 * hour, { what: 'escalate', round: 0 }],
    ['once as well', { ...reminded, escalatedAt: noon + 80 * hour }, 99 * hour, null],
    ['the reminder first, after a long sleep', {}, 90 * hour, { what: 'remind', round: 0 }],
    ['of a leaver again after a day', leaving, 50 * hour + day, { what: 'remind', round: 1 }],
    ['and not twice on that day', { ...leaving, remindedAt: noon + 50 * hour + day }, 50 * hour + 2 * day - 1, null],
    [
      'and again',
      { ...leaving, remindedAt: noon + 50 * hour + day },
      50 * hour + 2 * day,
      { what: 'remind', round: 2 },
    ],
    ['a missed day is one reminder', leaving, 50 * hour + 5 * day, { what: 'remind', round: 5 }],
    [
      'of what the threshold held alike',
      { ...leaving, leaving: false, kind: 'threshold' },
      80 * hour,
      { what: 'remind', round: 1 },
    ],
    ['nothing once it is decided', { state: 'approved' }, 90 * hour, null],
    ['nothing before it is asked', { askedAt: null }, 90 * hour, null],
  ])('%s', (_, change, after, due) => {
    expect(dueReminder(waiting(change), setting, noon + after)).toEqual(due);
  });

  it('is nothing where it is switched off', () => {
    const off = { remind: false, escalate: false, repeat: day } as const;
    expect(dueReminder(waiting(leaving), off, noon + 1_000 * hour)).toBeNull();
    expect(dueReminder(waiting(), { ...off, escalate: 80 }, noon + 80 * hour)).toEqual({ what: 'escalate', round: 0 });
  });
});
