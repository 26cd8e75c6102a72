export type Row = { what: string; figure: string; ratio: string };

export const ratio = (ours: number, bare: number): string => `${(ours / bare).toFixed(2)} ×`;
export const perSecond = (count: number, milliseconds: number): string =>
  `${Math.round((count * 1_000) / milliseconds).toLocaleString('en')} /s`;
export const seconds = (milliseconds: number): string => `${(milliseconds / 1_000).toFixed(2)} s`;
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

/** The most this process held while `work` ran, sampled. */
export async function peakMemory<T>(work: () => Promise<T>): Promise<{ peak: number; value: T }> {
  let peak = process.memoryUsage.rss();
  const timer = setInterval(() => {
    peak = Math.max(peak, process.memoryUsage.rss());
  }, 50);
  const value = await work().finally(() => clearInterval(timer));
  return { peak, value };
}
