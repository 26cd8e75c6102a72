import { mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connector } from '../../../connectors/csv/index.ts';
import type { DirectoryConnector, RawRecord } from '../../../src/core/connector.ts';
import { type Source, testDirectory } from '../../contracts/directory.ts';

const headers = [
  'employee_id',
  'E-Mail',
  'GIVENNAME',
  'family name',
  'Dept.',
  'title',
  'memberOf',
  'start_date',
  'State',
];
const names = ['employeeId', 'email', 'givenName', 'familyName', 'department', 'title', 'memberOf', 'startDate'];
const config = { key: 'employee_id', columns: { department: 'Dept.', status: 'State' } };

const quoted = (text: string) => (/[",;\r\n\t]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
function cellsOf({ attributes, status }: RawRecord): string[] {
  const values = names.map((name) => [attributes[name] ?? ''].flat().join(';'));
  return [...values, status === 'suspended' ? 'on hold' : status];
}
const tableOf = (records: readonly RawRecord[]) => [headers, ...records.map(cellsOf)];

async function start(dialect: { delimiter: string; lineBreak: string; byRename: boolean }): Promise<Source> {
  const folder = await mkdtemp(join(tmpdir(), 'rollcall-csv-'));
  const file = join(folder, 'people.csv');
  let table: string[][] = [];
  const save = async () => {
    const text = table.map((cells) => cells.map(quoted).join(dialect.delimiter) + dialect.lineBreak).join('');
    await writeFile(dialect.byRename ? `${file}.new` : file, `\ufeff${text}`);
    if (dialect.byRename) await rename(`${file}.new`, file);
  };
  return {
    connector: connector as DirectoryConnector,
    config: { ...config, file, status: { suspended: ['on hold'] } },
    hold: (records) => {
      table = tableOf(records);
      return save();
    },
    spoil: (externalId) => {
      table = table.map((cells) => (cells[0] === externalId ? [...cells.slice(0, -1), 'no idea'] : cells));
      return save();
    },
    vanish: () => rm(file),
    stop: () => rm(folder, { recursive: true }),
  };
}

const good = { file: 'people.csv', key: 'id' };
const nonsense = {
  nothing: {},
  'no key': { file: 'people.csv' },
  'a misspelt field': { ...good, colums: {} },
  'two letters for a delimiter': { ...good, delimiter: ';;' },
  'an unknown encoding': { ...good, encoding: 'ebcdic' },
  'no rows at least': { ...good, minimumRows: 0 },
  'a word with two meanings': { ...good, status: { active: ['On Hold'], suspended: ['on hold '] } },
  'an unknown state': { ...good, status: { gone: ['x'] } },
};

testDirectory({
  name: 'csv, commas, written in place',
  start: () => start({ delimiter: ',', lineBreak: '\n', byRename: false }),
  nonsense,
  skip: [{ test: 'under faults', reason: 'a file answers no requests' }],
});
testDirectory({
  name: 'csv, semicolons, put in its place by renaming',
  start: () => start({ delimiter: ';', lineBreak: '\r\n', byRename: true }),
  nonsense,
  skip: [{ test: 'under faults', reason: 'a file answers no requests' }],
});
