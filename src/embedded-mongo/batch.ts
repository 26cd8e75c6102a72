import type { Deadline } from './deadline.ts';
import type { Store } from './documents.ts';
import { MongoError } from './mongo-error.ts';

/** How long one transaction of a batch goes on: other commands wait meanwhile. */
const TRANSACTION_MS = 15;

export interface WriteError {
  readonly index: number;
  readonly code: number;
  readonly errmsg: string;
}

/** One statement of a batch: `now` runs inside a transaction and answers false to be given `later`, outside. */
export interface Statement {
  now(): boolean;
  later?(): Promise<void>;
}

/**
 * Runs the statements of a write command in order, as many in one transaction as a few milliseconds hold.
 * @returns an error for each that failed; when `ordered`, the first ends the batch.
 */
export async function runBatch(
  store: Store,
  statements: readonly Statement[],
  ordered: boolean,
  deadline: Deadline,
): Promise<WriteError[]> {
  const errors: WriteError[] = [];
  let next = 0;
  const fail = (error: unknown) => {
    if (!(error instanceof MongoError)) throw error;
    errors.push({ index: next, code: error.code, errmsg: error.message, ...error.extra });
    next = ordered ? statements.length : next + 1;
  };
  while (next < statements.length) {
    deadline.check();
    const waiting = await store.storage.write(() => {
      const end = performance.now() + TRANSACTION_MS;
      for (let statement = statements[next]; statement && performance.now() < end; statement = statements[next]) {
        try {
          if (!statement.now()) return statement;
          next += 1;
        } catch (error) {
          fail(error);
        }
      }
      return undefined;
    });
    if (waiting) await waiting.later?.().then(() => (next += 1), fail);
  }
  return errors;
}
