import { isUtf8 } from 'node:buffer';
import { createReadStream } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import { ConnectorError } from '../../src/core/connector.ts';
import type { CsvConfig } from './config.ts';
import { fitness } from './layout.ts';
import { createSplitter, type Line, longestRecord, type Piece, splitLines } from './records.ts';

const sampleBytes = 65_536;
const longestLine = 1_048_576;

/** An open file, and where it was opened. */
export type Source = { path: string; handle: FileHandle };

/** Opens a plain file for reading, or says in words why not. */
export async function openFile(path: string): Promise<Source> {
  try {
    const handle = await open(path, 'r');
    if ((await handle.stat()).isFile()) return { path, handle };
    await handle.close();
  } catch (error) {
    throw unopened(path, error instanceof Error && 'code' in error ? String(error.code) : '');
  }
  throw new ConnectorError('rejected', 'none', `${path} is not a file.`, { remedy: 'Name a CSV file in the config.' });
}

/** Why a file could not be opened, by the system's error code. */
export function unopened(path: string, code: string): ConnectorError {
  if (code === 'EACCES' || code === 'EPERM')
    return new ConnectorError('auth', 'none', `${path} may not be read.`, { remedy: 'Let Rollcall read the file.' });
  const why = code === 'ENOENT' ? 'is not there' : `could not be opened (${code})`;
  return new ConnectorError('unavailable', 'none', `${path} ${why}.`, {
    remedy: 'Put the file where the config says; Rollcall tries again by itself.',
  });
}

type Encoding = NonNullable<CsvConfig['encoding']> | 'utf-16be';

/** A byte order mark outweighs the config: it cannot be there by chance. */
function encodingOf(sample: Buffer, claimed: CsvConfig['encoding']): Encoding {
  if (sample.subarray(0, 3).equals(Buffer.from([0xef, 0xbb, 0xbf]))) return 'utf-8';
  if (sample.subarray(0, 2).equals(Buffer.from([0xff, 0xfe]))) return 'utf-16le';
  if (sample.subarray(0, 2).equals(Buffer.from([0xfe, 0xff]))) return 'utf-16be';
  return claimed ?? 'utf-8';
}

/** The delimiter under which the header line has the key, else the most columns. */
export function delimiterOf(sample: string, key: string): string {
  const lines = sample.match(/[^\r\n]*(?:\r\n|\n|\r)|[^\r\n]+$/g) ?? [];
  const readings = [',', ';', '\t', '|'].map((delimiter) => {
    const [first] = splitLines(lines.slice(0, longestRecord), delimiter);
    return { delimiter, fit: first?.kind === 'row' ? fitness(first.cells, key) : 0 };
  });
  return readings.reduce((best, reading) => (reading.fit > best.fit ? reading : best)).delimiter;
}

/** Every piece of the file in order, the header line first, with no more than a batch of rows in memory. */
export async function* piecesIn(source: Source, config: CsvConfig, signal: AbortSignal): AsyncGenerator<Piece> {
  const buffer = Buffer.alloc(sampleBytes);
  const { bytesRead } = await source.handle.read(buffer, 0, sampleBytes, 0);
  const sample = buffer.subarray(0, bytesRead);
  const encoding = encodingOf(sample, config.encoding);
  const text = new TextDecoder(encoding).decode(sample);
  const splitter = createSplitter(config.delimiter ?? delimiterOf(text, config.key));
  for await (const line of linesOf(decoded(source, encoding, signal))) yield* splitter.push(line);
  yield* splitter.end();
}

async function* decoded({ path, handle }: Source, encoding: Encoding, signal: AbortSignal): AsyncGenerator<string> {
  const decoder = new TextDecoder(encoding, { fatal: true });
  try {
    for await (const chunk of handle.createReadStream({ start: 0, autoClose: false })) {
      signal.throwIfAborted();
      yield decoder.decode(chunk, { stream: true });
    }
    yield decoder.decode();
  } catch (error) {
    throw error instanceof TypeError ? await badEncoding(path, encoding) : error;
  }
}

/** Names the first line that is not what the file claims to be. */
async function badEncoding(path: string, encoding: Encoding): Promise<ConnectorError> {
  let line = 0;
  if (encoding === 'utf-8')
    for await (const text of createInterface(createReadStream(path, 'latin1'))) {
      line += 1;
      if (!isUtf8(Buffer.from(text, 'latin1'))) break;
    }
  return new ConnectorError('rejected', 'none', `The file is not ${encoding}${line > 0 ? `: see line ${line}` : ''}.`, {
    remedy:
      'Save it as UTF-8, or say under encoding what it is (windows-1252, utf-16le); in its last line, it may be cut off.',
  });
}

/** Lines with their line breaks, of any system's kind. A carriage return at the end of a chunk may be half of one, so it waits. */
export async function* linesOf(chunks: AsyncIterable<string>): AsyncGenerator<Line> {
  let rest = '';
  let number = 0;
  for await (const chunk of chunks) {
    const text = rest + chunk;
    let start = 0;
    for (const { index, 0: lineBreak } of text.matchAll(/\r\n|\n|\r(?!$)/g)) {
      number += 1;
      yield { text: text.slice(start, index + lineBreak.length), number };
      start = index + lineBreak.length;
    }
    rest = text.slice(start);
    if (rest.length > longestLine)
      throw new ConnectorError('rejected', 'none', `Line ${number + 1} has no end: this is no CSV file.`);
  }
  if (rest !== '') yield { text: rest, number: number + 1 };
}
