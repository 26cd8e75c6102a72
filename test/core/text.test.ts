import { describe, expect, it } from 'vitest';
import { nameOf } from '../../src/core/name.ts';
import { fold, listOf, sortedUnique, spokenName, textOf, valuesOf } from '../../src/core/text.ts';

describe('fold', () => {
  it('takes composed and decomposed letters, case and outer space for the same', () => {
    expect(fold(' ZO\u00cb ')).toBe(fold('zoe\u0308'));
  });

  it('does not follow the machine’s language: a Turkish I stays an i', () => {
    expect(fold('TITLE')).toBe('title');
  });
});

describe('values', () => {
  it('count blank texts as no value, yet 0 and false as values', () => {
    expect(listOf(['', '  ', 0, false, 'a'])).toEqual([0, false, 'a']);
    expect(listOf(undefined)).toEqual([]);
  });

  it('do not come out of the prototype', () => {
    expect(valuesOf({}, 'constructor')).toEqual([]);
    expect(textOf({}, '__proto__')).toBeNull();
  });

  it('give the first as trimmed text', () => {
    expect(textOf({ title: ['', ' Clerk '] }, 'title')).toBe('Clerk');
  });
});

it('names sort by code unit, each once', () => {
  expect(sortedUnique(['b', 'Z', 'a', 'b'])).toEqual(['Z', 'a', 'b']);
});

describe('nameOf', () => {
  it.each([
    [{ displayName: 'Zoe Q', givenName: 'Zoe' }, 'Zoe Q'],
    [{ displayName: ' ', givenName: 'Zoe', familyName: 'Quill' }, 'Zoe Quill'],
    [{ familyName: 'Quill', email: 'z@acme.test' }, 'Quill'],
    [{ email: 'z@acme.test' }, 'z@acme.test'],
    [{ userName: 'zq' }, 'zq'],
    [{}, 'p-1'],
  ])('%j is called %s', (attributes, name) => {
    expect(nameOf({ id: 'p-1', attributes })).toBe(name);
  });
});

describe('names of the configuration', () => {
  it.each([
    ['baseUrl', 'base URL'],
    ['allowHosts', 'allow hosts'],
    ['tenantId', 'tenant ID'],
    ['identity', 'identity'],
  ])('%s is said as people say it', (name, said) => {
    expect(spokenName(name)).toBe(said);
  });
});
