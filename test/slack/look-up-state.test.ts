import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ZodError } from 'zod';
import { limits } from '../../blocks/kit.ts';
import { backward, forward, type LookUp, pageOf, readLookUpPress, readSearch } from '../../src/slack/look-up-state.ts';

const begun: LookUp = { app: 'crm', word: null, text: '', places: [], dropped: 0 };
const carried = (private_metadata: string, values?: object) => ({
  user: { id: 'U1' },
  view: { id: 'V1', hash: 'h', private_metadata, ...(values && { state: { values } }) },
});
const typed = (word: string | null, text: string | null) => ({
  look_up_word: { look_up_word: { selected_option: word === null ? null : { value: word } } },
  look_up_text: { look_up_text: { value: text } },
});

describe('what a look-up remembers', () => {
  it('goes forward and back the same way', () => {
    const ids = fc.array(fc.string({ unit: 'grapheme', minLength: 1, maxLength: 60 }), { maxLength: 200 });
    fc.assert(
      fc.property(ids, (places) => {
        let lookUp = begun;
        for (const place of places) {
          const next = forward(lookUp, place);
          expect(pageOf(next)).toBe(pageOf(lookUp) + 1);
          expect(next.places.at(-1)).toBe(place);
          expect(JSON.stringify(next).length).toBeLessThanOrEqual(limits.metadata);
          if (next.places.length > 1) expect(pageOf(backward(next))).toBe(pageOf(lookUp));
          else expect(pageOf(backward(next))).toBe(1);
          lookUp = next;
        }
        while (lookUp.places.length > 0) lookUp = backward(lookUp);
        expect(pageOf(lookUp)).toBe(1);
      }),
    );
  });

  it('is read from the modal alone, and refused where it is anything else', () => {
    const lookUp = { ...begun, word: 'failed', text: 'zoe', places: ['p-1:crm'] };
    expect(readLookUpPress(carried(JSON.stringify(lookUp)))).toEqual({ user: 'U1', view: 'V1', hash: 'h', lookUp });
    for (const metadata of [
      '{"word":"nope"}',
      '{"app":1}',
      '{"page":2}',
      '{"dropped":-1}',
      `{"text":"${'x'.repeat(201)}"}`,
    ])
      expect(() => readLookUpPress(carried(metadata))).toThrow(ZodError);
    expect(() => readLookUpPress(carried('nonsense'))).toThrow(SyntaxError);
  });

  it('begins anew with what was chosen and typed, and of whom it was stays', () => {
    const before = JSON.stringify({ ...begun, places: ['p-1:crm'], word: 'held' });
    expect(readSearch(carried(before, typed('failed', '  zoe '))).lookUp).toEqual({
      ...begun,
      word: 'failed',
      text: 'zoe',
    });
    expect(readSearch(carried(before, typed('all', null))).lookUp).toEqual(begun);
    expect(readSearch(carried(before, typed('nonsense', 'x'.repeat(500)))).lookUp).toEqual(begun);
    expect(readSearch(carried(before)).lookUp).toEqual(begun);
  });
});
