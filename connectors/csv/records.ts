import { parse } from 'csv-parse/sync';
import type { Row } from './row.ts';

/** A line of the file with its line break, counted from 1. */
export type Line = { text: string; number: number };

/** A row, or a line that is no CSV: even whose it is cannot be said, for a stray quote may have swallowed others. */
export type Piece = ({ kind: 'row' } & Row) | { kind: 'broken'; line: number };

/** A quoted cell with more line breaks than this is a stray quote. */
export const longestRecord = 100;
const batch = 200;

const quotesIn = (text: string) => text.split('"').length - 1;

/**
 * Puts lines together to records and has them parsed. A record ends on the line where its quotes are even (RFC 4180 section 2). Where that
 * never comes, or the record does not parse, the one line is broken and reading goes on with the next: a stray quote costs one row, not
 * the rest of the file.
 */
export function createSplitter(delimiter: string) {
  const waiting: Line[] = [];
  const ready: Line[][] = [];

  const group = (final: boolean): Line[] | null => {
    let quotes = 0;
    for (const [index, { text }] of waiting.slice(0, longestRecord).entries()) {
      quotes += quotesIn(text);
      if (quotes % 2 === 0) return waiting.splice(0, index + 1);
    }
    return waiting.length > 0 && (final || waiting.length >= longestRecord) ? waiting.splice(0, 1) : null;
  };

  const collect = (final: boolean) => {
    for (let lines = group(final); lines !== null; lines = group(final))
      if (lines.some(({ text }) => text.trim() !== '')) ready.push(lines);
  };

  return {
    /** The pieces that are complete; nothing until a batch is worth parsing. */
    push: (line: Line): Piece[] => {
      waiting.push(line);
      collect(false);
      return ready.length >= batch ? piecesOf(ready.splice(0), delimiter) : [];
    },
    end: (): Piece[] => {
      collect(true);
      return piecesOf(ready.splice(0), delimiter);
    },
  };
}

/** The pieces of a text that is there as a whole. */
export function splitLines(texts: readonly string[], delimiter: string): Piece[] {
  const splitter = createSplitter(delimiter);
  return [...texts.flatMap((text, index) => splitter.push({ text, number: index + 1 })), ...splitter.end()];
}

/** All at once, which is fast; one by one where that fails. */
function piecesOf(records: readonly Line[][], delimiter: string): Piece[] {
  const rows = parsed(records.flat(), delimiter);
  if (rows?.length === records.length) return records.map((lines, index) => rowOf(lines, rows[index] ?? []));
  return records.flatMap((lines) => {
    const [cells, ...more] = parsed(lines, delimiter) ?? [];
    return cells !== undefined && more.length === 0 ? [rowOf(lines, cells)] : brokenOf(lines, delimiter);
  });
}

const rowOf = (lines: readonly Line[], cells: readonly string[]): Piece => ({
  kind: 'row',
  cells,
  line: lines[0]?.number ?? 0,
});

function brokenOf([line, ...rest]: readonly Line[], delimiter: string): Piece[] {
  if (line === undefined) return [];
  const again = createSplitter(delimiter);
  return [{ kind: 'broken', line: line.number }, ...rest.flatMap(again.push), ...again.end()];
}

function parsed(lines: readonly Line[], delimiter: string): string[][] | null {
  try {
    return parse(lines.map(({ text }) => text).join(''), {
      delimiter,
      record_delimiter: ['\r\n', '\n', '\r'],
      relax_column_count: true,
      skip_empty_lines: true,
    });
  } catch {
    return null;
  }
}
