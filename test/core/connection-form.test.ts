import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { CsvConfig } from '../../connectors/csv/config.ts';
import { ScimConnection } from '../../connectors/scim/connection.ts';
import {
  type Field,
  fieldsOf,
  filledAt,
  meaningOf,
  problemsOf,
  withFilled,
  wordsOf,
} from '../../src/core/connection-form.ts';

const briefly = (fields: readonly Field[]) =>
  fields.map(({ path, kind, required }) => `${path} ${kind}${required ? '!' : ''}`);

describe('the fields of a form', () => {
  it('follow the schema, and the kind that was chosen', () => {
    expect(briefly(fieldsOf(ScimConnection, {}))).toEqual([
      'baseUrl text!',
      'auth.type choice!',
      'auth.token secret!',
      'auth.expires text',
      'profile choice',
      'allowHosts list',
      'options.userUpdate choice',
      'options.patchPath choice',
      'options.opCase choice',
      'options.booleans choice',
      'options.members choice',
      'options.groups yes-no',
      'options.externalId yes-no',
      'options.suspend yes-no',
      'options.delete yes-no',
      'options.pageSize number',
      'options.callsPerSecond number',
    ]);
    expect(briefly(fieldsOf(ScimConnection, { auth: { type: 'basic' } }))).toContain('auth.password secret!');
    expect(briefly(fieldsOf(CsvConfig, {}))).toEqual([
      'file text!',
      'key text!',
      'columns pairs',
      'status.active list',
      'status.suspended list',
      'status.left list',
      'delimiter choice',
      'encoding choice',
      'minimumRows number',
    ]);
  });

  it('say what holds when they stay empty', () => {
    const fields = fieldsOf(ScimConnection, {});
    expect(fields.find(({ path }) => path === 'profile')?.fallback).toBe('generic');
    expect(fields.find(({ path }) => path === 'baseUrl')?.fallback).toBeNull();
  });

  it('carry what the schema says of the fields', () => {
    const described = z.strictObject({ team: z.string().meta({ description: 'The team’s short name' }) });
    expect(fieldsOf(described, {})[0]?.help).toBe('The team’s short name');
  });
});

describe('what is filled in', () => {
  it('is judged by the schema, field by field', () => {
    const filled = withFilled({ baseUrl: 'https://a.example/scim' }, 'options.pageSize', 5_000);
    const problems = problemsOf(ScimConnection, filled);
    expect([...problems.keys()]).toEqual(expect.arrayContaining(['auth', 'options.pageSize']));
    const right = withFilled(withFilled(filled, 'options.pageSize', 50), 'auth', { type: 'bearer', token: 'abc' });
    expect(problemsOf(ScimConnection, right).size).toBe(0);
  });

  const line = fc.stringMatching(/^[A-Za-z0-9][A-Za-z0-9. ]{0,8}[A-Za-z0-9]$/);
  it('reads back what it shows', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.record({ kind: fc.constant('list' as const), value: fc.array(line, { minLength: 1, maxLength: 5 }) }),
          fc.record({
            kind: fc.constant('pairs' as const),
            value: fc.dictionary(line, line, { minKeys: 1, maxKeys: 5 }),
          }),
          fc.record({ kind: fc.constant('number' as const), value: fc.integer() }),
          fc.record({ kind: fc.constant('yes-no' as const), value: fc.boolean() }),
          fc.record({ kind: fc.constant('text' as const), value: line }),
        ),
        ({ kind, value }) => {
          expect(meaningOf({ kind }, wordsOf({ kind }, value))).toEqual(value);
        },
      ),
      { numRuns: 2_000 },
    );
  });

  it('is found where it was put, and touches nothing else', () => {
    const key = fc.oneof(fc.constantFrom('__proto__', 'constructor', 'toString'), fc.stringMatching(/^[a-z]{1,3}$/));
    fc.assert(
      fc.property(fc.array(key, { minLength: 1, maxLength: 3 }), fc.integer(), (keys, value) => {
        const path = keys.join('.');
        const next = withFilled({ kept: { one: 1 } }, path, value);
        expect(filledAt(next, path)).toBe(value);
        expect(filledAt(next, 'kept.one')).toBe(keys[0] === 'kept' ? filledAt(next, 'kept.one') : 1);
        expect(Object.prototype).not.toHaveProperty('kept');
        expect(filledAt(withFilled(next, path, undefined), path)).toBeUndefined();
      }),
      { numRuns: 2_000 },
    );
  });
});
