import { z } from 'zod';
import type { Attributes, PersonStatus, RawRecord, RecordProblem, Value } from '../../src/core/connector.ts';
import type { Layout } from './layout.ts';

/** One record of the file; `line` is the one it begins on. */
export type Row = { cells: readonly string[]; line: number };

export type Reading = { kind: 'record'; record: RawRecord } | { kind: 'problem'; problem: RecordProblem };

const dates = new Set(['startDate', 'endDate']);
const IsoDate = z.union([z.iso.date(), z.iso.datetime({ local: true, offset: true })]);

/** A row as a record, or why it is none. Nothing is guessed: an unknown word, a wrong date or a missing cell is a problem. */
export function readRow({ cells, line }: Row, layout: Layout, words: ReadonlyMap<string, PersonStatus>): Reading {
  const problem = (message: string, externalId?: string): Reading => ({
    kind: 'problem',
    problem: { place: `line ${line}`, message, ...(externalId === undefined ? {} : { externalId }) },
  });
  const externalId = cells[layout.key]?.trim() ?? '';
  if (cells.length !== layout.columns.length)
    return problem(`it has ${cells.length} cells instead of ${layout.columns.length}`, sureKey(cells, layout));
  if (externalId === '') return problem('the key is empty');
  const word = layout.status === null ? 'active' : (cells[layout.status] ?? '').trim();
  const status = words.get(word.toLowerCase());
  if (status === undefined)
    return problem(`the status "${word.slice(0, 40)}" is not known: say under status what it means`, externalId);
  const attributes = attributesOf(cells, layout);
  for (const name of dates)
    if (attributes[name] !== undefined && !IsoDate.safeParse(attributes[name]).success)
      return problem(`${name} "${String(attributes[name]).slice(0, 40)}" is not a date such as 2026-12-31`, externalId);
  return { kind: 'record', record: { externalId, status, attributes } };
}

/**
 * The key of a row whose cells do not add up. A stray delimiter moves what follows it, so only a key in the first column is sure; and a
 * stray quote swallows whole lines, so it is not in a row that holds a line break.
 */
function sureKey(cells: readonly string[], layout: Layout): string | undefined {
  if (layout.key !== 0 || cells.some((cell) => /[\r\n]/.test(cell))) return undefined;
  return cells[0]?.trim() || undefined;
}

function attributesOf(cells: readonly string[], layout: Layout): Attributes {
  const found: [string, Value | readonly Value[]][] = [];
  for (const [index, name] of layout.columns.entries()) {
    const text = (cells[index] ?? '').trim();
    if (name === null || index === layout.status || text === '') continue;
    const value = name === 'memberOf' ? severalOf(text) : text;
    if (value.length > 0) found.push([name, value]);
  }
  return Object.fromEntries(found);
}

const severalOf = (text: string) =>
  text
    .split(';')
    .map((part) => part.trim())
    .filter((part) => part !== '');
