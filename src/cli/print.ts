import { Presets, SingleBar } from 'cli-progress';

/** One line of JSON on standard output. */
export const printJson = (value: unknown): void => console.log(JSON.stringify(value));

/** Columns as wide as their widest cell. */
export function printTable(header: readonly string[], rows: readonly (readonly string[])[]): void {
  const all = [header, ...rows];
  const widths = header.map((_, column) => Math.max(...all.map((row) => (row[column] ?? '').length)));
  for (const row of all)
    console.log(
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    );
}

/** A bar on standard error while a person watches; otherwise silent. `total` 0: not known. */
export function progress(label: string): { at(done: number, total?: number): void; end(): void } {
  if (!process.stderr.isTTY) return { at() {}, end() {} };
  const bar = new SingleBar(
    { format: `${label} {bar} {value}/{total} | {duration_formatted}`, stream: process.stderr, clearOnComplete: true },
    Presets.shades_classic,
  );
  bar.start(0, 0);
  return {
    at(done, total = done) {
      bar.setTotal(total);
      bar.update(done);
    },
    end: () => bar.stop(),
  };
}

/** Asks on the terminal; without one the answer is no. */
export async function confirm(question: string): Promise<boolean> {
  if (!process.stdin.isTTY) return false;
  const { createInterface } = await import('node:readline/promises');
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  const answer = await terminal.question(`${question} [y/N] `);
  terminal.close();
  return /^y(es)?$/i.test(answer.trim());
}
