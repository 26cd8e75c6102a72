import { MongoError } from '../mongo-error.ts';

/** An error of MongoDB's that has a number and no name: its code name is `Location` and the number. */
export const location = (code: number, message: string): MongoError => new MongoError(code, `Location${code}`, message);
