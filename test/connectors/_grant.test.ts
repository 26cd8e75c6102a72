import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Auth } from '../../connectors/_credentials.ts';
import {
  endOfGrant,
  type Grant,
  grantOf,
  isGood,
  notGranted,
  readGrant,
  signedInAs,
  TokenAnswer,
  writeGrant,
} from '../../connectors/_grant.ts';

const token = fc.stringMatching(/^[\x21-\x7e]{1,40}$/);
const time = fc.integer({ min: 0, max: 4e12 });
const grants: fc.Arbitrary<Grant> = fc.record({
  accessToken: fc.option(token),
  endsAt: fc.option(time),
  renewAt: fc.option(time),
  refreshToken: fc.option(fc.string({ minLength: 1 })),
  refreshEndsAt: fc.option(time),
});
const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
const jwt = (claims: unknown) => `${part({ alg: 'none' })}.${part(claims)}.c2ln`;

describe('a grant that is kept', () => {
  it('is read as it was written', () => {
    fc.assert(
      fc.property(grants, (grant) => {
        expect(readGrant(writeGrant(grant))).toEqual(grant);
      }),
      { numRuns: 2_000 },
    );
  });

  it('or entered by an admin is a refresh token by itself, whatever it looks like', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json(), token), (text) => {
        const grant = readGrant(text);
        if (grant.accessToken === null) expect(grant.refreshToken).toBe(text.trim() || null);
        expect(isGood(readGrant(text), 0)).toBe(grant.accessToken !== null && (grant.renewAt ?? 1) > 0);
      }),
      { numRuns: 2_000 },
    );
  });
});

describe('the answer of a token service', () => {
  const answers = fc.record(
    {
      access_token: token,
      expires_in: fc.oneof(fc.integer({ min: 1, max: 1e7 }), fc.integer({ min: 1, max: 1e7 }).map(String)),
      refresh_token: fc.string({ minLength: 1 }),
      refresh_token_expires_in: fc.integer({ min: 1, max: 1e7 }),
    },
    { requiredKeys: ['access_token'] },
  );

  it('takes the place of what was known, and loses no refresh token that was not replaced', () => {
    fc.assert(
      fc.property(answers, fc.option(grants), time, (answer, before, now) => {
        const grant = grantOf(TokenAnswer.parse(answer), before, now);
        expect(grant.accessToken).toBe(answer.access_token);
        expect(grant.refreshToken).toBe(answer.refresh_token ?? before?.refreshToken ?? null);
        if (answer.expires_in !== undefined) {
          expect(grant.endsAt).toBe(now + Number(answer.expires_in) * 1_000);
          expect(isGood(grant, now)).toBe(true);
          expect(isGood(grant, grant.endsAt ?? 0)).toBe(false);
        }
        if (answer.refresh_token_expires_in === undefined && grant.refreshToken === before?.refreshToken)
          expect(grant.refreshEndsAt).toBe(before?.refreshEndsAt ?? null);
      }),
      { numRuns: 2_000 },
    );
  });

  it('that says no end is taken at the word of its token', () => {
    expect(grantOf(TokenAnswer.parse({ access_token: jwt({ exp: 2_000 }) }), null, 1_000_000).endsAt).toBe(2_000_000);
    expect(grantOf(TokenAnswer.parse({ access_token: 'opaque' }), null, 1_000).endsAt).toBeNull();
  });

  it.each([{}, { access_token: '' }, { access_token: 'a b' }, { access_token: 'a\r\nX: 1' }, null, [], 'x'])(
    '%j is none',
    (answer) => expect(TokenAnswer.safeParse(answer).success).toBe(false),
  );

  it('with odd extras is taken without them', () => {
    const odd = { access_token: 'a', expires_in: 'soon', refresh_token: '', scope: 3, id_token: {} };
    expect(TokenAnswer.parse(odd)).toEqual({ access_token: 'a' });
  });

  it('names whose sign-in it was, where it says so', () => {
    const named = (claims: unknown) => signedInAs(TokenAnswer.parse({ access_token: 'a', id_token: jwt(claims) }));
    expect(named({ email: 'bot@acme.test' })).toBe('bot@acme.test');
    expect(named({ preferred_username: 'bot' })).toBe('bot');
    expect([named({}), named(null), named({ email: 3 })]).toEqual([null, null, null]);
    expect(signedInAs(TokenAnswer.parse({ access_token: 'a', id_token: 'x' }))).toBeNull();
  });

  it('says by its scopes what was not granted; by none, that all was', () => {
    const missing = (asked: string | undefined, scope?: string) =>
      notGranted(asked, TokenAnswer.parse({ access_token: 'a', scope }));
    expect(missing('users.read users.write', 'users.read')).toEqual(['users.write']);
    expect(missing('users.read users.write', 'users.write,users.read')).toEqual([]);
    expect(missing('users.read offline_access openid', 'users.read')).toEqual([]);
    expect([missing('users.read'), missing(undefined, 'x')]).toEqual([[], []]);
  });
});

describe('when somebody has to authenticate anew', () => {
  const grant: Grant = { accessToken: 'a', endsAt: 10, renewAt: 9, refreshToken: null, refreshEndsAt: null };
  it('is when the access ends that cannot be extended, or the refresh token does', () => {
    expect(endOfGrant(grant)).toBe(10);
    expect(endOfGrant({ ...grant, refreshToken: 'r' })).toBeNull();
    expect(endOfGrant({ ...grant, refreshToken: 'r', refreshEndsAt: 99 })).toBe(99);
  });
});

describe('the kinds of credentials', () => {
  const service = { tokenUrl: 'https://login.test/token?tenant=1', clientId: 'c' };
  const good: [string, object][] = [
    ['client credentials', { type: 'client-credentials', ...service, clientSecret: 's', scope: 'a b:c/d' }],
    ['a refresh token', { type: 'refresh-token', ...service, refreshToken: 'r' }],
    ['the redirect', { type: 'redirect', authorizeUrl: 'https://login.test/auth?prompt=consent', ...service }],
    ['a key that stands in the environment', { ...account(), privateKey: '${KEY}' }],
  ];
  it.each(good)('take %s', (_, auth) => expect(Auth.safeParse(auth).error).toBeUndefined());

  function account() {
    return { type: 'service-account', tokenUrl: 'https://login.test/token', issuer: 'bot@acme.test' };
  }
  const bad: [string, object][] = [
    ['client credentials without a secret', { type: 'client-credentials', ...service }],
    ['a token service without an address', { type: 'client-credentials', clientId: 'c', clientSecret: 's' }],
    ['another protocol', { type: 'refresh-token', ...service, tokenUrl: 'ftp://x/', refreshToken: 'r' }],
    ['credentials in an address', { type: 'redirect', ...service, authorizeUrl: 'https://u:p@login.test/' }],
    ['a fragment in an address', { type: 'redirect', ...service, authorizeUrl: 'https://login.test/#x' }],
    ['scopes with odd spaces', { type: 'client-credentials', ...service, clientSecret: 's', scope: 'a  b' }],
    ['something else than a key', { ...account(), privateKey: 'secret' }],
    ['a key of another kind', { ...account(), privateKey: '-----BEGIN EC PRIVATE KEY-----' }],
    ['what belongs to another kind', { type: 'bearer', token: 't', clientId: 'c' }],
  ];
  it.each(bad)('do not take %s', (_, auth) => expect(Auth.safeParse(auth).success).toBe(false));
});
