import { z } from 'zod';
import { defineDirectory, type RawRecord, type RecordProblem } from '../../src/core/connector.ts';

/** A directory that lives in this process: a test sets its rows and how the next read ends. */
export function memoryDirectory(rows: RawRecord[] = []) {
  const state = { rows, problems: [] as RecordProblem[], complete: true, reads: 0, gone: null as string[] | null };
  const connector = defineDirectory({
    kind: 'directory',
    name: 'memory-directory',
    title: 'Memory directory',
    config: z.object({}),
    connect: () => ({
      async *read() {
        state.reads += 1;
        const kind = state.gone === null ? 'full' : 'delta';
        for (let start = 0; start < Math.max(1, state.rows.length); start += 200) {
          yield {
            records: state.rows.slice(start, start + 200),
            problems: start === 0 ? state.problems : [],
            gone: state.gone ?? [],
          };
        }
        const reason = state.complete ? {} : { reason: 'the file ends in the middle of a row' };
        return { kind, complete: state.complete, ...reason, cursor: null, rows: state.rows.length } as const;
      },
    }),
  });
  return { connector, state };
}

export const row = (
  externalId: string,
  attributes: RawRecord['attributes'] = {},
  status: RawRecord['status'] = 'active',
): RawRecord => ({
  externalId,
  status,
  attributes: { email: `${externalId}@acme.test`, displayName: `Person ${externalId}`, ...attributes },
});
