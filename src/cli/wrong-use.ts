import { RollcallError, refused } from '../core/errors.ts';

/** Something typed that means nothing or more than one thing: exit code 2. */
export const wrongUse = (message: string, remedy: string): RollcallError => refused('wrong-use', message, remedy);

export const isWrongUse = (error: unknown): boolean => error instanceof RollcallError && error.code === 'wrong-use';
