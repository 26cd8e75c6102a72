import { readFileSync, writeFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { z } from 'zod';
import { drawGrowth, growthTable } from './drawing.ts';

/**
 * Draws what `npm run bench -- growth --json FILE` measured, and prints it as the table of docs/speed.md:
 *
 *   npm run picture -- FILE [PICTURE]
 */
const Figures = z.object({
  machine: z.object({ cores: z.number(), memory: z.number(), node: z.string() }),
  growth: z.array(
    z.object({
      ...{ people: z.number().positive(), import: z.number().positive() },
      ...{ unchanged: z.number().positive(), change: z.number().positive() },
    }),
  ),
});

function main([figures, picture = 'docs/images/growth.svg']: readonly string[]): void {
  if (figures === undefined) throw new Error('name the file that npm run bench -- growth --json FILE wrote');
  const { machine, growth } = Figures.parse(JSON.parse(readFileSync(figures, 'utf8')));
  if (growth.length === 0)
    throw new Error(`${figures} has no growth in it: measure it with npm run bench -- growth --json ${figures}`);
  writeFileSync(picture, drawGrowth(growth));
  const memory = Math.round(machine.memory / 2 ** 30);
  process.stdout.write(
    `${machine.cores} cores, ${memory} GiB of memory, Node ${machine.node}\n\n${growthTable(growth)}`,
  );
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href)
  main(process.argv.slice(2));
