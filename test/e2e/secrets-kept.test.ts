import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { expectKept, secretsOf } from './secrets-kept.ts';

const dir = mkdtempSync(join(tmpdir(), 'rollcall-kept-'));
afterAll(() => rmSync(dir, { recursive: true }));

describe('the secrets a bot lives by', () => {
  const key = 'c2VhbGluZyBrZXkgb2YgMzIgYnl0ZXMsIG5vIG1vcmU=';
  const token = '3f0c5e7a9b1d24680f13579bdf02468ace';
  mkdirSync(join(dir, 'acme'));
  writeFileSync(join(dir, 'keys'), `${key}\n`);
  writeFileSync(join(dir, 'acme', 'tokens.json'), JSON.stringify({ crm: token }));
  const secrets = secretsOf(dir, {
    APP_TOKEN: 'xapp-1-of-somebody-s-own',
    PORT: '1234567890123456',
    LONG_KEYS: 'short',
  });
  const shown = (text: string) => () => expectKept(secrets, [{ name: 'the log', bytes: Buffer.from(text) }]);

  it('are its keys, the tokens of its apps, and what its environment names as one', () => {
    expect(secrets.map(({ name }) => name)).toEqual(['APP_TOKEN', 'crm', 'sealing key 1']);
  });

  it.each([
    ['as it is', `token ${token} was refused`],
    ['in base64', `Basic ${Buffer.from(`crm:${token}`).toString('base64')}`],
    ['in hexadecimal', Buffer.from(key).toString('hex')],
    ['in an address', `?key=${encodeURIComponent(key)}`],
  ])('are found %s', (_how, text) => {
    expect(shown(text)).toThrow('secrets show');
  });

  it('are not taken for seen where nothing shows', () => {
    expect(shown(`token of crm was refused, and ${token.slice(0, 8)} is no secret`)).not.toThrow();
  });
});
