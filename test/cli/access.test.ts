import { parse } from 'csv-parse/sync';
import { describe, expect, it } from 'vitest';
import { granted, holdingLines, reviewCsv, reviewLines } from '../../src/cli/access.ts';
import type { AccessRow } from '../../src/engine/governance.ts';

const noon = Date.UTC(2026, 2, 15, 12);
const row: AccessRow = {
  ...{ person: 'p-1', personName: '=Zoe', app: 'crm', state: 'active', account: 'active', word: 'provisioned' },
  ...{ since: noon, changedAt: noon + 60_000, entitlements: { groups: ['A', 'B'], licences: ['Pro'] } },
  ...{ approvedBy: ['Ada', 'Bea'], reason: 'role Sales: department is Sales (mapping Sales people)' },
};
async function* rows(...given: AccessRow[]): AsyncGenerator<AccessRow> {
  yield* given;
}

describe('an access review', () => {
  it('is CSV with person, app, entitlements, reason, approver and last change, safe in a spreadsheet', async () => {
    let text = '';
    for await (const line of reviewCsv(rows(row, { ...row, person: 'p-2', entitlements: {}, approvedBy: [] })))
      text += line;
    const [first, second] = parse(text, { columns: true }) as Record<string, string>[];
    expect(first).toEqual({
      ...{ app: 'crm', 'person id': 'p-1', person: "'=Zoe", account: 'active', status: 'provisioned' },
      ...{ entitlements: 'groups: A, B; licences: Pro', reason: row.reason, 'approved by': 'Ada, Bea' },
      ...{ since: '2026-03-15T12:00:00.000Z', 'last change': '2026-03-15T12:01:00.000Z' },
    });
    expect(second).toMatchObject({ 'person id': 'p-2', entitlements: '', 'approved by': '' });
  });

  it('is a table that says how many more there are', () => {
    expect(reviewLines([row], 3)).toEqual([
      'app  person  status       entitlements                 approved by  last change (UTC)  reason',
      `crm  =Zoe    provisioned  groups: A, B; licences: Pro  Ada, Bea     2026-03-15 12:01   ${row.reason}`,
      '… and 2 more: give --limit, or --csv FILE for all.',
    ]);
    expect(reviewLines([], 0)).toEqual(['Nobody has an account that the events tell of.']);
  });
});

describe('who had an app', () => {
  it('is a table with the moment it speaks of', () => {
    expect(holdingLines('crm', noon, [row])).toEqual([
      'crm at 2026-03-15 12:00 UTC: 1 account',
      'person  account  since (UTC)       entitlements                 approved by  reason',
      `=Zoe    active   2026-03-15 12:00  groups: A, B; licences: Pro  Ada, Bea     ${row.reason}`,
    ]);
    expect(holdingLines('crm', noon, [])).toEqual(['Nobody had an account in crm at 2026-03-15 12:00 UTC.']);
  });

  it('has no words for no entitlements', () => {
    expect(granted({})).toBe('');
  });
});
