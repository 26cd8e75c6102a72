import mongoose, { type Connection } from 'mongoose';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Log } from '../../src/engine/ports.ts';
import { type Alarm, type Jobs, startJobs } from '../../src/jobs/start.ts';
import { type TestMongo, testMongo } from '../mongo.ts';

type Line = { level: keyof Log; fields: object; message: string };
type Stored = { name: string; repeatInterval: unknown; nextRunAt: Date | null; lockedAt: Date | null };

let mongo: TestMongo;
let connection: Connection;
let started: Jobs[] = [];
let lines: Line[] = [];

const logAt = (level: keyof Log) => (fields: object, message: string) => void lines.push({ level, fields, message });
const log: Log = { debug: logAt('debug'), info: logAt('info'), warn: logAt('warn'), error: logAt('error') };

beforeAll(async () => {
  mongo = await testMongo();
  connection = await mongoose.createConnection(mongo.uri).asPromise();
});
afterAll(async () => {
  await connection.close();
  await mongo.stop();
});
beforeEach(async () => {
  [started, lines] = [[], []];
  await alarmsOf().deleteMany({});
});
afterEach(async () => {
  await Promise.all(started.map((jobs) => jobs.stop()));
});

const alarmsOf = () => connection.collection<Stored>('alarms');
const stored = (name: string) => alarmsOf().findOne({ name });
async function start(...alarms: Alarm[]): Promise<Jobs> {
  const jobs = await startJobs({ connection, alarms, log, scanEvery: 50 });
  started.push(jobs);
  return jobs;
}

/** Waits until the condition holds; the test's own time limit is the only one. */
async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await holds())) await new Promise((resolve) => setTimeout(resolve, 10));
}
/** Something to be waited for. */
function gate() {
  let open = (): void => {};
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { open, opened };
}
const hourly = (name: string, run: Alarm['run']): Alarm => ({ name, every: 3_600_000, run });

