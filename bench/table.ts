import { readFileSync } from 'node:fs';

export type Row = { what: string; figure: string; ratio: string };

export const ratio = (ours: number, bare: number): string => `${(ours / bare).toFixed(2)} ×`;
export const perSecond = (count: number, milliseconds: number): string =>
  `${Math.round((count * 1_000) / milliseconds).toLocaleString('en')} /s`;
export const seconds = (milliseconds: number): string => `${(milliseconds / 1_000).toFixed(2)} s`;
export const milliseconds = (took: number): string => `${took.toFixed(1)} ms`;
export const mebibytes = (bytes: number): string => `${Math.round(bytes / 2 ** 20)} MiB`;

export function printTable(rows: readonly Row[]): void {
  const all = [{ what: 'what', figure: 'figure', ratio: 'ratio' }, ...rows];
  const width = (name: keyof Row) => Math.max(...all.map((row) => row[name].length));
  for (const row of all) {
    console.log(
      `${row.what.padEnd(width('what'))}  ${row.figure.padStart(width('figure'))}  ${row.ratio.padStart(width('ratio'))}`,
    );
  }
}

export async function timed<T>(work: () => Promise<T>): Promise<{ took: number; value: T }> {
  const started = performance.now();
  const value = await work();
  return { took: performance.now() - started, value };
}

/** The most this process, and another one, held while `work` ran, sampled. Of the other only what is its own, not mapped files. */
export async function peakMemory<T>(
  work: () => Promise<T>,
  pid?: number,
): Promise<{ peak: number; other: number; value: T }> {
  let [peak, other] = [0, 0];
  const look = () => {
    peak = Math.max(peak, process.memoryUsage.rss());
    if (pid !== undefined) other = Math.max(other, ownMemory(pid));
  };
  look();
  const timer = setInterval(look, 50);
  const value = await work().finally(() => clearInterval(timer));
  look();
  return { peak, other, value };
}

/** Anonymous memory of a process, bytes (Linux). */
function ownMemory(pid: number): number {
  const [, kibibytes = '0'] = /RssAnon:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
  return Number(kibibytes) * 1024;
}
