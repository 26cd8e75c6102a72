import { describe, expect, it } from 'vitest';
import { entitlementsAfter, entitlementsBefore, withUnread } from '../../src/core/unread.ts';

const view = (groups?: string[]) => ({
  ...{ active: true, attributes: {} },
  entitlements: groups === undefined ? {} : { groups },
});
const seen = (groups?: string[]) => ({ observed: { ...view(groups), at: 1 } });
const unseen = { observed: null };
const change = (kind: 'create' | 'update' | 'adopt' | 'suspend', before: string[] | undefined, after: string[]) => ({
  ...{ kind, before: kind === 'create' ? null : view(before), after: view(after) },
});

describe('what an account does not name', () => {
  it('is taken from elsewhere, and what it names counts', () => {
    const known = { groups: ['A'], licences: ['E5'] };
    expect(withUnread({ entitlements: {} }, known)).toEqual({ entitlements: known });
    expect(withUnread({ entitlements: { groups: [] } }, known)).toEqual({
      entitlements: { groups: [], licences: ['E5'] },
    });
  });

  it('is what was known, with what the operation gave and took', () => {
    expect(entitlementsAfter(unseen, change('create', undefined, ['A']))).toEqual({ groups: ['A'] });
    expect(entitlementsAfter(seen(['A', 'Old']), change('update', ['A'], ['B']))).toEqual({ groups: ['B', 'Old'] });
    expect(entitlementsAfter(seen(['A']), change('update', ['A'], []))).toEqual({ groups: [] });
    expect(entitlementsAfter(seen(['A', 'B']), change('suspend', ['A', 'B'], ['A', 'B']))).toEqual({
      groups: ['A', 'B'],
    });
    expect(entitlementsAfter(unseen, change('adopt', undefined, ['A']))).toEqual({ groups: ['A'] });
    expect(entitlementsAfter(seen(['A']), { kind: 'delete', before: view(['A']), after: null })).toEqual({
      groups: ['A'],
    });
  });

  it('is nothing before an account was ours, whatever was seen of another', () => {
    expect(entitlementsBefore(seen(['Former']), change('create', undefined, ['A']))).toEqual({ groups: [] });
    expect(entitlementsBefore(seen(['Former']), change('adopt', undefined, ['A']))).toEqual({ groups: [] });
    expect(entitlementsBefore(seen(['A']), change('update', ['A'], ['B']))).toEqual({ groups: ['A'] });
  });
});
