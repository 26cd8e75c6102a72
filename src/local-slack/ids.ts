import { createHash, randomBytes } from 'node:crypto';

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ012345';

const spell = (bytes: Buffer, length: number): string =>
  Array.from(bytes.subarray(0, length), (byte) => alphabet[byte % alphabet.length]).join('');

/** The same id for the same seed, so that channels and the bot keep theirs over restarts. Looks like Slack's. */
export const stableId = (prefix: string, seed: string): string =>
  prefix + spell(createHash('sha256').update(`${prefix}:${seed}`).digest(), 10);

export const randomId = (prefix: string): string => prefix + spell(randomBytes(10), 10);

export const randomSecret = (bytes = 16): string => randomBytes(bytes).toString('hex');
