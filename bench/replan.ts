import { system } from '../src/core/event.ts';
import { reconcile } from '../src/engine/plan/reconcile.ts';
import { type Company, configOfMany, openCompany } from './company.ts';
import { counted, difference, type Traffic } from './count.ts';
import { planning, retitle } from './planning.ts';
import { mebibytes, milliseconds, peakMemory, perSecond, type Row, ratio, seconds, timed } from './table.ts';

/**
 * Plans a company anew that was seeded before, in a process of its own, so that its memory is that of a bot: first everybody after
 * a change of the rules that concerns nobody, then one person with a new title.
 */
const [, , dir = '', appCount] = process.argv;
const apps = Number(appCount);
const actor = system('bench');
const number = (count: number): string => count.toLocaleString('en');
const documents = 'documents read and written by it, leases and settings too';
const shown = ({ read, written }: Traffic): string => `${number(read)} and ${number(written)}`;

const company = await openCompany(dir);
const { store, traffic } = counted(company.store);
const deps = planning(company, store);
try {
  process.send?.([...(await everybody()), ...(await onePerson())]);
} finally {
  await company.close();
}

async function everybody(): Promise<Row[]> {
  await company.engine.configure(configOfMany(apps, { idleRule: true }), actor);
  const planned = await peakMemory(() => measured(() => timed(() => reconcile(deps))), company.pid());
  const { took, value: written } = planned.value.result;
  if (written > 0) throw new Error('a login was written, and nothing had changed');
  // Afterwards, so that what it leaves in memory is not taken for the plan's.
  const bare = await timed(() => readBare(company));
  const [people, logins] = bare.value;
  const size = `${number(people)} people × ${apps} apps`;
  const memory = `${mebibytes(planned.peak)} + ${mebibytes(planned.other)}`;
  return [
    { what: `read ${size}, bare loop`, figure: perSecond(people + logins, bare.took), ratio: '' },
    { what: `plan ${size} anew, nothing changes`, figure: seconds(took), ratio: ratio(took, bare.took) },
    { what: 'its peak memory, bot and store', figure: memory, ratio: '' },
    { what: documents, figure: shown(planned.value.traffic), ratio: '' },
  ];
}

async function onePerson(): Promise<Row[]> {
  await retitle(store, 17, 'Lead');
  const { result, traffic } = await measured(() => timed(() => reconcile(deps)));
  if (result.value !== apps) throw new Error(`${result.value} logins were written, not ${apps}`);
  return [
    {
      what: `one changed attribute: plan its ${result.value} logins anew`,
      figure: milliseconds(result.took),
      ratio: '',
    },
    { what: documents, figure: shown(traffic), ratio: '' },
  ];
}

async function measured<T>(work: () => Promise<T>): Promise<{ result: T; traffic: Traffic }> {
  const before = { ...traffic };
  const result = await work();
  return { result, traffic: difference(traffic, before) };
}

/** The same documents in the same pages, and nothing done with them. */
async function readBare({ connection }: Company): Promise<[people: number, logins: number]> {
  const [people, logins] = ['people', 'logins'].map((name) => connection.collection(name));
  let counts: [number, number] = [0, 0];
  let after = '';
  for (;;) {
    const page =
      (await people
        ?.find({ _id: { $gt: after as never } })
        .sort({ _id: 1 })
        .limit(200)
        .toArray()) ?? [];
    if (page.length === 0) return counts;
    const ids = page.map(({ _id }) => String(_id));
    const theirs = (await logins?.find({ person: { $in: ids } }).toArray()) ?? [];
    counts = [counts[0] + page.length, counts[1] + theirs.length];
    after = ids.at(-1) ?? after;
  }
}
