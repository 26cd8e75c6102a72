import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { soak } from '../../bench/soak-run.ts';

const dir = mkdtempSync(join(tmpdir(), 'rollcall-soak-'));
afterAll(() => rmSync(dir, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 }));

it('finds a bot that keeps memory and files, while the company works', async () => {
  const imports = [new URL('./leak.ts', import.meta.url).href];
  const { rows, problems, tally } = await soak({ dir, imports, every: 400, beat: 300, lasts: 7_000 });
  expect(problems).toContainEqual(expect.stringMatching(/^The bot gains: heap after a collection rose by \d+ MiB/));
  expect(problems).toContainEqual(expect.stringMatching(/^The bot gains: open files and sockets rose by/));
  // The store was looked at as well; so short a time tells nothing of it.
  expect(rows.filter(({ what }) => what.startsWith('store: '))).toHaveLength(6);
  expect(tally.joins).toBeGreaterThan(0);
  expect(tally.commands).toBeGreaterThan(0);
});
