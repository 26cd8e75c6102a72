import { describe, expect, it } from 'vitest';
import { digestLines } from '../../src/cli/digest.ts';
import type { Digest } from '../../src/core/digest.ts';

const at = Date.UTC(2026, 0, 5, 9);
const clean: Digest = {
  ...{ at, groups: [], quarantined: [], expiring: [], cured: [], since: null },
  overdue: { count: 0, oldest: null, requests: [] },
};
const group: Digest['groups'][number] = {
  ...{ code: 'c-1', app: 'crm', appTitle: 'CRM', word: 'failed', kind: 'rejected', count: 7, before: null },
  ...{ cause: 'title is too long.', remedy: 'Correct it', people: ['Zoe', 'Max'], retryable: true },
};

describe('rollcall digest', () => {
  it('says in one line that all is well', () => {
    expect(digestLines(clean)).toEqual(['Nothing needs anybody: all is well.']);
  });

  it('tells each cause with its trend, its people and how to try again', () => {
    const digest: Digest = {
      ...clean,
      groups: [group, { ...group, code: 'c-2', before: 9, retryable: false, people: ['Zoe'], count: 1 }],
      quarantined: [{ app: 'wiki', appTitle: 'Wiki', since: at, reason: 'No answer', nextTry: at, waiting: 3 }],
      expiring: [
        { what: 'app', name: 'crm', title: 'CRM', endsAt: at - 1 },
        { what: 'directory', name: 'hr', title: 'HR', endsAt: at + 1 },
        { what: 'directory', name: 'okta', title: 'Okta', endsAt: at + 1, pushed: true },
        { what: 'sign-on', name: 'k-1', title: 'Sign-on', endsAt: at + 1 },
      ],
      overdue: { count: 2, oldest: at, requests: ['a-1', 'a-2'] },
      cured: [{ code: 'c-9', app: 'CRM', cause: 'Taken.', count: 4 }],
      since: at,
    };
    expect(digestLines(digest)).toEqual([
      'crm: 7 failed (new). title is too long. Correct it.',
      '  Zoe, Max and 5 more',
      '  again: rollcall retry crm --cause c-1',
      'crm: 1 failed (still, 9 before). title is too long. Correct it.',
      '  Zoe',
      'wiki: in quarantine since 2026-01-05 09:00 UTC, 3 waiting. No answer. Next try 2026-01-05 09:00 UTC, or now: rollcall retry wiki',
      'app crm: its credentials ended 2026-01-05 08:59 UTC. Renew them in Slack: /provision renew crm',
      'directory hr: its credentials end 2026-01-05 09:00 UTC. Renew them in Slack: /provision renew hr',
      'directory okta: its credentials end 2026-01-05 09:00 UTC. Make another token for its source: rollcall directory token "okta"',
      'sign-on: the certificate of key k-1 ends 2026-01-05 09:00 UTC. Make the next one: rollcall saml rotate',
      '2 waiting for a decision for more than a day, the oldest since 2026-01-05 09:00 UTC.',
      'cured: CRM, 4: Taken.',
    ]);
  });
});
