import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readCursor, writeCursor } from '../../../connectors/entra-id/cursor.ts';
import { placeOf } from '../../../connectors/entra-id/place.ts';

const base = 'https://graph.microsoft.com/v1.0';

describe('links of Graph', () => {
  it('are taken apart so that nothing of a token is lost', () => {
    fc.assert(
      fc.property(
        fc.string({ minLength: 1 }),
        fc.array(fc.string({ minLength: 1 }), { minLength: 1 }),
        (token, steps) => {
          const path = steps.filter((step) => !/^\.{1,2}$/.test(step));
          const query = new URLSearchParams({ $deltatoken: token });
          const link = `${base}/users/${path.map(encodeURIComponent).join('/')}?${query}`;
          expect(placeOf(link, base, 'entra')).toEqual({
            path: ['users', ...(path.length === 0 ? [''] : path)],
            query: { $deltatoken: token },
          });
        },
      ),
    );
  });

  it.each([
    'https://graph.microsoft.com.evil.test/v1.0/users/delta',
    'https://evil.test/v1.0/users/delta',
    'http://graph.microsoft.com/v1.0/users/delta',
    'https://graph.microsoft.com:8443/v1.0/users/delta',
    'https://me:secret@graph.microsoft.com/v1.0/users/delta',
    'https://graph.microsoft.com/v1.0/../beta/users',
    'https://graph.microsoft.com/v1.0',
    '//evil.test/v1.0/users',
    '/v1.0/users/delta',
    '',
  ])('that lead elsewhere are refused: %s', (link) => {
    expect(() => placeOf(link, base, 'entra')).toThrow('leads elsewhere');
  });
});

describe('cursors of Entra ID', () => {
  it('come back as they were written', () => {
    const text = fc.string();
    const cursor = fc.record({
      place: fc.record({
        path: fc.array(text),
        query: fc.dictionary(
          text.filter((key) => key !== '__proto__'),
          text,
        ),
      }),
      full: fc.integer({ min: 1, max: 4_102_444_800_000 }),
      again: fc.array(fc.uuid()),
    });
    fc.assert(
      fc.property(cursor, (one) => {
        expect(readCursor(writeCursor(one))).toEqual(one);
      }),
    );
  });

  it('that nobody of us has written are none', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json()), (text) => {
        expect(readCursor(text)).toBeNull();
      }),
    );
    expect(readCursor(null)).toBeNull();
  });
});
