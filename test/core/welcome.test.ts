import { describe, expect, it } from 'vitest';
import type { Login } from '../../src/core/login-model.ts';
import { isJoiner, welcomeOf } from '../../src/core/welcome.ts';
import { app, config, login, managed, operation, person } from './samples.ts';

const made = (change: Partial<Login> = {}) => managed({ attributes: { userName: 'zoe' } }, change);
const none = (name: string, change: Partial<Login> = {}) => login({ id: `p-zoe:${name}`, app: name, ...change });
const two = config({
  roles: [{ name: 'Sales', apps: ['crm', 'wiki'] }],
  apps: [
    app({ title: 'Customer Base', signOn: 'https://crm.acme.test/login' }),
    app({ name: 'wiki', title: 'A Wiki', connector: 'memory' }),
  ],
});

describe('who is new', () => {
  it.each([
    ['one account, made by Rollcall', [made()], true],
    ['one made and one on its way', [made(), none('wiki')], true],
    ['nothing made yet', [none('crm')], false],
    ['one that was there before', [made(), managed({}, { app: 'wiki', provenance: 'adopted' })], false],
    ['only one that was there before', [managed({}, { provenance: 'adopted' })], false],
    ['no login', [], false],
  ] as const)('%s', (_what, logins, is) => {
    expect(isJoiner(logins)).toBe(is);
  });
});

describe('the welcome', () => {
  it('names what they got, as whom and where, and what is on its way', () => {
    const wiki = none('wiki', { operation: operation({ app: 'wiki', state: 'awaiting' }) });
    expect(welcomeOf(person(), [wiki, made()], two)).toEqual({
      personName: 'Zoe',
      apps: [{ app: 'crm', title: 'Customer Base', signOn: 'https://crm.acme.test/login', userName: 'zoe' }],
      coming: [{ title: 'A Wiki', word: 'pending approval' }],
    });
  });

  it('goes by title, and knows no link where none is configured', () => {
    const told = welcomeOf(person(), [made(), made({ id: 'p-zoe:wiki', app: 'wiki', observed: null })], two);
    expect(told?.apps.map(({ title, signOn, userName }) => [title, signOn, userName])).toEqual([
      ['A Wiki', null, null],
      ['Customer Base', 'https://crm.acme.test/login', 'zoe'],
    ]);
  });

  it.each([
    ['who has left', person({ status: 'left' }), [made()]],
    ['who is suspended', person({ status: 'suspended' }), [made()]],
    ['who had an account before', person(), [made(), managed({}, { app: 'wiki', provenance: 'adopted' })]],
    ['whose account is suspended', person(), [made({ account: 'suspended' })]],
    ['whose account was unlinked', person(), [made({ disassociated: true })]],
    ['whose app is gone', person(), [made({ app: 'other' })]],
  ] as const)('is none for somebody %s', (_who, somebody, logins) => {
    expect(welcomeOf(somebody, logins, two)).toBeNull();
  });
});

describe('the address to sign on', () => {
  it.each(['https://crm.acme.test/login?org=1', 'http://crm.local:8080'])('may be %s', (signOn) => {
    expect(app({ signOn }).signOn).toBe(signOn);
  });
  it.each(['crm.acme.test', 'javascript:alert(1)', 'ftp://crm.acme.test', `https://a.test/${'x'.repeat(500)}`])(
    'is refused: %s',
    (signOn) => expect(() => app({ signOn })).toThrow(),
  );
});
