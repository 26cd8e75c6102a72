import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CsvConfig, statusWords } from '../../../connectors/csv/config.ts';
import { layoutOf } from '../../../connectors/csv/layout.ts';
import { readRow } from '../../../connectors/csv/row.ts';

const headers = ['id', 'email', 'status', 'memberOf', 'startDate', 'endDate'];
const layout = layoutOf(headers, { key: 'id', columns: {} });
const words = statusWords(CsvConfig.parse({ file: 'f', key: 'id' }).status);
const read = (...cells: string[]) => readRow({ cells, line: 7 }, layout, words);
const problem = (message: string, externalId?: string) => ({
  kind: 'problem',
  problem: { place: 'line 7', message, ...(externalId === undefined ? {} : { externalId }) },
});

describe('csv rows', () => {
  it('become records: trimmed, without empty cells, with several groups', () => {
    expect(read(' E1 ', ' a@x ', ' Active ', 'staff; sales ;;', '2026-02-28', '')).toEqual({
      kind: 'record',
      record: {
        externalId: 'E1',
        status: 'active',
        attributes: { id: 'E1', email: 'a@x', memberOf: ['staff', 'sales'], startDate: '2026-02-28' },
      },
    });
    expect(read('E1', '', '0', ' ; ', '', '')).toEqual({
      kind: 'record',
      record: { externalId: 'E1', status: 'suspended', attributes: { id: 'E1' } },
    });
  });

  it('are active where there is no status column', () => {
    const bare = layoutOf(['id'], { key: 'id', columns: {} });
    expect(readRow({ cells: ['E1'], line: 2 }, bare, words)).toMatchObject({ record: { status: 'active' } });
  });

  it('are a problem where the status is unknown or empty, never a guess', () => {
    expect(read('E1', '', 'on leave', '', '', '')).toEqual(
      problem('the status "on leave" is not known: say under status what it means', 'E1'),
    );
    expect(read('E1', '', '', '', '', '')).toMatchObject({ kind: 'problem' });
  });

  it('take dates that exist, written so that nobody can mistake them', () => {
    for (const date of ['2026-12-31', '2024-02-29', '2026-12-31T08:00:00Z', '2026-12-31T08:00:00+02:00'])
      expect(read('E1', '', '1', '', date, date), date).toMatchObject({ kind: 'record' });
    for (const date of ['2026-02-31', '2025-02-29', '31.12.2026', '12/31/2026', '2026-1-1', '20261231', 'tomorrow'])
      for (const cells of [
        [date, ''],
        ['', date],
      ])
        expect(read('E1', '', '1', '', ...cells), date).toMatchObject({
          ...{ kind: 'problem', problem: { externalId: 'E1', message: expect.stringContaining('is not a date') } },
        });
  });

  it('are nobody’s where the key is empty', () => {
    expect(read(' ', 'a@x', '1', '', '', '')).toEqual(problem('the key is empty'));
  });

  it('are somebody’s where cells are missing only if the key cannot have moved', () => {
    expect(read('E1', 'a@x')).toEqual(problem('it has 2 cells instead of 6', 'E1'));
    expect(read('E1', 'a', 'b', 'c', 'd', 'e', 'f')).toEqual(problem('it has 7 cells instead of 6', 'E1'));
    expect(read('E1', 'a\nE2,b')).toEqual(problem('it has 2 cells instead of 6'));
    expect(read('')).toEqual(problem('it has 1 cells instead of 6'));
    const keyLast = layoutOf(['name', 'id'], { key: 'id', columns: {} });
    expect(readRow({ cells: ['Lovelace', 'Ada', 'E1'], line: 7 }, keyLast, words)).toEqual(
      problem('it has 3 cells instead of 2'),
    );
  });

  it('are a record or a problem for any cells, and never both wrong and silent', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: 'binary' }), { maxLength: 8 }), (cells) => {
        const reading = read(...cells);
        if (reading.kind === 'problem') expect(reading.problem.message).not.toBe('');
        else expect(reading.record.externalId).toBe(cells[0]?.trim());
      }),
    );
  });
});
