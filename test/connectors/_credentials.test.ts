import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { Auth, credentialsEnd } from '../../connectors/_credentials.ts';

const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
const jwt = (claims: unknown) => `${part({ alg: 'none' })}.${part(claims)}.c2ln`;
const end = Date.UTC(2026, 5, 1);

describe('when credentials end', () => {
  it('is the day the connection names, whatever the token says', () => {
    expect(credentialsEnd({ type: 'bearer', token: jwt({ exp: 1 }), expires: '2026-06-01' })).toBe(end);
    expect(credentialsEnd({ type: 'basic', username: 'bot', password: 'x', expires: '2026-06-01' })).toBe(end);
  });

  it('is what a JSON Web Token says itself', () => {
    expect(credentialsEnd({ type: 'bearer', token: jwt({ exp: end / 1_000 }) })).toBe(end);
  });

  it.each(['opaque', 'a.b', 'a.b.c', jwt({}), jwt({ exp: 'soon' }), jwt({ exp: -1 }), jwt(null), '..', jwt([])])(
    'is not known of %s',
    (token) => expect(credentialsEnd({ type: 'bearer', token })).toBeNull(),
  );
});

describe('docs/connection-kinds.md', () => {
  const text = readFileSync(new URL('../../docs/connection-kinds.md', import.meta.url), 'utf8');
  const blocks = (/```yaml\n([\s\S]*?)```/.exec(text)?.[1] ?? '').split(/^(?=auth:)/m);

  it('shows every kind, each as the file takes it', () => {
    const shown = blocks.map((block) => (parse(block) as { auth: object }).auth);
    for (const auth of shown) expect(Auth.safeParse(auth).error, JSON.stringify(auth)).toBeUndefined();
    expect(shown.map((auth) => Auth.parse(auth).type)).toEqual(Auth.options.map(({ shape }) => shape.type.value));
  });
});
