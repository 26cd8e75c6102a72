import { gunzipSync, gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { RollcallError } from '../../../src/core/errors.ts';
import { documentText } from '../../../src/store/archive/document-text.ts';
import { archiveFormat, entryLine, type Header, headerLine, trailerLine } from '../../../src/store/archive/format.ts';
import { readArchive, type Summary } from '../../../src/store/archive/reader.ts';
import { createTally } from '../../../src/store/archive/tally.ts';

const header: Header = {
  ...{ rollcall: 'store', format: archiveFormat, version: '1.2.3', at: '2026-01-02T03:04:05.000Z' },
  ...{ store: 'built-in', keys: ['key-1'] },
};
const collections = ['people', 'logins', 'secrets', 'inbox'];
const documents = {
  people: [
    { _id: 'p-1', name: 'Zoë \ufffd', version: 1 },
    { _id: 'p-2', name: 'Ada', version: 12 },
    { _id: 'p-3', name: 'Bob', version: 12 },
  ],
  logins: [
    { _id: 'l-1', app: 'crm', at: 5 },
    { _id: 'l-2', app: 'crm', at: null },
  ],
  secrets: [{ _id: 's-1', nested: [{ sealed: { key: 'key-1', nonce: 'AA', text: 'BB', tag: 'CC' } }] }],
  inbox: [{ _id: 'i-1', purgeAfter: new Date(5) }],
};

function linesOf(first: object = header): string[] {
  const tally = createTally();
  const head = headerLine(first as Header);
  const entries = Object.entries(documents).flatMap(([name, rows]) =>
    rows.map((row) => {
      tally.add(name, documentText(row));
      return entryLine(name, documentText(row));
    }),
  );
  return [head, ...entries, trailerLine(head, tally.sums())];
}

const lines = linesOf();
const whole = Buffer.from(`${lines.join('\n')}\n`);

async function* chunks(bytes: Uint8Array, size: number) {
  for (let start = 0; start < bytes.length; start += size) yield bytes.subarray(start, start + size);
}

async function read(bytes: Uint8Array, size = 64, version = '1.2.3') {
  const entries = readArchive(chunks(bytes, size), { version, collections });
  const found: string[] = [];
  for (;;) {
    const next = await entries.next();
    if (next.done) return { found, summary: next.value as Summary };
    found.push(`${next.value.collection} ${next.value.document._id}`);
  }
}

/** The code it is refused with; null when it is taken. */
const refusal = (bytes: Uint8Array, size = 64) =>
  read(bytes, size).then(
    () => null,
    (error: unknown) => {
      if (error instanceof RollcallError) return error.code;
      throw error;
    },
  );

const joined = (some: readonly string[]) => Buffer.from(some.map((line) => `${line}\n`).join(''));
const codes = ['damaged-export', 'foreign-export', 'newer-export'];
const place = fc.nat({ max: lines.length - 1 });

describe('reading an export', () => {
  it('gives every document, however the bytes come, plain or gzipped', async () => {
    const packed = gzipSync(whole);
    for (const size of [1, 2, 7, 100_000])
      for (const bytes of [whole, packed]) {
        const { found, summary } = await read(bytes, size);
        expect(found).toEqual(
          Object.entries(documents).flatMap(([name, rows]) => rows.map(({ _id }) => `${name} ${_id}`)),
        );
        expect(summary).toMatchObject({ header, documents: 7, keys: ['key-1'], trailer: lines.at(-1) });
      }
  });

  it('finds every byte that is another one', async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat({ max: whole.length - 1 }), fc.integer({ min: 1, max: 255 }), async (at, by) => {
        const edited = Buffer.from(whole);
        edited[at] = ((edited[at] ?? 0) + by) % 256;
        expect(codes).toContain(await refusal(edited));
      }),
      { numRuns: 1_000 },
    );
  });

  it('finds text that was put in or taken out', async () => {
    const cut = fc.tuple(fc.nat({ max: whole.length - 1 }), fc.integer({ min: 1, max: 200 }));
    await fc.assert(
      fc.asyncProperty(cut, fc.oneof(fc.constant(''), fc.string({ minLength: 1 })), async ([at, length], text) => {
        const taken = text === '' ? Math.min(length, whole.length - at) : 0;
        const edited = Buffer.concat([whole.subarray(0, at), Buffer.from(text), whole.subarray(at + taken)]);
        expect(codes).toContain(await refusal(edited));
      }),
      { numRuns: 500 },
    );
  });

  it('finds lines that were dropped, doubled, swapped or moved to the end', async () => {
    await fc.assert(
      fc.asyncProperty(place, place, fc.constantFrom('drop', 'double', 'swap', 'move'), async (one, other, how) => {
        const edited = [...lines];
        const [line = ''] = how === 'double' ? [lines[one]] : edited.splice(one, 1);
        if (how === 'double') edited.splice(other, 0, line);
        if (how === 'swap') edited.splice(other, 0, line);
        if (how === 'move') edited.push(line);
        fc.pre(edited.join('\n') !== lines.join('\n'));
        expect(codes).toContain(await refusal(joined(edited)));
      }),
      { numRuns: 500 },
    );
  });

  it('finds that it was cut off, anywhere', async () => {
    const packed = gzipSync(whole);
    for (let length = 0; length < whole.length; length += 1)
      expect(codes, `${length} of ${whole.length}`).toContain(await refusal(whole.subarray(0, length), 10_000));
    for (let length = 0; length < packed.length; length += 1)
      expect(codes, `${length} of ${packed.length}`).toContain(await refusal(packed.subarray(0, length), 10_000));
  });

  it('finds what follows the end, and what was gzipped and changed', async () => {
    expect(await refusal(Buffer.concat([whole, Buffer.from('{}\n')]))).toBe('damaged-export');
    expect(await refusal(Buffer.concat([gzipSync(whole), gzipSync('{}\n')]))).toBe('damaged-export');
    const packed = gzipSync(whole);
    for (let at = 10; at < packed.length; at += 1) {
      const edited = Buffer.from(packed);
      edited[at] = (edited[at] ?? 0) ^ 0x10;
      const code = await refusal(edited, 10_000);
      // The last byte has bits that mean nothing.
      if (code === null) expect(gunzipSync(edited), `${at}`).toEqual(whole);
      else expect(codes, `${at}`).toContain(code);
    }
  });

  it('says of other files that they are none, and of a later version that it is later', async () => {
    for (const text of ['', '{}\n', 'version: 1\n', '\n\n', '{"rollcall":"events"}\n', `${'x'.repeat(100_000)}\n`])
      expect(await refusal(Buffer.from(text)), text).toBe('foreign-export');
    expect(await refusal(joined(linesOf({ ...header, format: archiveFormat + 1, more: 1 })))).toBe('newer-export');
    for (const version of ['1.2.4', '1.10.0', '2.0.0'])
      expect(await refusal(joined(linesOf({ ...header, version }))), version).toBe('newer-export');
    for (const version of ['1.2.3', '1.2.2', '0.9.9'])
      expect(await refusal(joined(linesOf({ ...header, version })))).toBeNull();
    const unknown = [lines[0] ?? '', entryLine('spaceships', '{"_id":"a"}')];
    await expect(read(joined(unknown))).rejects.toThrow('line 2: there is no collection spaceships');
  });

  it('says what was changed', async () => {
    const edited = lines.map((line) => line.replace('"app":"crm","at":5', '"app":"crm","at":6'));
    await expect(read(joined(edited))).rejects.toThrow(`line ${lines.length}: logins is not what was written`);
    const renamed = lines.map((line) => line.replace('2026-01-02', '2026-01-03'));
    await expect(read(joined(renamed))).rejects.toThrow('its first or last line is not what was written');
    await expect(read(joined(lines.slice(0, -1)))).rejects.toThrow('its last line is missing: it was cut off');
  });
});
