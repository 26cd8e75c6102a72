import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { failureWords } from '../../src/core/errors.ts';
import type { Login } from '../../src/core/login-model.ts';
import type { Trouble } from '../../src/core/model.ts';
import { causeText, gistOf, rootCauseOf } from '../../src/core/root-cause.ts';
import { account, login, operation } from '../blocks/samples.ts';

const troubled = (trouble: Partial<Trouble>, change: Partial<Login> = {}): Login =>
  login({
    operation: operation({
      state: 'failed',
      trouble: { kind: 'rejected', message: 'no', remedy: 'Mend it.', at: 1, ...trouble },
      after: account({ userName: 'zoe@acme.test', displayName: 'Zoe Ångström', title: 'Clerk' }),
    }),
    ...change,
  });
const codeOf = (trouble: Partial<Trouble>, change: Partial<Login> = {}) => rootCauseOf(troubled(trouble, change)).code;

describe('the root cause of a failure', () => {
  it('is one for what differs in ids, addresses, numbers and the record’s own values alone', () => {
    const messages = [
      'crm answered 400: user zoe@acme.test has no seat 17 left.',
      'crm answered 400: user max@acme.test has no seat 9 left.',
    ];
    expect(new Set(messages.map((message) => codeOf({ message }))).size).toBe(1);
    expect(codeOf({ message: 'the title "Clerk" is too long' })).toBe(
      rootCauseOf({
        ...troubled({ message: 'the title "Head of Sales" is too long' }),
        operation: operation({
          trouble: { kind: 'rejected', message: 'the title "Head of Sales" is too long', remedy: '', at: 2 },
          after: account({ title: 'Head of Sales' }),
        }),
      }).code,
    );
  });

  it('differs by app, by kind, and by what was refused', () => {
    const codes = [
      codeOf({ message: 'title is too long' }),
      codeOf({ message: 'manager is unknown' }),
      codeOf({ message: 'title is too long' }, { app: 'wiki' }),
      codeOf({ message: 'title is too long', kind: 'conflict' }),
      codeOf({ message: 'crm answered 400: no' }),
      codeOf({ message: 'crm answered 422: no' }),
      codeOf({ message: 'crm refused the group "Sales and Marketing": it is full' }),
      codeOf({ message: 'crm refused the group "Managers": it is full' }),
    ];
    expect(new Set(codes).size).toBe(codes.length);
  });

  it('is the app’s, whatever the text, where no record is at fault', () => {
    for (const kind of ['auth', 'unavailable', 'bug', 'throttled', 'conflict', 'missing', 'threshold', 'match'])
      expect(codeOf({ kind, message: 'request 8f14e45f failed' })).toBe(codeOf({ kind, message: 'another text' }));
  });

  it('is the vanished account, failed or not', () => {
    expect(rootCauseOf(login({ account: 'missing', operation: null })).kind).toBe('missing');
    expect(rootCauseOf(troubled({ kind: 'missing' }, { account: 'missing' })).code).toBe(
      rootCauseOf(login({ account: 'missing', operation: null })).code,
    );
  });

  it('does not depend on the ids in the text, whatever they are', () => {
    const id = fc.oneof(
      fc.uuid(),
      fc.integer().map((n) => `u-${Math.abs(n)}`),
      fc.emailAddress().filter((address) => /^[\w.+-]+@/.test(address)),
      fc.stringMatching(/^[a-z]*\d[a-z0-9_-]*$/),
    );
    const text = (a: string, b: string) => `could not write ${a} to the team of ${b}: no seat left`;
    fc.assert(
      fc.property(id, id, id, id, (a, b, c, d) => {
        expect(codeOf({ message: text(a, b) })).toBe(codeOf({ message: text(c, d) }));
      }),
      { numRuns: 1_000 },
    );
  });

  it('never hangs or grows on hostile text', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'binary', maxLength: 2_000 }),
        fc.array(fc.string(), { maxLength: 5 }),
        (text, own) => {
          expect(
            gistOf(
              text,
              own.filter((value) => value.length >= 3),
            ).length,
          ).toBeLessThanOrEqual(text.length);
        },
      ),
    );
    expect(gistOf('a1'.repeat(20_000), [])).toBe('…');
    expect(gistOf('@'.repeat(20_000), []).length).toBeLessThanOrEqual(20_000);
  });
});

describe('a cause in words', () => {
  it('is what one login was told', () => {
    expect(causeText(troubled({ message: 'no seat 17 left' }), 1)).toBe('no seat 17 left.');
    expect(causeText(troubled({ message: 'no seat 17 left' }), 3)).toBe('no seat … left.');
  });

  it('names the class of what has no class of its own, with an example', () => {
    expect(causeText(troubled({ kind: 'unavailable', message: 'crm did not answer.' }), 9)).toBe(
      `${failureWords.unavailable.reason}, for example: crm did not answer.`,
    );
    expect(causeText(troubled({ kind: 'threshold', message: 'past the threshold' }), 9)).toBe(
      'For example: past the threshold.',
    );
    expect(causeText(login({ account: 'missing', operation: null }), 2)).toBe('The accounts vanished from the app.');
  });
});
