import { describe, expect, it } from 'vitest';
import { withUntouched } from '../../src/core/untouched.ts';
import { account, login, managed, operation, wish } from './samples.ts';

const view = (title: string, groups: string[] = []) => ({
  ...{ active: true, attributes: { userName: 'zoe', title }, entitlements: { groups } },
});
const wished = wish({ attributes: { userName: 'zoe', title: 'Rep' }, entitlements: { groups: ['Sales'] } });
const sales = { target: 'groups', value: 'Sales', provenance: 'created' as const };
const seen = (title: string, groups: string[] = []) =>
  managed(view(title, groups), { wish: wished, owned: groups.includes('Sales') ? [sales] : [] });
const shown = ({ attributes, entitlements }: ReturnType<typeof withUntouched>) => [
  attributes.title,
  entitlements.groups,
];

describe('what an operation did not touch', () => {
  it('stays as last seen where somebody changed it meanwhile, so that the next list tells of it', () => {
    const grant = operation({ kind: 'update', before: view('Rep'), after: view('Rep', ['Sales']) });
    expect(shown(withUntouched(account(view('By hand', ['Sales'])), seen('Rep'), grant))).toEqual(['Rep', ['Sales']]);
    const titled = operation({ kind: 'update', before: view('Old', ['Sales']), after: view('Rep', ['Sales']) });
    expect(shown(withUntouched(account(view('Rep', [])), seen('Old', ['Sales']), titled))).toEqual(['Rep', ['Sales']]);
  });

  it('and is not ours is as it is found', () => {
    const grant = operation({ kind: 'update', before: view('Rep'), after: view('Rep', ['Sales']) });
    const found = account({
      attributes: { userName: 'zoe', title: 'Rep', phone: '2' },
      entitlements: { groups: ['Choir', 'Sales'] },
    });
    const before = managed({ ...view('Rep', ['Chess']), attributes: { userName: 'zoe', title: 'Rep', phone: '1' } });
    expect(withUntouched(found, { ...before, wish: wished }, grant)).toEqual(found);
  });

  it('is what the app answered of what it did touch, and of an account that is new', () => {
    const grant = operation({ kind: 'update', before: view('Rep'), after: view('Lead', ['Sales']) });
    const found = account(view('LEAD'));
    expect(withUntouched(found, seen('Rep'), grant)).toEqual(found);
    const create = operation({ kind: 'create', after: view('Rep') });
    expect(withUntouched(found, login({ wish: wished }), create)).toEqual(found);
  });

  it('is as listed where the account was taken over', () => {
    const adopt = operation({ kind: 'adopt', before: view('Rep'), after: view('Rep', ['Sales']) });
    expect(shown(withUntouched(account(view('By hand', ['Sales'])), login({ wish: wished }), adopt))).toEqual([
      ...['Rep', ['Sales']],
    ]);
  });
});
