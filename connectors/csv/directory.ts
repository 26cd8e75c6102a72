import { type Stats, statSync } from 'node:fs';
import { stat } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { watch } from 'chokidar';
import {
  type ConnectorContext,
  ConnectorError,
  type Directory,
  type DirectoryPage,
  type RawRecord,
  type ReadEnd,
  type RecordProblem,
} from '../../src/core/connector.ts';
import { type CsvConfig, statusWords } from './config.ts';
import { type Layout, layoutOf } from './layout.ts';
import type { Piece } from './records.ts';
import { type Row, readRow } from './row.ts';
import { openFile, piecesIn } from './source.ts';

const pageSize = 500;
/** A file that is being written is left in peace until it stood still this long; milliseconds. */
const stillness = 300;

/** A CSV file as a directory: each read is a full one. */
export function csvDirectory(config: CsvConfig, context: ConnectorContext): Directory {
  const path = resolve(config.file);
  return {
    read: (_cursor, signal) => readFile(path, config, context, signal),
    watch: (changed) => watchFile(path, changed),
    /**
     * Inode, size and time of change, without reading a byte: a file rewritten with other content of the same size within the
     * resolution of the file system's clock is taken for unchanged until its next change.
     */
    fingerprint: async () => {
      const found = await stat(path).catch(() => null);
      return found === null ? null : mark(found);
    },
  };
}

const mark = ({ ino, size, mtimeMs }: Stats) => `${ino}-${size}-${mtimeMs}`;

async function* readFile(
  path: string,
  config: CsvConfig,
  { name }: ConnectorContext,
  signal: AbortSignal,
): AsyncGenerator<DirectoryPage, ReadEnd, void> {
  const file = await openFile(path);
  try {
    const before = mark(await file.handle.stat());
    const table = createTable(config);
    for await (const piece of piecesIn(file, config, signal)) {
      table.take(piece);
      if (table.full()) yield table.page();
    }
    yield table.page();
    if (mark(await file.handle.stat()) !== before) table.doubt('the file changed while it was read');
    return table.end();
  } catch (error) {
    throw error instanceof ConnectorError ? error : stopped(name, error, signal);
  } finally {
    await file.handle.close();
  }
}

const stopped = (name: string, error: unknown, signal: AbortSignal) =>
  new ConnectorError('unavailable', 'none', `${name} was not read to its end: ${whyStopped(error, signal)}.`);
const whyStopped = (error: unknown, signal: AbortSignal) =>
  signal.aborted ? 'there was no time left' : error instanceof Error ? error.message.slice(0, 200) : 'it broke off';

/** Takes the pieces of a file and gives pages; knows what makes the read incomplete. */
function createTable(config: CsvConfig) {
  const words = statusWords(config.status);
  const seen = new Set<string>();
  const doubts: string[] = [];
  let layout: Layout | null = null;
  let records: RawRecord[] = [];
  let problems: RecordProblem[] = [];
  let rows = 0;
  /** The latest row, if it ended too early: as the last of a file it means a file cut off. */
  let ended: number | null = null;

  const doubt = (reason: string) => {
    if (doubts.length < 3) doubts.push(reason);
  };
  const report = (problem: RecordProblem) => {
    problems.push(problem);
    if (problem.externalId === undefined) doubt(`${problem.place}: ${problem.message}`);
  };
  const takeRow = (row: Row, under: Layout) => {
    ended = row.cells.length < under.columns.length ? row.line : null;
    const reading = readRow(row, under, words);
    if (reading.kind === 'problem') return report(reading.problem);
    const { externalId } = reading.record;
    if (seen.has(externalId))
      return report({ place: `line ${row.line}`, message: `the key "${externalId}" was there before`, externalId });
    seen.add(externalId);
    records.push(reading.record);
  };

  return {
    doubt,
    take: (piece: Piece) => {
      if (layout === null) {
        layout = layoutOf(headersOf(piece), config);
        return;
      }
      if (piece.kind === 'row' && piece.cells.every((cell) => cell.trim() === '')) return;
      rows += 1;
      if (piece.kind === 'row') takeRow(piece, layout);
      else report({ place: `line ${piece.line}`, message: 'a quote in it opens or closes where none can' });
    },
    full: () => records.length + problems.length >= pageSize,
    page: (): DirectoryPage => {
      const page = { records, problems, gone: [] };
      records = [];
      problems = [];
      return page;
    },
    end: (): ReadEnd => {
      if (layout === null) doubt('the file is empty');
      else if (rows === 0) doubt('the file has a header and no rows');
      else if (rows < config.minimumRows)
        doubt(`the file has ${rows} rows; at least ${config.minimumRows} are expected`);
      if (ended !== null) doubt(`the file seems cut off at line ${ended}`);
      const reason = doubts.length === 0 ? {} : { reason: doubts.join('; ') };
      return { kind: 'full', complete: doubts.length === 0, ...reason, cursor: null, rows };
    },
  };
}

function headersOf(piece: Piece): readonly string[] {
  if (piece.kind === 'row') return piece.cells;
  throw new ConnectorError('rejected', 'none', `The header line cannot be read: a quote in it is never closed.`, {
    remedy: 'Correct the first line of the file.',
  });
}

/** Watches the folder, so that a file put in its place by renaming is seen too; calls back once per change. */
/** Tells of a file that is another than it was: since this call, not since the watch has begun, which takes a while. */
function watchFile(path: string, changed: () => void): () => Promise<void> {
  let known = markAt(path);
  const look = (): void => {
    const now = markAt(path);
    if (now === known) return;
    known = now;
    if (now !== null) changed();
  };
  const watcher = watch(dirname(path), {
    depth: 0,
    ignoreInitial: true,
    ignored: (entry) => entry !== path && entry !== dirname(path),
    awaitWriteFinish: { stabilityThreshold: stillness, pollInterval: 50 },
  });
  watcher.on('ready', look).on('add', look).on('change', look);
  return () => watcher.close();
}

function markAt(path: string): string | null {
  try {
    return mark(statSync(path));
  } catch {
    return null;
  }
}
