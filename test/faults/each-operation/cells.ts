import { setImmediate as eventLoop } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Fault } from './fault.ts';
import { faults } from './faults.ts';
import { type Kind, kinds } from './kinds.ts';
import { wrongIn } from './laws.ts';
import { play, prepare } from './play.ts';
import type { Begun } from './scene.ts';

/** More by `SEEDS=1000 npm run test:faults -- each-`; one alone by `FROM=7 SEEDS=1 … -t 'create killed before the call'`. */
const seeds = Number(process.env.SEEDS ?? 50);
const from = Number(process.env.FROM ?? 1);

/** What the seeds of one operation and one fault came to. */
type Cell = { good: number; struck: number; bad: string[] };

async function fill(kind: Kind, begun: Begun, fault: Fault): Promise<Cell> {
  const cell: Cell = { good: 0, struck: 0, bad: [] };
  for (let seed = from; seed < from + seeds; seed += 1) {
    const scene = await play(kind, begun, seed, fault);
    const wrong = await wrongIn(scene, fault);
    if (scene.strikes > 0) cell.struck += 1;
    if (wrong.length === 0) cell.good += 1;
    else cell.bad.push(`seed ${seed}: ${wrong.join('; ')}`);
    await eventLoop();
  }
  return cell;
}

/** Every fault there is for each of these operations; ends with the table of what came of it. */
export function testEach(names: readonly string[]): void {
  const chosen = kinds.filter(({ name }) => names.includes(name));
  const table = new Map<string, string>();
  for (const kind of chosen) {
    describe(kind.name, () => {
      let begun: Begun;
      beforeAll(async () => {
        begun = await prepare(kind);
      });
      for (const fault of faults) {
        const why = fault.spares?.(kind) ?? null;
        if (why !== null) continue;
        it(
          fault.name,
          async () => {
            const { good, struck, bad } = await fill(kind, begun, fault);
            table.set(placeOf(kind, fault), `${good}/${seeds}${struck < seeds ? ` (${struck} met it)` : ''}`);
            expect(bad.slice(0, 5)).toEqual([]);
            expect(struck, 'seeds whose operation met the fault').toBeGreaterThan(0);
          },
          120_000 + seeds * 2_000,
        );
      }
    });
  }
  afterAll(() => void process.stdout.write(`${tableOf(chosen, table)}\n`));
}

const placeOf = (kind: Kind, fault: Fault): string => `${kind.name} × ${fault.name}`;

/** A row for each fault, a column for each operation; where they cannot meet, a letter for the reason below. */
function tableOf(chosen: readonly Kind[], cells: ReadonlyMap<string, string>): string {
  const whys = [...new Set(faults.flatMap((fault) => chosen.flatMap((kind) => fault.spares?.(kind) ?? [])))];
  const letters = new Map(whys.map((why, index) => [why, `- ${String.fromCharCode(97 + index)}`]));
  const wide = Math.max(...faults.map(({ name }) => name.length));
  const line = (title: string, columns: readonly string[]) =>
    [title.padEnd(wide), ...columns.map((column) => column.padEnd(12))].join('  ').trimEnd();
  const cellOf = (kind: Kind, fault: Fault) => {
    const why = fault.spares?.(kind) ?? null;
    return (why === null ? cells.get(placeOf(kind, fault)) : letters.get(why)) ?? 'not run';
  };
  const names = chosen.map(({ name }) => name);
  return [
    line(`Good ends of seeds ${from} to ${from + seeds - 1}`, names),
    ...faults.map((fault) =>
      line(
        fault.name,
        chosen.map((kind) => cellOf(kind, fault)),
      ),
    ),
    ...[...letters].map(([why, letter]) => `${letter}: ${why}`),
  ].join('\n');
}
