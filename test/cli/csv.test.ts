import { parse } from 'csv-parse/sync';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { csvLine } from '../../src/cli/csv.ts';

describe('a line of CSV', () => {
  it.each([
    [['a', 'b c', ''], 'a,b c,\r\n'],
    [['a,b', 'say "yes"', 'two\nlines'], '"a,b","say ""yes""","two\nlines"\r\n'],
    [[' padded ', 'Zoë'], '" padded ",Zoë\r\n'],
  ])('%j', (cells, line) => {
    expect(csvLine(cells)).toBe(line);
  });

  it.each(['=1+1', '+49 30', '-2', '@SUM(A1)', '\t=1', '\r=1', ' =1', '＝1', '=HYPERLINK("x")'])(
    'shows %j as text in a spreadsheet',
    (text) => {
      const [[read = ''] = []] = parse(csvLine([text]), { relax_column_count: true }) as string[][];
      expect(read).toBe(`'${text}`);
      expect(csvLine([text]).startsWith('"\'')).toBe(true);
    },
  );

  it('is read back as it was written', () => {
    const cell = fc.string({
      unit: fc.constantFrom('a', 'Ö', '"', ',', ';', '\n', '\r', ' ', '=', '-', "'"),
      maxLength: 6,
    });
    const table = fc.array(fc.array(cell, { minLength: 3, maxLength: 3 }), { minLength: 1, maxLength: 40 });
    fc.assert(
      fc.property(table, (rows) => {
        const read = parse(rows.map(csvLine).join(''), { record_delimiter: '\r\n' }) as string[][];
        expect(read).toHaveLength(rows.length);
        for (const [index, texts] of read.entries()) {
          for (const [column, text] of texts.entries()) {
            const written = rows[index]?.[column] ?? '';
            expect([written, `'${written}`]).toContain(text);
            expect(text).not.toMatch(/^\s*[=+\-@\t]/);
          }
        }
      }),
      { numRuns: 200 },
    );
  }, 60_000);
});
