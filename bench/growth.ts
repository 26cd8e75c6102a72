import { mkdirSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import { system } from '../src/core/event.ts';
import { reconcile } from '../src/engine/plan/reconcile.ts';
import { type Company, configOf, openCompany, writePeople } from './company.ts';
import { planning, retitle } from './planning.ts';
import { milliseconds, perSecond, type Row, ratio, seconds, timed } from './table.ts';

/** What a company of so many people costs, milliseconds: the whole first import, an unchanged sync of all, one change. */
export type Growth = { people: number; import: number; unchanged: number; change: number };

const actor = system('bench');
/** Runs before the smallest, so that it is not the one that waits for code to be compiled. */
const warmUp = 500;
const changes = 5;

export async function benchGrowth(folder: string, scimUrl: string, sizes: readonly number[]): Promise<Growth[]> {
  const measured: Growth[] = [];
  for (const people of [Math.min(warmUp, ...sizes), ...sizes]) {
    const dir = join(folder, `growth-${people}-${measured.length}`);
    measured.push(await growthOf(dir, scimUrl, people));
  }
  return measured.slice(1);
}

async function growthOf(dir: string, scimUrl: string, people: number): Promise<Growth> {
  mkdirSync(dir, { recursive: true });
  const file = join(dir, 'people.csv');
  await writePeople(file, people);
  const company = await openCompany(dir);
  try {
    await company.engine.configure(configOf(file, scimUrl, { create: true }), actor);
    const first = await timed(() => company.engine.sync('hr', actor));
    say(people, 'first import', first.took);
    await company.engine.flush();
    utimesSync(file, new Date(), new Date());
    const unchanged = await timed(() => company.engine.sync('hr', actor));
    say(people, 'unchanged sync', unchanged.took);
    return { people, import: first.took, unchanged: unchanged.took, change: await oneChange(company, people) };
  } finally {
    await company.close();
  }
}

/** A million people take most of an hour: what is known is said at once. */
const say = (people: number, what: string, took: number): void =>
  console.error(`${people.toLocaleString('en')} people: ${what} took ${seconds(took)}`);

/** From a changed title that stands in the store to the login planned anew: the median of a few people, one after the other. */
async function oneChange(company: Company, people: number): Promise<number> {
  const deps = planning(company, company.store);
  const took: number[] = [];
  for (let index = 0; index < changes; index += 1) {
    await retitle(company.store, Math.floor((index * people) / changes), 'Lead');
    const planned = await timed(() => reconcile(deps));
    if (planned.value !== 1) throw new Error(`${planned.value} logins were written, not 1`);
    took.push(planned.took);
  }
  return took.sort((a, b) => a - b)[Math.floor(changes / 2)] ?? Number.NaN;
}

/** The ratios say how much more a person, or a change, costs than in the smallest company. */
export function growthRows(measured: readonly Growth[]): Row[] {
  const [smallest] = measured;
  if (smallest === undefined) return [];
  return measured.flatMap((one) => {
    const size = `${one.people.toLocaleString('en')} people`;
    const each = (what: 'import' | 'unchanged') => ratio(one[what] / one.people, smallest[what] / smallest.people);
    return [
      { what: `${size}: first import`, figure: perSecond(one.people, one.import), ratio: each('import') },
      { what: `${size}: unchanged sync`, figure: perSecond(one.people, one.unchanged), ratio: each('unchanged') },
      { what: `${size}: plan one change`, figure: milliseconds(one.change), ratio: ratio(one.change, smallest.change) },
    ];
  });
}
