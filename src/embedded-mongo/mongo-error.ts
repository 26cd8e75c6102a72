/** An error as MongoDB sends it: `code` and `codeName` are MongoDB's own; `extra` joins the reply (keyPattern, keyValue …). */
export class MongoError extends Error {
  readonly code: number;
  readonly codeName: string;
  readonly extra: Record<string, unknown>;

  constructor(code: number, codeName: string, message: string, extra: Record<string, unknown> = {}) {
    super(message);
    this.name = 'MongoError';
    this.code = code;
    this.codeName = codeName;
    this.extra = extra;
  }
}

/** Malformed input: a known operator or option with a wrong value. */
export const badValue = (message: string) => new MongoError(2, 'BadValue', message);
export const failedToParse = (message: string) => new MongoError(9, 'FailedToParse', message);
export const typeMismatch = (message: string) => new MongoError(14, 'TypeMismatch', message);
/** What this store leaves out. Never code 20: the driver hides its message. */
export const notSupported = (message: string) => new MongoError(115, 'CommandNotSupported', message);
