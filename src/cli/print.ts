import { Presets, SingleBar } from 'cli-progress';

/** One line of JSON on standard output. */
export const printJson = (value: unknown): void => console.log(JSON.stringify(value));

/** Columns as wide as their widest cell. */
export function printTable(header: readonly string[], rows: readonly (readonly string[])[]): void {
  for (const line of tableLines([header, ...rows])) console.log(line);
}

/** Rows as lines of text, in columns as wide as their widest cell. */
export function tableLines(rows: readonly (readonly string[])[]): string[] {
  const cells = rows.map((row) => row.map(onOneLine));
  const count = Math.max(0, ...cells.map((row) => row.length));
  const widths = Array.from({ length: count }, (_, column) =>
    Math.max(...cells.map((row) => (row[column] ?? '').length)),
  );
  return cells.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  );
}

/** What others wrote may neither break a line nor steer the terminal. */
export const onOneLine = (text: string): string => text.replace(/\p{Cc}+/gu, ' ');

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
export const confirm = async (question: string): Promise<boolean> =>
  /^y(es)?$/i.test((await ask(`${question} [y/N] `))?.trim() ?? '');

/** What somebody types; null: there is no terminal. */
export async function ask(question: string): Promise<string | null> {
  if (!process.stdin.isTTY) return null;
  const { createInterface } = await import('node:readline/promises');
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  const answer = await terminal.question(question);
  terminal.close();
  return answer;
}
