import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { changeOf, isEmptyChange, sameValue, withEntitled, withWished } from '../../src/core/change.ts';
import * as any from './arbitraries.ts';
import { wish } from './samples.ts';

const view = (attributes: object, entitlements: object = {}, active = true) => ({
  active,
  attributes: { ...attributes },
  entitlements: { ...entitlements },
});

describe('sameValue', () => {
  it.each<[unknown, unknown, boolean]>([
    ['a', ' a ', true],
    ['Zo\u00eb', 'Zoe\u0308', true],
    ['Clerk', 'clerk', false],
    ['Zoe@ACME.test', 'zoe@acme.test', true],
    [7, '7', true],
    [true, 'true', true],
    ['', undefined, true],
    [[], undefined, true],
    [['a'], 'a', true],
    [['a', 'b'], ['a'], false],
    ['a', undefined, false],
  ])('%j and %j: %s', (a, b, same) => {
    expect(sameValue(a as string, b as string)).toBe(same);
    expect(sameValue(b as string, a as string)).toBe(same);
  });
});

describe('the wished view', () => {
  it('puts values in, takes emptied ones out, leaves all others and equal spellings', () => {
    const present = { userName: 'ZOE@acme.test', title: 'Clerk', phone: '1' };
    expect(withWished(present, { userName: 'zoe@acme.test', title: [], seats: 2 })).toEqual({
      userName: 'ZOE@acme.test',
      phone: '1',
      seats: 2,
    });
  });

  it('adds wished entitlements and removes only what is ours', () => {
    const owned = [
      { target: 'groups', value: 'Ours', provenance: 'created' as const },
      { target: 'other', value: 'Theirs', provenance: 'created' as const },
    ];
    const present = { groups: ['Ours', 'Theirs'], licences: ['L'] };
    expect(withEntitled(present, wish({ entitlements: { groups: ['New'] } }), owned)).toEqual({
      groups: ['New', 'Theirs'],
      licences: ['L'],
    });
  });
});

describe('changeOf', () => {
  it('names what differs and nothing else', () => {
    const before = view({ userName: 'zoe', title: 'Clerk', phone: '1' }, { groups: ['A', 'B'], licences: ['L'] });
    const after = view({ userName: 'zoe', phone: '2' }, { groups: ['C', 'B'], licences: ['L'] });
    expect(changeOf({ before, after })).toEqual({
      set: { phone: '2' },
      clear: ['title'],
      entitlements: { groups: { add: ['C'], remove: ['A'] } },
    });
  });

  it('of a new account is all of it, of a deletion nothing', () => {
    const after = view({ userName: 'zoe' }, { groups: ['A'] });
    expect(changeOf({ before: null, after })).toEqual({
      set: { userName: 'zoe' },
      clear: [],
      entitlements: { groups: { add: ['A'], remove: [] } },
    });
    expect(isEmptyChange(changeOf({ before: after, after: null }))).toBe(true);
  });

  it('does not set what is already empty, nor clear it', () => {
    expect(isEmptyChange(changeOf({ before: view({ title: '' }), after: view({ title: [] }) }))).toBe(true);
  });

  it('of a view and itself is empty, and of two views never names an equal value', () => {
    const any2 = fc.record({ active: fc.boolean(), attributes: any.accountAttributes, entitlements: any.entitlements });
    fc.assert(
      fc.property(any2, any2, (before, after) => {
        if (!isEmptyChange(changeOf({ before, after: before }))) return false;
        const change = changeOf({ before, after });
        const set = Object.entries(change.set).every(([name, value]) => !sameValue(before.attributes[name], value));
        const given = Object.entries(change.entitlements).every(([target, { add, remove }]) => {
          const old: readonly string[] = before.entitlements[target] ?? [];
          return add.every((one) => !old.includes(one)) && remove.every((one) => old.includes(one));
        });
        return set && given && change.clear.every((name) => !(name in change.set));
      }),
      any.runs,
    );
  });
});
