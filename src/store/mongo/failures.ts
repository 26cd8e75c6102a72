import { mongo } from 'mongoose';
import { RollcallError } from '../../core/errors.ts';

/** Did the connection break so that we cannot know whether the command was carried out? A bulk write wraps what it met. */
export function isUnsure(error: unknown): boolean {
  if (error instanceof mongo.MongoBulkWriteError && isUnsure(error.errorResponse)) return true;
  if (error instanceof mongo.MongoNetworkError) return true;
  return error instanceof mongo.MongoError && error.hasErrorLabel('RetryableWriteError');
}

const isDuplicateCode = (code: unknown): boolean => code === 11000;

/** Some unique key is taken, and nothing else went wrong. */
export function isDuplicate(error: unknown): error is mongo.MongoServerError {
  if (!(error instanceof mongo.MongoServerError)) return false;
  if (!(error instanceof mongo.MongoBulkWriteError)) return isDuplicateCode(error.code);
  return writeErrors(error).every(({ code }) => isDuplicateCode(code)) && writeErrors(error).length > 0;
}

export function writeErrors(error: unknown): mongo.WriteError[] {
  return error instanceof mongo.MongoBulkWriteError ? [error.writeErrors].flat() : [];
}

/**
 * Carries out a command that may be repeated, once more when the connection broke before its answer came.
 * `again` tells that an earlier try may have been carried out.
 */
export async function twice<T>(command: () => Promise<T>): Promise<{ answer: T; again: boolean }> {
  try {
    return { answer: await command(), again: false };
  } catch (error) {
    if (!isUnsure(error)) throw error;
    return { answer: await command(), again: true };
  }
}

/** Wraps every function of a port, so that failures of the database leave the store as coded errors. */
export function guarded<T extends object>(port: T): T {
  return new Proxy(port, {
    get(target, name, receiver) {
      const member: unknown = Reflect.get(target, name, receiver);
      if (typeof member !== 'function') return member;
      return (...parameters: unknown[]) => {
        const answer: unknown = member.apply(target, parameters);
        return answer instanceof Promise ? answer.catch(fail) : answer;
      };
    },
  });
}

/** MongoDB's code `OutOfDiskSpace`. A bulk write wraps what it met. */
const fullCode = 14031;
const isFull = (error: unknown): boolean =>
  error instanceof mongo.MongoServerError &&
  (error.code === fullCode || writeErrors(error).some(({ code }) => code === fullCode));

/**
 * @throws RollcallError `store-unavailable` (retry), `store-full` (retry) where its disk takes nothing more, or the error as it is: then it
 * is a bug.
 */
export function fail(error: unknown): never {
  if (isFull(error))
    throw new RollcallError(
      'store-full',
      'retry',
      'the disk of the store takes nothing more, so nothing is written; what was written before is safe',
      'Make room on the disk of the store (DATA_DIR, or that of MongoDB). Rollcall goes on by itself.',
      { cause: error },
    );
  const gone = error instanceof mongo.MongoServerSelectionError || isUnsure(error) || isClosed(error);
  if (!gone) throw error;
  throw new RollcallError(
    'store-unavailable',
    'retry',
    `the store did not answer: ${error instanceof Error ? error.message : String(error)}`,
    'Rollcall tries again by itself. If it lasts, check that MongoDB runs and that MONGODB_URI leads to it.',
    { cause: error },
  );
}

/** Mongoose refuses at once while it is not connected (`bufferCommands: false`). */
const isClosed = (error: unknown): boolean =>
  error instanceof mongo.MongoNotConnectedError ||
  error instanceof mongo.MongoClientClosedError ||
  (error instanceof Error && error.name === 'MongooseError' && error.message.includes('bufferCommands'));
