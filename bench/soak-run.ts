import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type SoakOptions, startCompany } from './soak-company.ts';
import { judge, type Sample } from './soak-verdict.ts';
import { newTally, workSteadily } from './soak-work.ts';
import type { Row } from './table.ts';

const glance = 500;

/**
 * Has the company work for so many milliseconds, one thing each `beat`, and judges what its processes held. Ends at once when one of them
 * ends, or leaves a rejection or an exception to nobody.
 */
export async function soak(options: SoakOptions & { lasts: number; beat: number }) {
  const company = await startCompany(options);
  const tally = newTally();
  const stopping = new AbortController();
  const work = workSteadily(company, tally, { beat: options.beat, signal: stopping.signal });
  try {
    const broken = await Promise.race([lasts(options, company.bot), work.then(() => null)]);
    stopping.abort();
    await work;
    const { rows, problems } = judge(samplesIn(options.dir));
    const all = [...(broken === null ? [] : [broken]), ...problems];
    return { rows: [...workRows({ ...tally, ...company.faults }), ...rows], problems: all, tally };
  } finally {
    stopping.abort();
    await company.stop();
  }
}

/** Answers once the time is over, or a sentence about what broke off before. */
async function lasts(
  { dir, lasts }: { dir: string; lasts: number },
  bot: { exitCode: number | null; signalCode: unknown },
) {
  const failures = join(dir, 'failures.jsonl');
  for (const until = Date.now() + lasts; Date.now() < until; ) {
    if (existsSync(failures)) return `Something was left to nobody: ${readFileSync(failures, 'utf8')}`;
    if (bot.exitCode !== null || bot.signalCode !== null) return `The bot ended (${bot.exitCode ?? bot.signalCode}).`;
    await new Promise((resolve) => setTimeout(resolve, glance));
  }
  return null;
}

function samplesIn(dir: string): Sample[] {
  const file = join(dir, 'samples.jsonl');
  if (!existsSync(file)) return [];
  const lines = readFileSync(file, 'utf8').trimEnd().split('\n');
  return lines.map((line) => JSON.parse(line) as Sample);
}

const workRows = (tally: Readonly<Record<string, number>>): Row[] =>
  Object.entries(tally).map(([what, count]) => ({ what, figure: count.toLocaleString('en'), ratio: '' }));
