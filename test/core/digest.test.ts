import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type Digest,
  type DigestGroup,
  isClean,
  nextDigest,
  sendingTime,
  toldBy,
  withTrend,
} from '../../src/core/digest.ts';
import { isOpenAt } from '../../src/core/window.ts';
import { wallClock } from '../../src/core/zone.ts';

const hour = 3_600_000;
const hours = { days: ['monday', 'tuesday', 'wednesday', 'thursday', 'friday'] as const, from: '08:00', to: '18:00' };
const office = { ...hours, days: [...hours.days] };
const at = (text: string) => Date.parse(text);

/** How long after its time of day: a time the clocks leave out is read as so much later. */
function lateness(wall: number, time: string): number {
  const [hourOf = 0, minuteOf = 0] = time.split(':').map(Number);
  return (((wall - hourOf * hour - minuteOf * 60_000) % (24 * hour)) + 24 * hour) % (24 * hour);
}

describe('when a digest is due', () => {
  it('is the next time the zone’s clock shows it', () => {
    const berlin = { at: '09:00', zone: 'Europe/Berlin', hours: null };
    expect(nextDigest(berlin, at('2026-01-05T07:59:00Z'))).toBe(at('2026-01-05T08:00:00Z'));
    expect(nextDigest(berlin, at('2026-01-05T08:00:00Z'))).toBe(at('2026-01-06T08:00:00Z'));
    expect(nextDigest(berlin, at('2026-03-28T12:00:00Z'))).toBe(at('2026-03-29T07:00:00Z'));
    expect(nextDigest({ ...berlin, at: '02:30' }, at('2026-03-28T12:00:00Z'))).toBe(at('2026-03-29T01:30:00Z'));
  });

  it('is a working day of whom it goes to', () => {
    const ada = { at: '09:00', zone: 'America/New_York', hours: office };
    // Friday 9 January 2026, 10:00 in New York.
    expect(nextDigest(ada, at('2026-01-09T15:00:00Z'))).toBe(at('2026-01-12T14:00:00Z'));
    const sunday = { ...ada, zone: 'Asia/Dubai', hours: { ...office, days: ['sunday' as const] } };
    expect(nextDigest(sunday, at('2026-01-09T15:00:00Z'))).toBe(at('2026-01-11T05:00:00Z'));
  });

  it('moves into working hours where its time of day lies outside', () => {
    const early = { at: '05:00', zone: 'UTC', hours: office };
    expect(nextDigest(early, at('2026-01-09T15:00:00Z'))).toBe(at('2026-01-12T08:00:00Z'));
  });

  it('waits for working hours when it is late', () => {
    const zone = 'Asia/Tokyo';
    expect(sendingTime({ zone, hours: office }, at('2026-01-06T12:00:00Z'))).toBe(at('2026-01-06T23:00:00Z'));
    expect(sendingTime({ zone, hours: office }, at('2026-01-06T01:00:00Z'))).toBe(at('2026-01-06T01:00:00Z'));
    expect(sendingTime({ zone, hours: null }, 5)).toBe(5);
  });

  it('is always ahead, at most eight days, and a working hour', () => {
    const zones = fc.constantFrom('UTC', 'Europe/Berlin', 'America/Sao_Paulo', 'Pacific/Chatham', 'Asia/Kolkata');
    const times = fc.tuple(fc.nat(23), fc.nat(59)).map((pair) => pair.map((n) => String(n).padStart(2, '0')).join(':'));
    fc.assert(
      fc.property(
        zones,
        times,
        fc.boolean(),
        fc.integer({ min: 0, max: 4_000_000_000_000 }),
        (zone, time, person, now) => {
          const due = nextDigest({ at: time, zone, hours: person ? office : null }, now);
          expect(due).toBeGreaterThan(now);
          expect(due - now).toBeLessThanOrEqual(8 * 24 * hour);
          if (person) expect(isOpenAt({ ...office, timezone: zone }, due)).toBe(true);
          else expect(lateness(wallClock(due, zone), time)).toBeLessThanOrEqual(hour);
        },
      ),
      { numRuns: 500 },
    );
  });
});

const group = (code: string, count: number): DigestGroup => ({
  ...{ code, app: 'crm', appTitle: 'CRM', word: 'failed', kind: 'rejected', cause: `${code} broke.`, remedy: '' },
  ...{ count, people: ['Zoe'], retryable: true, before: null },
});
const digest = (...groups: DigestGroup[]): Digest => ({
  ...{ at: 10, groups, quarantined: [], expiring: [], overdue: { count: 0, oldest: null, requests: [] } },
  ...{ cured: [], since: null },
});

describe('the trend', () => {
  it('says what is new, still there and cured', () => {
    const told = toldBy(digest(group('a', 3), group('b', 2)));
    const now = withTrend(digest(group('b', 5), group('c', 1)), { told, madeAt: 4 });
    expect(now.groups.map(({ code, before }) => [code, before])).toEqual([
      ['b', 2],
      ['c', null],
    ]);
    expect(now.cured).toEqual([{ code: 'a', app: 'CRM', cause: 'a broke.', count: 3 }]);
    expect(now.since).toBe(4);
  });

  it('is none without a digest before', () => {
    expect(withTrend(digest(group('a', 1)), null)).toEqual(digest(group('a', 1)));
    expect(withTrend(digest(group('a', 1)), { told: [], madeAt: null }).since).toBeNull();
  });

  it('does not make a clean digest dirty: what is cured is told only beside what is not', () => {
    const now = withTrend(digest(), { told: toldBy(digest(group('a', 3))), madeAt: 4 });
    expect(isClean(now)).toBe(true);
    expect(isClean({ ...now, overdue: { count: 1, oldest: 1, requests: ['a-1'] } })).toBe(false);
  });
});
