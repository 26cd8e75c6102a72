import { appendFile, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { connector } from '../../../connectors/csv/index.ts';
import { unopened } from '../../../connectors/csv/source.ts';
import { ConnectorError } from '../../../src/core/connector.ts';
import { readAll } from '../../contracts/directory.ts';

let folder: string;
let file: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rollcall-csv-'));
  file = join(folder, 'people.csv');
});
afterAll(() => rm(folder, { recursive: true }));

const open = (config: Record<string, unknown> = {}) =>
  connector.connect(connector.config.parse({ file, key: 'id', ...config }), {
    ...{ name: 'hr', allowHosts: [], deadline: 10_000, now: Date.now },
  });
async function read(content: string | Buffer, config: Record<string, unknown> = {}) {
  await writeFile(file, content);
  return readAll(open(config));
}
async function failure(content: string | Buffer, config: Record<string, unknown> = {}) {
  const error = await read(content, config).then(
    () => expect.unreachable('it was read'),
    (reason: unknown) => reason,
  );
  if (!(error instanceof ConnectorError)) throw error;
  return error;
}
const encoded = (text: string, how: string): Buffer => {
  if (how === 'utf-8') return Buffer.from(text);
  if (how === 'utf-8 with mark') return Buffer.from(`\ufeff${text}`);
  if (how === 'utf-16be with mark') return Buffer.from(`\ufeff${text}`, 'utf16le').swap16();
  return Buffer.from(how === 'utf-16le with mark' ? `\ufeff${text}` : text, how === 'latin1' ? 'latin1' : 'utf16le');
};

describe('csv encodings', () => {
  it('are told by their byte order mark, whatever the config says', async () => {
    for (const how of ['utf-8', 'utf-8 with mark', 'utf-16le with mark', 'utf-16be with mark']) {
      const { records, end } = await read(encoded('id;name\n1;Zoë 🎈\n', how));
      expect(records[0]?.attributes, how).toEqual({ id: '1', name: 'Zoë 🎈' });
      expect(end.complete).toBe(true);
    }
    const marked = await read(encoded('id;name\n1;Zoë\n', 'utf-8 with mark'), { encoding: 'windows-1252' });
    expect(marked.records[0]?.attributes.name).toBe('Zoë');
  });

  it('are as the config says where there is no mark', async () => {
    const windows = Buffer.concat([Buffer.from('id;name\n1;Zo'), Buffer.from([0xeb, 0x20, 0x80, 0x0a])]);
    expect((await read(windows, { encoding: 'windows-1252' })).records[0]?.attributes.name).toBe('Zoë €');
    expect((await read(windows, { encoding: 'latin1' })).records[0]?.attributes.name).toBe('Zoë €');
    const wide = await read(encoded('id;name\n1;Zoë\n', 'utf16le'), { encoding: 'utf-16le' });
    expect(wide.records[0]?.attributes.name).toBe('Zoë');
  });

  it('that are wrong are said with the line, wherever in the file it is', async () => {
    for (const line of [2, 3_000]) {
      const rows = Array.from({ length: line - 2 }, (_, index) => `${index};Zoë\n`).join('');
      const error = await failure(
        Buffer.concat([Buffer.from(`id;name\n${rows}`), Buffer.from([0x39, 0x3b, 0xeb, 0x0a])]),
      );
      expect(error).toMatchObject({ kind: 'rejected', effect: 'none' });
      expect(error.message).toBe(`The file is not utf-8: see line ${line}.`);
      expect(error.remedy).toContain('windows-1252');
    }
  });

  it('carry any table through, mark, line breaks, delimiter and all', async () => {
    const cell = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 6 }).filter((text) => text.trim() === text);
    const row = fc.tuple(cell, cell);
    const how = fc.constantFrom('utf-8', 'utf-8 with mark', 'utf-16le with mark', 'utf-16be with mark');
    const rows = fc.uniqueArray(row, { minLength: 1, maxLength: 8, selector: ([id]) => id });
    await fc.assert(
      fc.asyncProperty(
        rows,
        how,
        fc.constantFrom(',', ';', '\t', '|'),
        fc.constantFrom('\n', '\r\n'),
        async (table, kind, by, end) => {
          const quoted = (text: string) => `"${text.replaceAll('"', '""')}"`;
          const text = [['id', 'note'], ...table].map((cells) => cells.map(quoted).join(by) + end).join('');
          const { records, problems, end: ended } = await read(encoded(text, kind));
          expect(problems).toEqual([]);
          expect(records.map(({ attributes }) => [attributes.id, attributes.note])).toEqual(table);
          expect(ended).toMatchObject({ complete: true, rows: table.length });
        },
      ),
      { numRuns: 60 },
    );
  });
});

