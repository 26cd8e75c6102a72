import { broken } from './errors.ts';

/** Nobody takes one of these for another (no I, l, O, o, i, 0, 1), and none means anything in XML, HTML, a URL's path or a shell's quotes. */
const classes = ['ABCDEFGHJKLMNPQRSTUVWXYZ', 'abcdefghjkmnpqrstuvwxyz', '23456789', '!#%*+-=?@'] as const;
/** Sixty-four, so that six bits choose one without favour. */
const alphabet = classes.join('');
const length = 20;
/** A draw lacks a class about once in eight; so many in a row come only from a broken source. */
const draws = 1_000;

/**
 * A password of 20 characters, 120 bits before the draws that lack a class are put back. `bytes` gives that many random bytes,
 * fresh at each call.
 * @throws RollcallError `random-broken` (crash) when the bytes are not random.
 */
export function generatePassword(bytes: (count: number) => Uint8Array): string {
  for (let draw = 0; draw < draws; draw += 1) {
    const password = Array.from(bytes(length), (byte) => alphabet.charAt(byte % alphabet.length)).join('');
    if (classes.every((one) => [...password].some((character) => one.includes(character)))) return password;
  }
  throw broken('random-broken', 'the source of random bytes repeats itself');
}
