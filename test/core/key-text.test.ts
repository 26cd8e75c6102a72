import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readKeys } from '../../src/core/key-text.ts';

const key = fc.uint8Array({ minLength: 32, maxLength: 32 });
const form = fc.constantFrom<('base64' | 'base64url' | 'hex')[]>('base64', 'base64url', 'hex');
const sevens = Buffer.alloc(32, 7);

describe('sealing keys as text', () => {
  it('are read from base64, base64url and hex, padded or not, in their order', () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.tuple(key, form, fc.boolean()), { minLength: 1, selector: ([bytes]) => bytes.join() }),
        (given) => {
          const texts = given.map(([bytes, as, bare]) => {
            const text = Buffer.from(bytes).toString(as);
            return bare ? ` ${text.replace(/=+$/, '')} ` : text;
          });
          const read = readKeys(texts);
          expect('keys' in read && read.keys.map((bytes) => [...bytes])).toEqual(given.map(([bytes]) => [...bytes]));
        },
      ),
      { numRuns: 1_000 },
    );
  });

  it('are refused by any other length, and the text is never repeated', () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ minLength: 8, maxLength: 80 }).filter(({ length }) => length !== 32),
        form,
        (bytes, as) => {
          const text = Buffer.from(bytes).toString(as);
          const read = readKeys([sevens.toString('hex'), text]);
          const problems = 'problems' in read ? read.problems : [];
          expect(problems).toHaveLength(1);
          expect(problems[0]).toMatch(/^key 2 of 2 is \d+ bytes long instead of 32$/);
          expect(problems[0]).not.toContain(text);
        },
      ),
      { numRuns: 1_000 },
    );
  });

  it.each([
    [['', sevens.toString('base64')], ['key 1 of 2 is blank']],
    [[sevens.toString('base64'), ' '], ['key 2 of 2 is blank']],
    [['correct horse battery staple'], ['key 1 of 1 is neither base64 nor hex']],
    [
      [`${sevens.toString('base64')}!`, 'a+b_c'],
      ['key 1 of 2 is neither base64 nor hex', 'key 2 of 2 is neither base64 nor hex'],
    ],
    [
      [sevens.toString('base64'), 'AAAA', sevens.toString('hex')],
      ['key 2 of 3 is 3 bytes long instead of 32', 'key 3 of 3 is the same as key 1'],
    ],
  ])('names what is wrong by its place: %#', (texts, problems) => {
    expect(readKeys(texts)).toEqual({ problems });
  });
});
