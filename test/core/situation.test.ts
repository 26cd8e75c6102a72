import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { claimed, claimsOf, isOwnerless, type Standing, situationOf } from '../../src/core/situation.ts';
import * as any from './arbitraries.ts';

const standing = (change: Partial<Standing> = {}): Standing => ({
  ...{ held: null, vanished: false, candidates: [], wished: true },
  ...change,
});

/** The situation of the first, among all. */
function among(listed: string[], first: Standing, ...others: Standing[]) {
  return situationOf(first, claimsAmong([first, ...others]), new Set(listed));
}

function claimsAmong(all: readonly Standing[]): Map<string, number> {
  const claims = new Map<string, number>();
  for (const one of all) claimed(claims, one);
  return claims;
}

describe('the situation of a person in an app', () => {
  it('is one of six, or nothing', () => {
    const listed = ['a', 'b'];
    expect(among(listed, standing({ held: 'a' }))).toBe('linked');
    expect(among(listed, standing({ held: 'gone' }))).toBe('deleted');
    expect(among(listed, standing({ vanished: true }))).toBe('deleted');
    expect(among(listed, standing({ vanished: true, candidates: ['a'] }))).toBe('unlinked');
    expect(among(listed, standing({ candidates: ['a'] }))).toBe('unlinked');
    expect(among(listed, standing({ candidates: ['a', 'a'] }))).toBe('unlinked');
    expect(among(listed, standing({ candidates: ['a', 'b'] }))).toBe('disputed');
    expect(among(listed, standing())).toBe('unmatched');
    expect(among(listed, standing({ wished: false }))).toBeNull();
    expect(among(listed, standing({ wished: false, candidates: ['a'] }))).toBe('unlinked');
  });

  it('is a collision when somebody else has the account, or could have it', () => {
    const one = standing({ candidates: ['a'] });
    expect(among(['a'], one, standing({ held: 'a' }))).toBe('collision');
    expect(among(['a'], one, standing({ candidates: ['a'] }))).toBe('collision');
    expect(among(['a', 'b'], one, standing({ candidates: ['a', 'b'] }))).toBe('collision');
    expect(among(['a', 'b'], one, standing({ held: 'b' }))).toBe('unlinked');
    expect(among(['a'], standing({ held: 'a' }), one)).toBe('linked');
  });
});

const id = fc.constantFrom('a', 'b', 'c', 'd', 'e');
const someone: fc.Arbitrary<Standing> = fc.record({
  held: fc.option(id, { nil: null }),
  vanished: fc.boolean(),
  candidates: fc.array(id, { maxLength: 3 }),
  wished: fc.boolean(),
});
const company = fc.array(someone, { maxLength: 6 });
const list = fc.subarray(['a', 'b', 'c', 'd', 'e']).map((ids) => new Set(ids));

describe('for every company and list of accounts', () => {
  it(
    'an account is somebody’s or ownerless, never both',
    () => {
      fc.assert(
        fc.property(company, list, (people, listed) => {
          const claims = claimsAmong(people);
          return [...listed].every(
            (account) => isOwnerless(account, claims) === !people.some((person) => claimsOf(person).includes(account)),
          );
        }),
        any.runs,
      );
    },
    any.patience,
  );

  it(
    'only who stands alone for one account is unlinked, and a collision has another side',
    () => {
      fc.assert(
        fc.property(company, list, (people, listed) => {
          const claims = claimsAmong(people);
          for (const [index, person] of people.entries()) {
            const situation = situationOf(person, claims, listed);
            const others = people.filter((_, other) => other !== index).flatMap((other) => claimsOf(other));
            const [account = ''] = claimsOf(person);
            if (situation === 'unlinked') expect(others).not.toContain(account);
            if (situation === 'collision') expect(others).toContain(account);
            if (situation === 'unmatched') expect(claimsOf(person)).toEqual([]);
          }
        }),
        any.runs,
      );
    },
    any.patience,
  );

  it(
    'the order in which people are looked at changes nothing',
    () => {
      fc.assert(
        fc.property(company, list, (people, listed) => {
          const [there, back] = [claimsAmong(people), claimsAmong([...people].reverse())];
          for (const person of people)
            expect(situationOf(person, back, listed)).toBe(situationOf(person, there, listed));
        }),
        any.runs,
      );
    },
    any.patience,
  );
});
