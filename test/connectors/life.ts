import { expect } from 'vitest';
import type { company } from '../engine/company.ts';

type Acme = Awaited<ReturnType<typeof company>>;

/** Time passes here while the servers answer in theirs, until the app shows it. */
export const shows = (acme: Acme, accounts: () => object | Promise<object>, wanted: object) =>
  expect
    .poll(
      async () => {
        await acme.time.advance(5_000);
        return accounts();
      },
      { timeout: 30_000, interval: 20 },
    )
    .toEqual(wanted);

/** Reads the directory `hr` now. */
export async function readNow(acme: Acme) {
  const [report] = await acme.engine.useCases.sync('hr', { kind: 'system', name: 'test' });
  return report;
}
