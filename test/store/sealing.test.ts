import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Sealed } from '../../src/core/password.ts';
import { createSealer } from '../../src/store/sealing.ts';
import { environmentKeys, missingKeys, sealingKey } from '../../src/store/sealing-keys.ts';

const bytesOf = (seed: number): Uint8Array => new Uint8Array(32).fill(seed);
const sealerOf = (first: number, ...older: number[]) =>
  createSealer(environmentKeys([bytesOf(first), ...older.map(bytesOf)]));
const text = fc.string({ unit: 'grapheme', maxLength: 40 });
const seed = fc.integer({ min: 0, max: 255 });
const refusal = expect.objectContaining({ code: 'unsealable', next: 'show' });
const runs = { numRuns: 1_000 };

/** The same text with one character of base64url put in the place of another, put in, or taken out. */
const changed = (given: string, place: number, letter: string, how: 'replace' | 'insert' | 'remove'): string => {
  const at = given.length === 0 ? 0 : place % given.length;
  return `${given.slice(0, at)}${how === 'remove' ? '' : letter}${given.slice(how === 'insert' ? at : at + 1)}`;
};

describe('a sealed text', () => {
  it('opens with its key and what it is about, among whatever keys', () => {
    fc.assert(
      fc.property(text, text, seed, fc.array(seed, { maxLength: 3 }), (secret, about, own, others) => {
        const sealed = sealerOf(own).seal(secret, about);
        expect(sealerOf((own + 1) % 256, ...others, own).open(sealed, about)).toBe(secret);
        expect(sealed.key).toBe(sealingKey(bytesOf(own)).id);
      }),
      runs,
    );
  });

  it('opens for nothing else: no other key, even under this one’s id, and nothing else it is about', () => {
    fc.assert(
      fc.property(text, text, text, seed, seed, (secret, about, other, own, foreign) => {
        fc.pre(own !== foreign);
        const sealed = sealerOf(own).seal(secret, about);
        const stranger = sealerOf(foreign);
        expect(() => stranger.open(sealed, about)).toThrow(refusal);
        expect(() => stranger.open({ ...sealed, key: stranger.key }, about)).toThrow(refusal);
        if (other !== about) expect(() => sealerOf(own).open(sealed, other)).toThrow(refusal);
      }),
      runs,
    );
  });

  it('is refused when any byte of it was changed, added or taken away', () => {
    const field = fc.constantFrom<(keyof Sealed)[]>('key', 'nonce', 'text', 'tag');
    const letter = fc.constantFrom(...'ABCXYZabcxyz0189-_=+/ ');
    const how = fc.constantFrom<('replace' | 'insert' | 'remove')[]>('replace', 'insert', 'remove');
    fc.assert(
      fc.property(text, field, fc.nat(60), letter, how, (secret, name, place, by, way) => {
        const sealer = sealerOf(1);
        const sealed = sealer.seal(secret, 'sso:p-1');
        const bad = { ...sealed, [name]: changed(sealed[name], place, by, way) };
        fc.pre(bad[name] !== sealed[name]);
        expect(() => sealer.open(bad, 'sso:p-1')).toThrow(refusal);
      }),
      { numRuns: 3_000 },
    );
  });

  it('is refused when a single bit of it was flipped, wherever', () => {
    const sealer = sealerOf(1);
    const sealed = sealer.seal('correct horse', 'sso:p-1');
    for (const name of ['nonce', 'text', 'tag'] as const) {
      const bytes = Buffer.from(sealed[name], 'base64url');
      for (let bit = 0; bit < bytes.length * 8; bit += 1) {
        const flipped = Buffer.from(bytes);
        flipped[bit >> 3] = (flipped[bit >> 3] ?? 0) ^ (1 << (bit & 7));
        const bad = { ...sealed, [name]: flipped.toString('base64url') };
        expect(() => sealer.open(bad, 'sso:p-1')).toThrow(refusal);
      }
    }
  });

  it('never has a short tag taken for a whole one', () => {
    const sealer = sealerOf(1);
    const sealed = sealer.seal('correct horse', 'sso:p-1');
    for (const length of [0, 4, 8, 12, 15]) {
      const tag = Buffer.from(sealed.tag, 'base64url').subarray(0, length).toString('base64url');
      expect(() => sealer.open({ ...sealed, tag }, 'sso:p-1')).toThrow(refusal);
    }
  });

  it('is another one each time, and shows neither the text nor the key', () => {
    const sealer = sealerOf(1);
    const sealed = Array.from({ length: 500 }, () => sealer.seal('correct horse', 'sso:p-1'));
    expect(new Set(sealed.map(({ nonce }) => nonce)).size).toBe(500);
    expect(new Set(sealed.map((one) => one.text)).size).toBe(500);
    expect(Buffer.from(sealed[0]?.nonce ?? '', 'base64url')).toHaveLength(12);
    expect(JSON.stringify(sealed)).not.toContain(Buffer.from('correct horse').toString('base64url'));
  });

  it('says which key is wanted, and where it belongs', () => {
    const sealed = sealerOf(1).seal('x', 'a');
    expect(() => sealerOf(2).open(sealed, 'a')).toThrow(`under key ${sealed.key}, which is not in ROLLCALL_KEYS`);
  });

  it('is written as agreed: HKDF-SHA-256 of the key, AES-256-GCM, `about` authenticated', () => {
    // Worked out beside Rollcall with Python's `cryptography` (HKDF, AESGCM) from 32 bytes of 1.
    const sealed = {
      key: sealerOf(1).key,
      nonce: 'AAECAwQFBgcICQoL',
      text: 'mYorlIQgHMZ_xvh3vg',
      tag: '0XCKQXXCf0F1emR73xUGZg',
    };
    expect(sealerOf(1).open(sealed, 'sso:p-1')).toBe('correct horse');
  });
});

