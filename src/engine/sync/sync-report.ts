import type { RecordProblem } from '../../core/connector.ts';
import type { SyncReport } from '../use-cases.ts';

/** What one read came to, as far as a report tells it. */
export type Read = {
  directory: string;
  rows: number;
  joined: number;
  changed: number;
  left: number;
  problems: readonly RecordProblem[];
};

/** Problems shown and stored; more are only counted. */
export const problemsKept = 200;

/** The report of a read; `reason` says why it is not believed or could not be made. */
export function reportOf(
  read: Read,
  result: SyncReport['result'],
  kind: SyncReport['kind'],
  reason: string,
): SyncReport {
  return {
    ...read,
    result,
    kind,
    problems: read.problems.slice(0, problemsKept),
    text: sentence(read, result, reason),
  };
}

function sentence(read: Read, result: SyncReport['result'], reason: string): string {
  const { directory, rows, joined, changed, left, problems } = read;
  if (result === 'unchanged') return `${directory} has not changed since the last read.`;
  if (result === 'failed') return `${directory} could not be read: ${reason}`;
  const bad = problems.length === 0 ? '' : `; ${problems.length} rows had problems and were left as they were`;
  const told = `${directory} was read: ${rows} rows, ${joined} joined, ${changed} changed, ${left} no longer there${bad}.`;
  return result === 'refused' ? `${told} Nobody was taken as gone: ${reason}.` : told;
}
