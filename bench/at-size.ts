import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { system } from '../src/core/event.ts';
import { configOfMany, openCompany } from './company.ts';
import { retitle } from './planning.ts';
import { mebibytes, milliseconds, peakMemory, type Row, seconds, timed } from './table.ts';

/**
 * A bot with a company that was seeded before, in a process of its own, so that the memory is that of a bot: it runs, reads the
 * whole export, plans everybody anew and then one changed person. Sends the rows.
 */
const [, , dir = '', appCount] = process.argv;
const apps = Number(appCount);
const actor = system('bench');
const allowed = 2 ** 30;
const file = join(dir, 'people.csv');

const company = await openCompany(dir);
try {
  process.send?.(await rows());
} finally {
  await company.close();
}

async function rows(): Promise<Row[]> {
  const { engine, store } = company;
  const { peak, other, value } = await peakMemory(async () => {
    engine.start();
    const read = await timed(() => engine.sync('hr', actor));
    await engine.flush();
    // The bot plans by itself: a second plan beside it would wait for its turn, and give up.
    const planned = await timed(async () => {
      await engine.configure(configOfMany(apps, { file, idleRule: true }), actor);
      await everybodyPlanned();
    });
    const changed = await timed(async () => {
      await retitle(store, 17, 'Lead');
      engine.bell.ring('reconcile');
      await everybodyPlanned();
    });
    return { read: read.took, planned: planned.took, changed: changed.took };
  }, company.pid());
  const logins = (await store.logins.overview()).reduce((sum, { count }) => sum + count, 0);
  const size = `${logins.toLocaleString('en')} logins`;
  const times = `${seconds(value.read)}, ${seconds(value.planned)}, ${milliseconds(value.changed)}`;
  return [
    { what: `${size}: read the export, plan everybody, plan one change`, figure: times, ratio: '' },
    {
      what: 'its peak memory, bot and store, and both as part of 1 GiB',
      figure: `${mebibytes(peak)} + ${mebibytes(other)}`,
      ratio: `${((peak + other) / allowed).toFixed(2)} ×`,
    },
  ];
}

async function everybodyPlanned(): Promise<void> {
  const { people } = company.store;
  const left = async () => (await people.dirty(true, null, 1)).length + (await people.dirty(false, null, 1)).length;
  while ((await left()) > 0) await pause(20);
}
