import fc from 'fast-check';
import { expect, it } from 'vitest';
import { findingList } from '../../blocks/findings.ts';
import { lintMessage } from '../../blocks/lint.ts';
import { listLength, hostileText as text } from './hostile.ts';

it('says that all is well, or how much is wrong, the wrong first', () => {
  expect(findingList([]).text).toContain('Nothing stops Rollcall from working');
  const { text: said } = findingList([
    { state: 'right', what: 'a', remedy: '' },
    { state: 'note', what: 'b', remedy: 'Look.' },
    { state: 'wrong', what: 'c', remedy: 'Mend it.' },
  ]);
  expect(said).toContain(
    '*1 thing is wrong*, and 1 worth knowing.\n• ❌ wrong  c\n   Mend it.\n• ⚠️ note  b\n   Look.\n• ✅ right  a',
  );
});

it('keeps Slack’s rules whatever was found', () => {
  const finding = fc.record({ state: fc.constantFrom('right', 'note', 'wrong'), what: text, remedy: text });
  fc.assert(
    fc.property(finding, listLength, (one, length) => {
      expect(lintMessage(findingList(Array.from({ length }, () => one)))).toEqual([]);
    }),
    { numRuns: 100 },
  );
});
