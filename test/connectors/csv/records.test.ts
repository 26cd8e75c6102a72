import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createSplitter, type Piece } from '../../../connectors/csv/records.ts';
import { delimiterOf, linesOf } from '../../../connectors/csv/source.ts';

async function split(chunks: readonly string[], delimiter = ','): Promise<Piece[]> {
  const splitter = createSplitter(delimiter);
  const pieces: Piece[] = [];
  for await (const line of linesOf(chunksOf(chunks))) pieces.push(...splitter.push(line));
  return [...pieces, ...splitter.end()];
}
async function* chunksOf(chunks: readonly string[]) {
  yield* chunks;
}
const cells = (pieces: readonly Piece[]) => pieces.map((piece) => (piece.kind === 'row' ? piece.cells : piece));
const broken = (line: number) => ({ kind: 'broken', line });

const delimiter = fc.constantFrom(',', ';', '\t', '|');
const lineBreak = fc.constantFrom('\n', '\r\n', '\r');
const cell = fc.oneof(
  fc.string({ maxLength: 12 }),
  fc.string({ unit: fc.constantFrom('"', ',', ';', '\n', '\r', 'a', ' ', '\t', '|', 'é', '🎈'), maxLength: 8 }),
);
/** A table of strings; a row of one empty cell would be an empty line, which is no row. */
const table = fc
  .integer({ min: 1, max: 5 })
  .chain((width) => fc.array(fc.array(cell, { minLength: width, maxLength: width }), { minLength: 1, maxLength: 12 }))
  .filter((rows) => rows.every((row) => row.some((text) => text.trim() !== '')));

/** A writer as RFC 4180 has it: quotes where they are needed, or everywhere. */
const written = (rows: readonly (readonly string[])[], by: string, end: string, always: boolean) =>
  rows
    .map((row) =>
      row
        .map((text) => (always || /["\r\n]/.test(text) || text.includes(by) ? `"${text.replaceAll('"', '""')}"` : text))
        .join(by),
    )
    .join(end);

describe('csv records', () => {
  it('come back as any table was written, in any dialect, cut into any chunks', async () => {
    await fc.assert(
      fc.asyncProperty(
        ...([
          table,
          delimiter,
          lineBreak,
          fc.boolean(),
          fc.boolean(),
          fc.array(fc.nat(400), { maxLength: 6 }),
        ] as const),
        async (rows, by, end, always, last, cuts) => {
          const text = written(rows, by, end, always) + (last ? end : '');
          const places = [0, ...cuts.filter((at) => at < text.length).sort((a, b) => a - b), text.length];
          const chunks = places.slice(1).map((to, index) => text.slice(places[index], to));
          expect(cells(await split(chunks, by))).toEqual(rows);
        },
      ),
      { numRuns: 300 },
    );
  });

  it('are counted by the line they begin on', async () => {
    const pieces = await split(['a\r\n"b\r\nc"\n\n\nd\re,"\n\n"\nf']);
    expect(pieces.map((piece) => [piece.line, piece.kind === 'row' ? piece.cells[0] : null])).toEqual([
      ...[
        [1, 'a'],
        [2, 'b\r\nc'],
        [6, 'd'],
        [7, 'e'],
        [10, 'f'],
      ],
    ]);
  });

  it('cost a stray quote one row, wherever it stands', async () => {
    expect(cells(await split(['1,a"b\n2,c\n']))).toEqual([broken(1), ['2', 'c']]);
    expect(cells(await split(['1,"a"b\n2,c\n']))).toEqual([broken(1), ['2', 'c']]);
    expect(cells(await split(['1,"a\n2,c\n3,d\n']))).toEqual([broken(1), ['2', 'c'], ['3', 'd']]);
    expect(cells(await split(['1,a\n2,"c']))).toEqual([['1', 'a'], broken(2)]);
    expect(cells(await split(['1,"a\n2,"c\n3,d\n']))).toEqual([broken(1), broken(2), ['3', 'd']]);
    const many = Array.from({ length: 1_000 }, (_, index) => `${index},x\n`).join('');
    const pieces = await split([`0,"a\n${many}`]);
    expect(pieces[0]).toEqual(broken(1));
    expect(pieces.filter(({ kind }) => kind === 'row')).toHaveLength(1_000);
  });

  it('lose no line of any text: each is in a row, broken, or empty', async () => {
    const unit = fc.constantFrom('"', ',', '\n', 'a', 'b');
    await fc.assert(
      fc.asyncProperty(fc.string({ unit, maxLength: 60 }), async (text) => {
        const pieces = await split([text]);
        const starts = pieces.map(({ line }) => line);
        expect(starts).toEqual([...starts].sort((a, b) => a - b));
        expect(new Set(starts).size).toBe(starts.length);
        const letters = pieces.flatMap((piece) => (piece.kind === 'row' ? piece.cells.join('') : [])).join('');
        const lines = text.split('\n');
        const lost = pieces.flatMap((piece) => (piece.kind === 'broken' ? (lines[piece.line - 1] ?? '') : [])).join('');
        const count = (all: string) => all.replace(/[^ab]/g, '').length;
        expect(count(letters) + count(lost)).toBe(count(text));
      }),
      { numRuns: 500 },
    );
  });

  it('have an end', async () => {
    await expect(split(['x'.repeat(700_000), 'y'.repeat(700_000)])).rejects.toThrow('Line 1 has no end');
  });
});

describe('csv delimiter', () => {
  it('is the one under which the key is found, else the one with most columns', () => {
    expect(delimiterOf('id,name\n', 'id')).toBe(',');
    expect(delimiterOf('id;name, first;x\n', 'id')).toBe(';');
    expect(delimiterOf('id\tname\n', 'id')).toBe('\t');
    expect(delimiterOf('id|name|x, y, z, u\n', 'id')).toBe('|');
    expect(delimiterOf('"a;b;c;d",id\n', 'id')).toBe(',');
    expect(delimiterOf('a;b;c,d\n', 'id')).toBe(';');
    expect(delimiterOf('', 'id')).toBe(',');
    expect(delimiterOf('id', 'id')).toBe(',');
  });

  it('is found again for any header line that was written with it', () => {
    const header = fc.stringMatching(/^[a-z][a-z .;,|"]{0,8}$/);
    const headers = fc.uniqueArray(header, { minLength: 1, maxLength: 6 });
    fc.assert(
      fc.property(headers, delimiter, (names, by) => {
        const line = written([['employee_id', ...names]], by, '\n', false);
        expect(delimiterOf(`${line}\n1`, 'employee_id')).toBe(by);
      }),
    );
  });
});
