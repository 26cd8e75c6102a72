import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CsvConfig, statusWords } from '../../../connectors/csv/config.ts';
import { layoutOf } from '../../../connectors/csv/layout.ts';
import { ConnectorError, canonicalAttributes } from '../../../src/core/connector.ts';

const layout = (headers: string[], columns: Record<string, string> = {}, key = headers[0] ?? '') =>
  layoutOf(headers, { key, columns });
const refusal = (read: () => unknown) => {
  try {
    read();
  } catch (error) {
    if (error instanceof ConnectorError) return error;
    throw error;
  }
  return expect.unreachable('it was taken');
};

describe('csv header line', () => {
  it('knows every canonical attribute in any spelling', () => {
    const spellings: ((name: string) => string)[] = [
      (name) => name,
      (name) => name.toUpperCase(),
      (name) => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`),
      (name) => name.replace(/[A-Z]/g, (letter) => ` ${letter}`),
      (name) => ` ${name.replace(/[A-Z]/g, (letter) => `-${letter}`)} `,
    ];
    fc.assert(
      fc.property(fc.constantFrom(...canonicalAttributes, 'status'), fc.constantFrom(...spellings), (name, spell) => {
        expect(layout([spell(name)]).columns).toEqual([name]);
      }),
    );
    expect(layout(['E-Mail', 'sAMAccountName', 'Start Date']).columns).toEqual([
      'email',
      'samAccountName',
      'startDate',
    ]);
  });

  it('takes mapped headers as they stand, in another spelling, and under any attribute', () => {
    const { columns } = layout(['id', 'Dept.', 'COST CENTRE', 'Status'], {
      ...{ department: 'Dept.', costCentre: 'cost_centre', employee_id: 'id', status: 'Status' },
    });
    expect(columns).toEqual(['employeeId', 'department', 'costCentre', 'status']);
    expect(layout(['Dept', 'DEPT', 'id'], { department: 'DEPT' }, 'id').columns).toEqual(['Dept', 'department', 'id']);
  });

  it('keeps a header it does not know as a custom attribute, and leaves out one without text', () => {
    expect(layout(['id', ' Shoe size ', '', '***']).columns).toEqual(['id', 'Shoe size', null, '***']);
  });

  it('finds the key by header, spelling or attribute', () => {
    expect(layout(['name', 'Employee ID'], {}, 'employee_id').key).toBe(1);
    expect(layout(['name', 'Pers.-Nr.'], { employeeId: 'Pers.-Nr.' }, 'employeeId').key).toBe(1);
    expect(layout(['name', 'Pers.-Nr.'], {}, 'Pers.-Nr.').key).toBe(1);
  });

  it('says what is wrong and what there is', () => {
    expect(refusal(() => layout(['id', 'Dep.'], { department: 'Dept.' })).message).toBe(
      'There is no column "Dept." for department; the file has "id", "Dep.".',
    );
    expect(refusal(() => layout(['id', 'given_name', 'Given Name'])).message).toBe(
      'Two columns mean givenName: "given_name" and "Given Name".',
    );
    expect(refusal(() => layout(['id', 'x', 'x'])).message).toContain('Two columns mean x');
    const error = refusal(() => layout(['id', 'name'], {}, 'employee_id'));
    expect(error).toMatchObject({ kind: 'rejected', effect: 'none' });
    expect(error.message).toBe('There is no key column "employee_id"; the file has "id", "name".');
  });

  it('gives each column one meaning, or refuses, for any headers', () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(fc.string(), fc.constantFrom('id', 'E-Mail', 'email', '__proto__'))), (headers) => {
        try {
          const { columns } = layout(['key', ...headers], {}, 'key');
          const named = columns.filter((name) => name !== null);
          expect(new Set(named).size).toBe(named.length);
          expect(columns).toHaveLength(headers.length + 1);
        } catch (error) {
          expect(error).toBeInstanceOf(ConnectorError);
        }
      }),
    );
  });
});

describe('csv status words', () => {
  it('are the usual ones, with the config above them', () => {
    const { status } = CsvConfig.parse({
      file: 'f',
      key: 'k',
      status: { suspended: [' On Hold '], left: ['inactive'] },
    });
    const words = statusWords(status);
    expect(words.get('active')).toBe('active');
    expect(words.get('1')).toBe('active');
    expect(words.get('on hold')).toBe('suspended');
    expect(words.get('inactive')).toBe('left');
    expect(words.get('terminated')).toBe('left');
    expect(words.get('')).toBeUndefined();
  });
});
