import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Config } from '../../src/core/config.ts';
import { checkSchedule } from '../../src/jobs/alarm.ts';
import { digest } from '../../src/jobs/digest.ts';
import { expire } from '../../src/jobs/expire.ts';
import { syncDirectory } from '../../src/jobs/sync-directory.ts';
import { verifyApp } from '../../src/jobs/verify.ts';
import { work } from '../../src/jobs/work.ts';

const nothing = async (): Promise<void> => {};
const { signal } = new AbortController();

describe('alarms', () => {
  it('syncs a directory in its own schedule', async () => {
    const synced: string[] = [];
    const alarm = syncDirectory({ name: 'hr', schedule: '15 minutes' }, async (name) => synced.push(name));
    expect(alarm).toMatchObject({ name: 'sync:hr', every: 900_000 });
    await alarm.run(signal);
    expect(synced).toEqual(['hr']);
  });

  it('looks after an app at least every ten minutes, and as often as it wants to be verified', async () => {
    const verified: string[] = [];
    const alarm = (verify: string) =>
      verifyApp({ name: 'crm', provisioning: { verify } }, async (name) => verified.push(name));
    expect(alarm('24 hours')).toMatchObject({ name: 'verify:crm', every: 600_000 });
    expect(alarm('2 seconds').every).toBe(2_000);
    await alarm('1 hour').run(signal);
    expect(verified).toEqual(['crm']);
  });

  it('looks every minute whether a digest is due, if one is wanted', () => {
    const { settings } = Config.parse({ version: 1, settings: { digest: { channel: '#access', at: '09:05' } } });
    expect(digest(settings, nothing)).toMatchObject([{ name: 'digest', every: 60_000 }]);
    expect(digest({}, nothing)).toEqual([]);
    for (const alarm of digest(settings, nothing)) expect(() => checkSchedule(alarm)).not.toThrow();
  });

  it('works and expires often enough to be a safety net', () => {
    expect([work(nothing), expire(nothing)]).toMatchObject([
      { name: 'work', every: 5_000 },
      { name: 'expire', every: 60_000 },
    ]);
  });

  it('refuses anything but milliseconds and cron expressions: "200 milliseconds" would be 200 seconds', () => {
    const refusal = expect.objectContaining({ code: 'alarm-schedule', message: expect.stringContaining('work') });
    for (const every of ['200 milliseconds', '5 minutes', '* * * *', '', 0, -1, Number.NaN, Number.POSITIVE_INFINITY]) {
      expect(() => checkSchedule({ name: 'work', every })).toThrow(refusal);
    }
    fc.assert(fc.property(fc.integer({ min: 1 }), (every) => checkSchedule({ name: 'work', every }) === undefined));
  });
});
