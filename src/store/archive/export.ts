import { refused } from '../../core/errors.ts';
import type { Clock } from '../../engine/ports.ts';
import { moveId, unfinished } from '../mongo/moves.ts';
import { isAtWork, traces } from './at-work.ts';
import { archiveContents, type Content } from './contents.ts';
import { documentText, type Stored } from './document-text.ts';
import { archiveFormat, entryLine, type Header, headerLine, trailerLine } from './format.ts';
import { sealingKeysIn } from './sealing-keys-in.ts';
import type { Reading, Source } from './source.ts';
import { createTally, differences, type Sum, type Tally } from './tally.ts';

export type ExportOptions = {
  source: Source;
  clock: Pick<Clock, 'now' | 'monotonic' | 'sleep'>;
  /** Of this Rollcall. */
  version: string;
  /** Also while a bot is at work. */
  whileRunning: boolean;
  /** Told how many documents were read so far. */
  told(documents: number): void;
};

export type ExportReport = {
  header: Header;
  documents: number;
  /** How many of each collection that has any. */
  collections: Readonly<Record<string, number>>;
};

/**
 * Writes a store as text, line by line; `write` is given its pieces and makes a file of them. What is exported was in the store at one
 * and the same moment: the built-in store is read as of one; a MongoDB is read twice, and what is the same both times was all there
 * in between. When `write` fails, or the text ends in an error, nothing of it is an export: its last line is missing.
 * @throws RollcallError `at-work`, `changed-meanwhile`, `import-unfinished`, `foreign-document` (show)
 */
export async function exportStore(
  options: ExportOptions,
  write: (pieces: AsyncIterable<string>) => Promise<void>,
): Promise<ExportReport> {
  const { source, clock, whileRunning } = options;
  if (!whileRunning && (await isAtWork(source, clock))) throw atWork();
  const reading = await source.read();
  try {
    await requireWhole(reading);
    const contents = archiveContents();
    const header = await headerOf(options, reading, contents);
    const tally = createTally();
    await write(inPieces(linesOf({ ...options, reading, contents, header, tally })));
    return { header, documents: tally.total(), collections: countsOf(tally.sums()) };
  } finally {
    await reading.close();
  }
}

export const countsOf = (sums: ReadonlyMap<string, Sum>): Record<string, number> =>
  Object.fromEntries([...sums].map(([name, { documents }]) => [name, documents]));

async function requireWhole({ documents }: Reading): Promise<void> {
  for await (const { _id, at } of documents('moves')) if (_id === moveId) throw unfinished(at);
}

async function headerOf(
  { source, clock, version }: ExportOptions,
  reading: Reading,
  contents: readonly Content[],
): Promise<Header> {
  const keys = new Set<string>();
  for (const { name } of contents.filter(({ seals }) => seals))
    for await (const document of reading.documents(name)) for (const key of sealingKeysIn(document)) keys.add(key);
  const at = new Date(clock.now()).toISOString();
  return { rollcall: 'store', format: archiveFormat, version, at, store: source.kind, keys: [...keys].sort() };
}

type Parts = ExportOptions & {
  reading: Reading;
  contents: readonly Content[];
  header: Header;
  tally: Tally;
};

async function* linesOf({ reading, contents, header, tally, ...options }: Parts): AsyncGenerator<string> {
  const before = await traces(reading);
  const first = headerLine(header);
  yield first;
  const expired = expiredAt(options.clock.now());
  for (const content of contents) {
    for await (const document of reading.documents(content.name)) {
      if (expired(content, document)) continue;
      const text = documentText(document);
      tally.add(content.name, text);
      yield entryLine(content.name, text);
      if (tally.total() % 1_000 === 0) options.told(tally.total());
    }
  }
  const sums = tally.sums();
  if (!options.source.steady) requireSame(sums, await readAgain(reading, contents, expired));
  if (!options.whileRunning && (await tracesNow(options.source)) !== before) throw changed('a Rollcall process began');
  yield trailerLine(first, sums);
}

/** What the store itself is about to remove stays behind: half an hour later it would be there one moment and gone the next. */
const margin = 30 * 60_000;
const expiredAt =
  (now: number) =>
  ({ expiry }: Content, document: Stored): boolean => {
    const since = expiry === null ? null : valueAt(document, expiry.field);
    return expiry !== null && since instanceof Date && since.getTime() + expiry.milliseconds < now + margin;
  };

/** `path`: of names with dots between them. */
const valueAt = (document: Stored, path: string): unknown =>
  path.split('.').reduce<unknown>((value, name) => (value as Record<string, unknown> | undefined)?.[name], document);

async function readAgain(
  reading: Reading,
  contents: readonly Content[],
  expired: ReturnType<typeof expiredAt>,
): Promise<ReadonlyMap<string, Sum>> {
  const tally = createTally();
  for (const content of contents)
    for await (const document of reading.documents(content.name))
      if (!expired(content, document)) tally.add(content.name, documentText(document));
  return tally.sums();
}

function requireSame(first: ReadonlyMap<string, Sum>, second: ReadonlyMap<string, Sum>): void {
  const differing = differences(first, second);
  if (differing.length > 0) throw changed(`${differing.join(', ')} changed`);
}

async function tracesNow(source: Source): Promise<string> {
  const reading = await source.read();
  return traces(reading).finally(() => reading.close());
}

const atWork = () =>
  refused(
    'at-work',
    'a Rollcall process is at work on this store',
    'To move, stop every bot first: what they do after the export would not be in it. For a backup beside them, give --while-running.',
  );

const changed = (what: string) =>
  refused(
    'changed-meanwhile',
    `${what} while the store was read: the export would show no one moment, so there is none`,
    'Stop every bot, let no command run beside, and export again.',
  );

/** Lines are short and writes cost: pieces of about this many characters. */
const piece = 64 * 1024;

async function* inPieces(lines: AsyncIterable<string>): AsyncGenerator<string> {
  let waiting: string[] = [];
  let size = 0;
  for await (const line of lines) {
    waiting.push(line, '\n');
    size += line.length + 1;
    if (size < piece) continue;
    yield waiting.join('');
    waiting = [];
    size = 0;
  }
  if (size > 0) yield waiting.join('');
}