describe('csv files', () => {
  it('keep their bad rows to themselves, and say what absence is worth', async () => {
    const { records, problems, end } = await read(
      [
        'id,name,status',
        '1,Zoe,active',
        '2,Bob,unclear',
        '3,"C" x,active',
        '1,Again,left',
        ',Nobody,1',
        ',,',
        '5,E,0',
        '',
      ].join('\n'),
    );
    expect(records.map(({ externalId, status }) => [externalId, status])).toEqual([
      ['1', 'active'],
      ['5', 'suspended'],
    ]);
    expect(problems).toEqual([
      { place: 'line 3', message: expect.stringContaining('"unclear" is not known'), externalId: '2' },
      { place: 'line 4', message: expect.stringContaining('quote') },
      { place: 'line 5', message: expect.stringContaining('was there before'), externalId: '1' },
      { place: 'line 6', message: 'the key is empty' },
    ]);
    expect(end).toMatchObject({ complete: false, rows: 6 });
    expect(end.reason).toContain('line 4');
  });

  it('are complete with problems whose people are known', async () => {
    const { problems, end } = await read('id,status\n1,active\n2,unclear\n3\n4,active\n');
    expect(problems.map(({ externalId }) => externalId)).toEqual(['2', '3']);
    expect(end).toEqual({ kind: 'full', complete: true, cursor: null, rows: 4 });
  });

  it('say nothing about absence when empty, header only, or too small', async () => {
    expect((await read('')).end).toMatchObject({ complete: false, reason: 'the file is empty' });
    expect((await read('\n\n')).end).toMatchObject({ complete: false, reason: 'the file is empty' });
    expect((await read('id,name\n')).end).toMatchObject({
      complete: false,
      reason: 'the file has a header and no rows',
    });
    const small = await read('id,name\n1,a\n2,b\n', { minimumRows: 3 });
    expect(small.records).toHaveLength(2);
    expect(small.end).toMatchObject({ complete: false, reason: 'the file has 2 rows; at least 3 are expected' });
  });

  it('cut off anywhere but in their last cell are never complete', async () => {
    const whole = Buffer.from('id,name,note\n1,Zoë,"a, ""b""\nc"\n2,Bob,x\n3,"C",y\n');
    const inLastCell = (text: string) => /(^|\n)\d,[^,\n]*,([^"\n]*|"([^"]|"")*")$/.test(text) || text === '';
    for (let at = 0; at < whole.length; at += 1) {
      const part = whole.subarray(0, at);
      const text = part.toString();
      const rows = text.split('\n').length;
      if ((text.endsWith('\n') && rows !== 3) || inLastCell(text)) continue;
      const result = await read(part).catch((error: unknown) => error);
      if (result instanceof ConnectorError) continue;
      expect((result as Awaited<ReturnType<typeof read>>).end.complete, JSON.stringify(text)).toBe(false);
    }
  });

  it('that change while they are read are not complete', async () => {
    await writeFile(file, `id,name\n${Array.from({ length: 5_000 }, (_, index) => `${index},x\n`).join('')}`);
    const reading = open().read(null, AbortSignal.timeout(10_000));
    await reading.next();
    await appendFile(file, '9999,late\n');
    let last = await reading.next();
    while (last.done !== true) last = await reading.next();
    expect(last.value).toMatchObject({ complete: false, reason: 'the file changed while it was read' });
  });

  it('that are none, or may not be read, are said so', async () => {
    const folderGiven = await readAll(open({ file: folder })).catch((error: unknown) => error);
    expect(folderGiven).toMatchObject({ kind: 'rejected', message: `${folder} is not a file.` });
    const error = await failure('name\n1\n');
    expect(error.message).toContain('no key column "id"');
    expect((await failure('id,"na\n1,x\n')).message).toContain('header line cannot be read');
    expect(unopened('people.csv', 'EACCES')).toMatchObject({ kind: 'auth', message: 'people.csv may not be read.' });
    expect(unopened('people.csv', 'EIO')).toMatchObject({ kind: 'unavailable' });
  });
});
