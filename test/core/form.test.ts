import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { Parameter, Provisioning, Rule } from '../../src/core/app-schema.ts';
import { operators, SimpleCondition } from '../../src/core/condition-schema.ts';
import { fieldKind, fieldKindAt, fieldText, fieldValue, linesIn } from '../../src/core/form.ts';
import { Settings } from '../../src/core/settings-schema.ts';

describe('how a form asks', () => {
  it.each<[string, unknown, string[], string | null]>([
    ['a number within a group that has defaults', Settings, ['deletionThreshold', 'percent'], 'number'],
    ['a number with a default', Settings, ['quorum'], 'number'],
    ['a text that may be left out', Settings, ['leaverChannel'], 'text'],
    ['a text within a group that may be left out', Settings, ['digest', 'at'], 'text'],
    ['a list of texts', Settings, ['admins'], 'lines'],
    ['a flag', Settings, ['passwordMapping'], 'flag'],
    ['a choice', Provisioning, ['onSuspend'], 'choice'],
    ['a group', Settings, ['deletionThreshold'], null],
    ['a list of groups', Rule, ['actions'], null],
    ['what may be this or that', Parameter, ['value'], null],
    ['what there is not', Settings, ['nothing', 'there'], null],
  ])('for %s', (_, schema, path, kind) => {
    expect(fieldKindAt(schema, path)?.kind ?? null).toBe(kind);
  });

  it('with the choices there are', () => {
    expect(fieldKindAt(SimpleCondition, ['operator'])?.choices).toEqual([...operators]);
    expect(fieldKind(z.enum(['a', 'b']).optional())).toEqual({ kind: 'choice', choices: ['a', 'b'] });
  });

  it('and reads what was written as the schema wants it', () => {
    expect(fieldValue({ kind: 'number' }, ' 12 ')).toBe(12);
    expect(fieldValue({ kind: 'number' }, 'twelve')).toBe('twelve');
    expect(fieldValue({ kind: 'number' }, ' ')).toBeUndefined();
    expect(fieldValue({ kind: 'text' }, ' a b ')).toBe('a b');
    expect(fieldValue({ kind: 'flag' }, 'true')).toBe(true);
    expect(fieldValue({ kind: 'lines' }, ' a \n\n b\r\n')).toEqual(['a', 'b']);
    expect(linesIn('')).toEqual([]);
  });

  it('and gives back what it was given', () => {
    const word = fc
      .string()
      .map((text) => text.replace(/[\r\n]/g, '').trim())
      .filter((text) => text !== '');
    fc.assert(
      fc.property(fc.array(word), word, fc.double({ noNaN: true, noDefaultInfinity: true }), (words, one, number) => {
        expect(fieldValue({ kind: 'lines' }, fieldText(words))).toEqual(words);
        expect(fieldValue({ kind: 'text' }, fieldText(one))).toBe(one);
        expect(fieldValue({ kind: 'number' }, fieldText(number === 0 ? 0 : number))).toBe(number === 0 ? 0 : number);
      }),
    );
    expect(fieldText(undefined)).toBe('');
  });
});
