import fc from 'fast-check';
import { DN } from 'ldapts';
import { describe, expect, it } from 'vitest';
import {
  accountNameFrom,
  checkAccountName,
  commonNameFrom,
  longestCommonName,
  parentOf,
  rdnOf,
} from '../../../connectors/active-directory/names.ts';

const letters = fc.string({ unit: fc.constantFrom(...'abZ09 ,+"\\<>;=#.äß'), minLength: 1, maxLength: 40 });
const below = 'OU=Sales\\, Trade,OU=People,DC=acme,DC=test';

describe('distinguished names', () => {
  it('end where they should, whatever the common name holds', () => {
    fc.assert(
      fc.property(letters, (name) => {
        expect(parentOf(`${rdnOf(name)},${below}`)).toBe(below);
        expect(parentOf(rdnOf(name))).toBe('');
      }),
    );
  });

  it('say the common name that was meant', () => {
    fc.assert(
      fc.property(letters, (name) => {
        const unescaped = rdnOf(name).slice(3).replace(/\\(.)/g, '$1');
        expect(unescaped).toBe(name);
        expect(/(?<!\\)(?:\\\\)*[,+"<>;=]/.test(rdnOf(name).slice(3)), 'nothing in it is syntax').toBe(false);
      }),
    );
    expect(rdnOf(' #x ')).toBe('CN=\\ #x\\ ');
    expect(rdnOf('#x')).toBe('CN=\\#x');
    expect(new DN({ CN: 'plain' }).toString()).toBe(rdnOf('plain'));
  });
});

describe('common names', () => {
  it('are made of the display name, and fit', () => {
    expect(commonNameFrom('Zoë  Berg\n', 'zoe', false)).toBe('Zoë Berg');
    expect(commonNameFrom('Zoë Berg', 'zoe', true)).toBe('Zoë Berg (zoe)');
    expect(commonNameFrom(' ', 'zoe', false)).toBe('zoe');
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 200 }), fc.boolean(), (name, other) => {
        const made = commonNameFrom(name, 'christopher.m-0a1b2c', other);
        expect(made.length).toBeGreaterThan(0);
        expect(made.length).toBeLessThanOrEqual(longestCommonName);
        expect(made).not.toMatch(/[\p{Cc}]/u);
      }),
    );
  });
});

describe('older sign-in names', () => {
  it('are what stands before the @, where that fits', () => {
    expect(accountNameFrom('ad', 'zoe@acme.test', 'p-1')).toBe('zoe');
    expect(accountNameFrom('ad', 'Zoë.Ünal@acme.test', 'p-1')).toBe('Zoe.Unal');
    expect(accountNameFrom('ad', 'a+b=c.@acme.test', 'p-1')).toBe('abc');
  });

  it('are always ones the domain takes, the same for the same person, and seldom anybody else’s', () => {
    fc.assert(
      fc.property(fc.emailAddress(), fc.string(), (address, id) => {
        const made = accountNameFrom('ad', `x${address}`, id);
        expect(() => checkAccountName('ad', made)).not.toThrow();
        expect(accountNameFrom('ad', `x${address}`, id)).toBe(made);
      }),
    );
    const long = 'christopher.montgomery@acme.test';
    expect(accountNameFrom('ad', long, 'p-1')).not.toBe(accountNameFrom('ad', long, 'p-2'));
  });

  it('are refused by name where they cannot be, and where none can be made', () => {
    for (const bad of ['a-name-of-twenty-one-x', 'a/b', 'a"b', 'a@b', 'ends.'])
      expect(() => checkAccountName('ad', bad), bad).toThrow(
        expect.objectContaining({ kind: 'rejected', effect: 'none' }),
      );
    expect(() => checkAccountName('ad', 'twenty-letters-are-ok')).toThrow('samAccountName');
    expect(() => checkAccountName('ad', 'twenty-letters-is-ok')).not.toThrow();
    expect(() => accountNameFrom('ad', '+++@acme.test', 'p-1')).toThrow('samAccountName');
  });
});
