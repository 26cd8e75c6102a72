import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { soak } from './soak-run.ts';
import { printTable } from './table.ts';

/** `MINUTES=30 npm run soak`: everything on for so long. Prints what the bot and its store held, and ends with 1 unless it is flat. */
const minutes = Number(process.env.MINUTES ?? 30);
const beat = Number(process.env.BEAT ?? 1_000);
const dir = mkdtempSync(join(tmpdir(), 'rollcall-soak-'));

try {
  const { rows, problems } = await soak({ dir, lasts: minutes * 60_000, every: 10_000, beat });
  printTable(rows);
  for (const problem of problems) console.error(problem);
  if (problems.length > 0) process.exitCode = 1;
} finally {
  rmSync(dir, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
}