describe('a mark', () => {
  it('is made by the newest key, and known by every key of ours alone', () => {
    fc.assert(
      fc.property(text, text, seed, seed, (said, other, own, foreign) => {
        fc.pre(own !== foreign);
        const mark = sealerOf(own).mark(said);
        expect(mark).toMatch(/^[\w-]{43}$/);
        expect(sealerOf(foreign, own).isMark(said, mark)).toBe(true);
        expect(sealerOf(foreign).isMark(said, mark)).toBe(false);
        if (other !== said) expect(sealerOf(own).isMark(other, mark)).toBe(false);
      }),
      runs,
    );
  });

  it('is refused when it was changed, cut or lengthened', () => {
    const sealer = sealerOf(1);
    const mark = sealer.mark('page-1');
    const others = [...mark].map(
      (letter, place) => `${mark.slice(0, place)}${letter === 'A' ? 'B' : 'A'}${mark.slice(place + 1)}`,
    );
    for (const bad of [...others, '', mark.slice(0, -1), `${mark}A`, `${mark}=`, 'é'.repeat(43)])
      expect(sealer.isMark('page-1', bad)).toBe(false);
  });

  it('says nothing about what seals: the two keys are derived apart', () => {
    const { seal, mark } = sealingKey(bytesOf(1));
    expect(Buffer.from(seal).equals(Buffer.from(mark))).toBe(false);
    expect([seal, mark].some((key) => Buffer.from(key).equals(Buffer.from(bytesOf(1))))).toBe(false);
  });
});

describe('without keys', () => {
  it('everything that needs one is refused with the way to make one', () => {
    const sealer = createSealer(missingKeys());
    const missing = expect.objectContaining({
      code: 'keys-missing',
      remedy: expect.stringContaining('openssl rand -base64 32'),
    });
    const sealed = sealerOf(1).seal('x', 'a');
    for (const use of [() => sealer.key, () => sealer.seal('x', 'a'), () => sealer.open(sealed, 'a')])
      expect(use).toThrow(missing);
    for (const use of [() => sealer.mark('x'), () => sealer.isMark('x', 'y')]) expect(use).toThrow(missing);
  });
});
