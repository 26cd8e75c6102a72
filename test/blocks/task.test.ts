import { describe, expect, it } from 'vitest';
import { approvalCard } from '../../blocks/approval-card.ts';
import { lintMessage } from '../../blocks/lint.ts';
import type { Operation } from '../../src/core/model.ts';
import { batch, withOperation } from './samples.ts';

const before = {
  active: true,
  attributes: { userName: 'zoe@acme.test', title: 'Clerk', phone: '12', doorPassword: 'sesame' },
  entitlements: { rooms: ['Lab', 'Yard'] },
};
const { phone: _, ...kept } = before.attributes;
const moved = {
  ...{ active: true, attributes: { ...kept, title: 'Head', doorPassword: 'open' } },
  entitlements: { rooms: ['Yard', 'Vault'] },
};
const off = { ...before, active: false };

const told = (change: Partial<Operation>): string => {
  const message = approvalCard(withOperation({ state: 'handed', ...change }, { task: true, expiresAt: null }));
  expect(lintMessage(message)).toEqual([]);
  return message.text;
};

describe('what a task says is to be done', () => {
  it.each<[Operation['kind'], Partial<Operation>, string[]]>([
    [
      'update',
      { before, after: moved },
      [
        'In the account `zoe@acme.test`, change:',
        '• title: `Head` (it was `Clerk`)',
        '• phone: leave it empty (it was `12`)',
        '• rooms: give `Vault`',
        '• rooms: take away `Lab`',
      ],
    ],
    ['suspend', { before, after: off }, ['Switch the account `zoe@acme.test` off and keep it']],
    ['reactivate', { before: off, after: before }, ['Switch the account `zoe@acme.test` on again.']],
    ['reactivate', { before: off, after: moved }, ['on again, and change in it:', '• title: `Head`']],
    ['delete', { before, after: null }, ['Delete the account `zoe@acme.test` for good.']],
  ])('%s', (kind, change, lines) => {
    const text = told({ kind, ...change });
    for (const line of lines) expect(text).toContain(line);
    expect(text).not.toContain('sesame');
  });

  it('says what is the same for many once', () => {
    const { text } = approvalCard(batch(12, 'delete', { task: true, expiresAt: null, leaving: true }));
    expect(text.match(/Delete these accounts for good/g)).toHaveLength(1);
    expect(text).toContain('• *Person 1*: the account `zoe@acme.test`');
    expect(text).toContain('and 4 more');
  });

  it('asks once more before anything counts as taken away, and before many count at once', () => {
    const confirms = (view: Parameters<typeof approvalCard>[0]) =>
      JSON.stringify(approvalCard(view).blocks).includes('You say that this is done');
    expect(confirms(withOperation({ kind: 'create', state: 'handed' }, { task: true }))).toBe(false);
    expect(confirms(withOperation({ kind: 'suspend', state: 'handed', before, after: off }, { task: true }))).toBe(
      true,
    );
    expect(confirms(batch(12, 'create', { task: true }))).toBe(true);
  });
});