describe('jobs', () => {
  it('ring an alarm again and again', async () => {
    let rings = 0;
    await start({
      name: 'work',
      every: 100,
      run: async () => {
        rings += 1;
      },
    });
    await until(() => rings >= 3);
  });

  it('ring an alarm that failed again in its next slot, and say what failed', async () => {
    let rings = 0;
    const run = async (): Promise<void> => {
      rings += 1;
      if (rings < 3) throw new Error('the app is down');
    };
    await start({ name: 'work', every: 100, run });
    await until(() => rings >= 3);
    const failure = { level: 'error', fields: { alarm: 'work', error: 'the app is down' } };
    expect(lines.filter(({ level }) => level === 'error')).toMatchObject([failure, failure]);
  });

  it('never run an alarm beside itself in one process, however long it takes and whoever nudges', async () => {
    let [inside, most, rings] = [0, 0, 0];
    const run = async (): Promise<void> => {
      inside += 1;
      rings += 1;
      most = Math.max(most, inside);
      await new Promise((resolve) => setTimeout(resolve, 120));
      inside -= 1;
    };
    const jobs = await start({ name: 'work', every: 50, run });
    await until(() => rings >= 2);
    await Promise.all([jobs.nudge('work'), jobs.nudge('work'), jobs.nudge('work')]);
    await until(() => rings >= 5);
    expect(most).toBe(1);
  });

  it('ring once per slot among several instances', async () => {
    const rings: string[] = [];
    const instance = (name: string) => hourly('work', async () => void rings.push(name));
    await Promise.all(['a', 'b', 'c'].map((name) => start(instance(name))));
    await until(() => rings.length > 0);
    await until(async () => (await stored('work'))?.lockedAt === null);
    expect(rings).toHaveLength(1);
    expect(await alarmsOf().countDocuments({})).toBe(1);
  });

  it('leave an alarm to whoever runs it when another instance starts', async () => {
    const { open, opened } = gate();
    const rings: string[] = [];
    await start(
      hourly('work', async () => {
        rings.push('first');
        await opened;
      }),
    );
    await until(() => rings.length === 1);
    let seen = 0;
    await start(
      hourly('work', async () => void rings.push('second')),
      {
        name: 'other',
        every: 50,
        run: async () => {
          seen += 1;
        },
      },
    );
    await until(() => seen >= 3);
    open();
    await until(async () => (await stored('work'))?.lockedAt === null);
    expect(rings).toEqual(['first']);
  });

  it('take an alarm over from an instance that died', async () => {
    await (await start(hourly('work', async () => {}))).stop();
    const [lockedAt, nextRunAt] = [new Date(Date.now() - 120_000), new Date(Date.now() - 60_000)];
    await alarmsOf().updateOne({ name: 'work' }, { $set: { lockedAt, nextRunAt } });
    let rings = 0;
    await start(
      hourly('work', async () => {
        rings += 1;
      }),
    );
    await until(() => rings === 1);
  });

  it('keep the lock of an alarm that takes longer than the lock lasts', async () => {
    let rings = 0;
    const { open, opened } = gate();
    const run = async (): Promise<void> => {
      rings += 1;
      await opened;
    };
    // Agenda gives up an alarm whose process stood still for a whole lifetime: long enough that a busy machine does not.
    const lockLifetime = 2_000;
    const slow: Alarm = { ...hourly('work', run), lockLifetime };
    await start(slow);
    await until(() => rings === 1);
    const first = (await stored('work'))?.lockedAt?.getTime() ?? 0;
    await start(slow);
    await until(async () => ((await stored('work'))?.lockedAt?.getTime() ?? 0) > first + 2 * lockLifetime);
    expect(rings).toBe(1);
    open();
    await until(async () => (await stored('work'))?.lockedAt === null);
  });

  it('set an alarm anew only where its schedule differs', async () => {
    const nothing = async (): Promise<void> => {};
    const every = async (schedule: number | string): Promise<Stored | null> => {
      await (await start({ name: 'work', every: schedule, run: nothing })).stop();
      return stored('work');
    };
    await every(3_600_000);
    const later = new Date(Date.now() + 1_800_000);
    await alarmsOf().updateOne({ name: 'work' }, { $set: { nextRunAt: later } });
    expect((await every(3_600_000))?.nextRunAt).toEqual(later);
    const daily = await every('0 9 * * *');
    expect(daily?.repeatInterval).toBe('0 9 * * *');
    expect(daily?.nextRunAt?.getUTCMinutes()).toBe(0);
    expect(daily?.nextRunAt).not.toEqual(later);
  });

  it('set an alarm again that has run dry', async () => {
    await (await start(hourly('work', async () => {}))).stop();
    await alarmsOf().updateOne({ name: 'work' }, { $set: { nextRunAt: null, lockedAt: null } });
    let rings = 0;
    await start(
      hourly('work', async () => {
        rings += 1;
      }),
    );
    await until(() => rings === 1);
  });

  it('make up once for slots that were missed', async () => {
    await (await start(hourly('work', async () => {}))).stop();
    await alarmsOf().updateOne({ name: 'work' }, { $set: { nextRunAt: new Date(Date.now() - 86_400_000) } });
    let rings = 0;
    await start(
      hourly('work', async () => {
        rings += 1;
      }),
    );
    await until(async () => rings > 0 && ((await stored('work'))?.nextRunAt?.getTime() ?? 0) > Date.now());
    expect(rings).toBe(1);
  });

  it('refuse a schedule that is none, naming the alarm', async () => {
    const run = async (): Promise<void> => {};
    const refusal = { code: 'alarm-schedule', message: expect.stringContaining('digest') };
    await expect(start({ name: 'digest', every: '5 minutes', run })).rejects.toMatchObject(refusal);
    await expect(start({ name: 'digest', every: '99 9 * * *', run })).rejects.toMatchObject(refusal);
    const nowhere = { name: 'digest', every: '0 9 * * *', timezone: 'Nowhere/Land', run };
    await expect(start(nowhere)).rejects.toMatchObject(refusal);
    expect(await stored('digest')).toBeNull();
  });

  it('nudge: run at once, even while the alarm sleeps, and again if a run was on its way', async () => {
    let rings = 0;
    const jobs = await start(
      hourly('work', async () => {
        rings += 1;
      }),
    );
    await until(() => rings === 1);
    await jobs.nudge('work');
    expect(rings).toBe(2);
    await expect(jobs.nudge('nothing')).rejects.toMatchObject({ code: 'alarm-unknown' });
  });

  it('log a nudged alarm that fails, and go on', async () => {
    let rings = 0;
    const jobs = await start(
      hourly('work', async () => {
        rings += 1;
        if (rings > 1) throw new Error('no');
      }),
    );
    await until(() => rings === 1);
    await jobs.nudge('work');
    expect(lines).toMatchObject([{ level: 'error', fields: { alarm: 'work' } }]);
  });

  it('stop: tell the running alarms, wait for them, let go of the locks, ring no more', async () => {
    const { open, opened } = gate();
    let [told, ended, rings] = [false, false, 0];
    const jobs = await start(
      hourly('work', async (signal) => {
        signal.addEventListener('abort', () => {
          told = true;
        });
        await opened;
        ended = true;
      }),
      {
        name: 'often',
        every: 50,
        run: async () => {
          rings += 1;
        },
      },
    );
    await until(async () => rings > 1 && (await stored('work'))?.lockedAt != null);
    let stopped = false;
    const stopping = jobs.stop().then(() => {
      stopped = true;
    });
    await until(() => told);
    expect([ended, stopped]).toEqual([false, false]);
    open();
    await stopping;
    expect(ended).toBe(true);
    expect(await alarmsOf().countDocuments({ lockedAt: { $ne: null } })).toBe(0);
    const before = rings;
    await jobs.nudge('often');
    expect(rings).toBe(before);
  });

  it('stop: do not wait for ever', async () => {
    const { open, opened } = gate();
    let rings = 0;
    const run = async (): Promise<void> => {
      rings += 1;
      await opened;
    };
    const jobs = await startJobs({ connection, alarms: [hourly('stuck', run)], log, scanEvery: 50, patience: 100 });
    await until(() => rings === 1);
    await jobs.stop();
    expect(lines).toMatchObject([{ level: 'warn', fields: { alarms: ['stuck'] } }]);
    open();
  });
});
