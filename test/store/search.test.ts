import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { beginsWith, contains, fold, hasStart, searchTerms, searchWords, startOf } from '../../src/store/search.ts';
import { aRecord, named } from '../contracts/store/builders.ts';

const zoe = named(
  'p-7',
  { givenName: 'Zoé', familyName: 'van der Smith', email: 'zoe.smith@acme.test', employeeId: '1001' },
  { records: [aRecord('CN=Zoe,OU=Sales')] },
);

describe('search', () => {
  it('folds case and accents', () => {
    expect(['ZOÉ', 'Zoë', 'İstanbul', 'Straße', 'Ångström'].map(fold)).toEqual([
      'zoe',
      'zoe',
      'istanbul',
      'straße',
      'angstrom',
    ]);
  });

  it('finds a person by the beginning of each word of names, addresses and ids', () => {
    const terms = searchTerms(zoe);
    for (const text of ['zo', 'Zoé Smi', 'SMITH zoe', 'acme', 'zoe.smith@', '100', 'p-7', 'cn=zoe', 'sales', 'van']) {
      expect(beginsWith(terms, searchWords(text)), text).toBe(true);
    }
    for (const text of ['mith', '001', 'bob', 'zoe bob'])
      expect(beginsWith(terms, searchWords(text)), text).toBe(false);
  });

  it('finds a person by fragments', () => {
    const terms = searchTerms(zoe);
    for (const text of ['mith', '001', 'e.sm', 'h@ac']) expect(contains(terms, searchWords(text)), text).toBe(true);
    expect(contains(terms, searchWords('bob'))).toBe(false);
  });

  it('orders by display name, else by full name, e-mail or id', () => {
    const nameOf = (attributes: Record<string, string>) => searchTerms(named('p-1', attributes)).name;
    expect(nameOf({ displayName: 'Éva', givenName: 'x' })).toBe('eva');
    expect(nameOf({ givenName: 'Eva', familyName: 'Ö' })).toBe('eva o');
    expect(nameOf({ email: 'E@x.test' })).toBe('e@x.test');
    expect(nameOf({ displayName: ' ' })).toBe('p-1');
  });

  it('finds everybody by their own words, and begins each word among the starts', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 90 }), (text) => {
        const terms = searchTerms(named('p-1', { displayName: text }));
        const words = searchWords(text);
        expect(beginsWith(terms, words)).toBe(true);
        expect(contains(terms, words)).toBe(true);
        for (const word of words.filter(hasStart)) expect(terms.starts).toContain(startOf(word));
      }),
    );
  });
});
