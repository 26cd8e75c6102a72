import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cleanDigest, type DigestView, digestMessage, retryPreview } from '../../blocks/digest.ts';
import { actionIds } from '../../blocks/ids.ts';
import { lintMessage } from '../../blocks/lint.ts';
import { listLength, hostileText as text, times } from './hostile.ts';
import { now } from './samples.ts';

const fill = <T>(length: number, one: T): T[] => Array.from({ length }, () => one);
const group = {
  ...{ code: 'c-1', app: 'crm', appTitle: 'CRM', word: 'failed', kind: 'rejected', count: 7, before: null },
  ...{ cause: 'title is too long.', remedy: 'Correct it', people: ['Zoe', 'Max'], retryable: true },
};
const clean: DigestView = {
  ...{ at: now, groups: [], quarantined: [], expiring: [], cured: [], since: null },
  overdue: { count: 0, oldest: null, requests: [] },
};

describe('the digest in Slack', () => {
  it('says what, how many, why, what to do, whom, and the trend', () => {
    const { text: said } = digestMessage({
      ...clean,
      groups: [group, { ...group, code: 'c-2', count: 3, before: 5 }, { ...group, code: 'c-3', before: 7 }],
      cured: [{ code: 'c-9', app: 'CRM', cause: 'Taken.', count: 4 }],
      since: now - 86_400_000,
    });
    expect(said).toContain('*17 logins need attention*, for 3 reasons.');
    expect(said).toContain('1 reason is new, 2 still there and 1 cured.');
    expect(said).toContain('❌ failed  *CRM*: 7 logins\ntitle is too long. Correct it.\nZoe, Max and 5 others');
    expect(said).toContain('(still, 2 fewer)');
    expect(said).toContain('(still, as before)');
    expect(said).toContain('✅ cured  *CRM*, 4: Taken.');
  });

  it('holds the history to what it was by an anchor in short', () => {
    const anchor = { at: now, events: 1_234, hash: '0123456789abcdef' };
    const { text: said } = digestMessage({ ...clean, groups: [group], anchor });
    expect(said).toMatch(/Audit anchored .*: 1,234 events, `0123456789abcdef`\./);
    expect(said).toContain('`rollcall audit verify --seen 0123456789abcdef`');
  });

  it('says so on a quiet day, with what is cured, for the sake of the anchor', () => {
    const anchor = { at: now, events: 1_234, hash: '0123456789abcdef' };
    const cured = [{ code: 'c-9', app: 'CRM', cause: 'Taken.', count: 4 }];
    const { text: said, blocks } = digestMessage({ ...clean, since: now - 86_400_000, cured, anchor });
    expect(said).toMatch(/^Nothing needs anybody: all is well\./);
    expect(said).not.toContain('something else');
    expect(said).toContain('✅ cured  *CRM*, 4: Taken.');
    expect(said).toContain('`0123456789abcdef`');
    expect(lintMessage(digestMessage({ ...clean, anchor }))).toEqual([]);
    expect(blocks.length).toBeGreaterThan(2);
  });

  it('offers a retry only where one can help', () => {
    const buttons = (retryable: boolean) =>
      JSON.stringify(digestMessage({ ...clean, groups: [{ ...group, retryable }] }).blocks).includes(
        actionIds.retryCause,
      );
    expect([buttons(true), buttons(false)]).toEqual([true, false]);
  });

  it('counts what a message cannot hold', () => {
    const groups = Array.from({ length: 40 }, (_, index) => ({ ...group, code: `c-${index}`, cause: 'x'.repeat(300) }));
    const { blocks } = digestMessage({ ...clean, groups, more: 5 });
    const shown = blocks.filter((block) => block.type === 'actions').length;
    expect(shown).toBeGreaterThan(5);
    expect(JSON.stringify(blocks)).toContain(`And ${45 - shown} causes more`);
  });

  it('keeps Slack’s rules whatever it tells', () => {
    const digests: fc.Arbitrary<DigestView> = fc
      .record({
        ...{ length: listLength, name: text, cause: text, remedy: text, person: text, when: times },
        ...{ count: fc.constantFrom(1, 2, 100_000), before: fc.option(fc.nat(9)), retryable: fc.boolean() },
        since: fc.option(times),
      })
      .map(({ length, name, cause, remedy, person, when, count, before, retryable, since }) => {
        const one = { ...group, app: name, appTitle: name, word: cause, cause, remedy, count, before, retryable };
        const ill = { app: name, appTitle: name, since: when, reason: cause, nextTry: when, waiting: count };
        return {
          ...{ at: now, since, more: count, groups: fill(length, { ...one, people: [person, person] }) },
          quarantined: fill(length, ill),
          expiring: fill(length, { what: 'app', name, title: name, endsAt: when }),
          overdue: { count: length, oldest: since, requests: [] },
          cured: fill(length, { code: 'c', app: name, cause, count }),
          anchor: { at: when, events: count, hash: 'f'.repeat(16) },
        };
      });
    fc.assert(
      fc.property(digests, (digest) => {
        expect(lintMessage(digestMessage(digest))).toEqual([]);
      }),
      { numRuns: 150 },
    );
    expect(lintMessage(cleanDigest())).toEqual([]);
  });

  it('keeps them in the preview of a retry', () => {
    fc.assert(
      fc.property(text, text, fc.constantFrom(0, 1, 99_999), (name, said, count) => {
        const preview = { count, people: fill(Math.min(count, 5), name), text: said };
        expect(lintMessage(retryPreview(preview, { app: name, appTitle: name, cause: 'c-1' }))).toEqual([]);
      }),
    );
  });
});
