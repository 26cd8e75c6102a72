import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import {
  freeName,
  isPlaceholder,
  isReserved,
  literalSecrets,
  resolveSecrets,
  secretNames,
} from '../../src/core/secret.ts';
import * as any from './arbitraries.ts';
import { app, config } from './samples.ts';

const env = (name: string) => ({ CRM_TOKEN: `s3cr$&t \${HOME}`, HR_KEY: 'k' })[name];

describe('placeholders', () => {
  it.each([
    [`\${A}`, true],
    [`\${a_1}`, true],
    [`x\${A}`, false],
    [`\${A}\${B}`, false],
    [`\${1A}`, false],
    ['$A', false],
  ])('%s: %s', (text, is) => {
    expect(isPlaceholder(text)).toBe(is);
  });
});

describe('freeName', () => {
  it.each([
    ['crm', 'token', [], 'CRM_TOKEN'],
    ['crm', 'token', ['CRM_TOKEN', 'CRM_TOKEN_2'], 'CRM_TOKEN_3'],
    ['Acme CRM (test)', 'clientSecret', [], 'ACME_CRM_TEST_CLIENTSECRET'],
    ['1password', 'token', [], 'APP_1PASSWORD_TOKEN'],
    ['人事', 'token', [], 'APP_TOKEN'],
    ['slack', 'token', [], 'APP_SLACK_TOKEN'],
    ['rollcall', 'keys', ['APP_ROLLCALL_KEYS'], 'APP_ROLLCALL_KEYS_2'],
  ])('of %s, %s beside %j: %s', (owner, field, taken, name) => {
    expect(freeName(owner, field, (one) => taken.includes(one))).toBe(name);
  });

  it('is a placeholder of its own, taken by nobody and not Rollcall’s', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 12 }), fc.string({ maxLength: 8 }), fc.nat(5), (owner, field, many) => {
        const taken = new Set<string>();
        for (let count = 0; count <= many; count += 1) taken.add(freeName(owner, field, (name) => taken.has(name)));
        expect(taken.size).toBe(many + 1);
        for (const name of taken) expect([isPlaceholder(`\${${name}}`), isReserved(name)]).toEqual([true, false]);
      }),
    );
  });
});

describe('secretNames', () => {
  it('lists what directories and connections name, sorted, each once', () => {
    const settings = config({
      directories: [{ name: 'hr', connector: 'csv', config: { key: `\${HR_KEY}`, list: [`\${CRM_TOKEN}`] } }],
      apps: [
        { name: 'crm', connector: 'scim', connection: { url: `https://\${HOST}/x`, auth: { token: `\${CRM_TOKEN}` } } },
      ],
    });
    expect(secretNames(settings)).toEqual(['CRM_TOKEN', 'HOST', 'HR_KEY']);
    expect(secretNames({ directories: [], apps: [app()] })).toEqual([]);
  });
});

describe('resolveSecrets', () => {
  it('puts values in as they are, deeply, and leaves the rest and the original alone', () => {
    const written = {
      url: `https://a/\${HR_KEY}/b`,
      auth: { token: `\${CRM_TOKEN}` },
      list: [`\${HR_KEY}`, 1, null, true],
    };
    const copy = structuredClone(written);
    expect(resolveSecrets(written, env)).toEqual({
      url: 'https://a/k/b',
      auth: { token: `s3cr$&t \${HOME}` },
      list: ['k', 1, null, true],
    });
    expect(written).toEqual(copy);
  });

  it('names every variable that is not set or empty, and no value', () => {
    const act = () =>
      resolveSecrets([`\${ZZ}`, `\${AA}`, `\${CRM_TOKEN}`, `\${EMPTY}`], (name) => (name === 'EMPTY' ? '' : env(name)));
    expect(act).toThrow(
      expect.objectContaining({ code: 'secret-missing', next: 'show', message: 'not set: AA, EMPTY, ZZ' }),
    );
  });

  it.each(['ROLLCALL_KEYS', 'SLACK_BOT_TOKEN', 'MONGODB_URI'])('gives %s to nobody', (name) => {
    expect(() => resolveSecrets(`\${${name}}`, () => 'x')).toThrow(
      expect.objectContaining({ code: 'secret-reserved' }),
    );
  });

  it(
    'without placeholders is the value itself',
    () => {
      fc.assert(
        fc.property(fc.jsonValue({ maxDepth: 3 }), (value) => {
          if (!JSON.stringify(value).includes(`\${`)) expect(resolveSecrets(value, env)).toEqual(value);
        }),
        any.runs,
      );
    },
    any.patience,
  );
});

describe('literalSecrets', () => {
  const secret = z.string().min(3).meta({ secret: true });

  it.each<[string, z.ZodType, unknown, unknown[]]>([
    ['a field', z.strictObject({ token: secret, url: z.string() }), { token: 'abc', url: 'x' }, [['token']]],
    ['a placeholder is none', z.strictObject({ token: secret }), { token: `\${TOKEN}` }, []],
    [
      'a placeholder with something around it is one',
      z.strictObject({ token: secret }),
      { token: `Bearer \${TOKEN}` },
      [['token']],
    ],
    ['an optional one', z.strictObject({ token: secret.optional() }), { token: 'abc' }, [['token']]],
    [
      'one marked outside',
      z.strictObject({ token: z.string().optional().meta({ secret: true }) }),
      { token: 'abc' },
      [['token']],
    ],
    [
      'one with a default and a transform',
      z.strictObject({ token: secret.transform((text) => text.trim()).default('') }),
      { token: 'abc' },
      [['token']],
    ],
    ['in a list', z.strictObject({ keys: z.array(secret) }), { keys: [`\${A}`, 'abc'] }, [['keys', 1]]],
    [
      'in a record',
      z.strictObject({ headers: z.record(z.string(), secret) }),
      { headers: { 'X-Key': 'abc' } },
      [['headers', 'X-Key']],
    ],
    [
      'in the options of a union, told once',
      z.strictObject({
        auth: z.union([z.strictObject({ token: secret }), z.strictObject({ token: secret, user: z.string() })]),
      }),
      { auth: { token: 'abc', user: 'u' } },
      [['auth', 'token']],
    ],
    [
      'in a tagged union',
      z.discriminatedUnion('type', [
        z.strictObject({ type: z.literal('basic'), password: secret }),
        z.strictObject({ type: z.literal('none') }),
      ]),
      { type: 'basic', password: 'abc' },
      [['password']],
    ],
    [
      'everything within a secret object',
      z.strictObject({ keys: z.strictObject({ a: z.string(), n: z.number() }).meta({ secret: true }) }),
      { keys: { a: 'x', n: 7 } },
      [
        ['keys', 'a'],
        ['keys', 'n'],
      ],
    ],
    ['behind a lazy schema', z.lazy(() => z.strictObject({ token: secret })), { token: 'abc' }, [['token']]],
    ['nothing given', z.strictObject({ token: secret.optional() }), {}, []],
    ['something of another shape', z.strictObject({ token: secret }), 'abc', []],
  ])('%s', (_, schema, value, places) => {
    expect(literalSecrets(schema, value)).toEqual(places);
  });
});
