import { expect, it } from 'vitest';
import { type SimulationOptions, simulate, type Verdict } from './simulation.ts';

/** More by `SEEDS=100000 npm run test:faults`; a failing seed is run alone by `FIRST_SEED=n SEEDS=1`. */
const seeds = Number(process.env.SEEDS ?? 500);
const first = Number(process.env.FIRST_SEED ?? 1);

async function run(options: SimulationOptions): Promise<Verdict[]> {
  const verdicts: Verdict[] = [];
  for (let seed = first; seed < first + seeds; seed += 1) verdicts.push(await simulate(seed, options));
  return verdicts;
}

const bad = (verdicts: readonly Verdict[]) =>
  verdicts.filter((verdict) => verdict.duplicates > 0 || verdict.wrong !== null);

it('ends with exactly one account as last wished, where the app has a unique key', async () => {
  const verdicts = await run({ uniqueKey: true, lag: 1_500, freeze: 0.01, changes: 5 });
  expect(bad(verdicts).slice(0, 5)).toEqual([]);
});

it('ends with exactly one account without a unique key as long as no process freezes between check and send', async () => {
  const verdicts = await run({ uniqueKey: false, lag: 1_500, freeze: 0, changes: 5 });
  expect(bad(verdicts).slice(0, 5)).toEqual([]);
});
