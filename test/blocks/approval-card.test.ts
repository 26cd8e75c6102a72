import type { KnownBlock } from '@slack/types';
import { describe, expect, it } from 'vitest';
import { approvalCard } from '../../blocks/approval-card.ts';
import { actionIds } from '../../blocks/ids.ts';
import type { Message } from '../../blocks/kit.ts';
import { lintMessage } from '../../blocks/lint.ts';
import type { ApprovalView } from '../../blocks/view.ts';
import type { Approval } from '../../src/core/approval-model.ts';
import type { OperationKind } from '../../src/core/model.ts';
import {
  account,
  ada,
  approval,
  approvalView,
  batch,
  login,
  loginView,
  now,
  operation,
  withOperation,
  zoe,
} from './samples.ts';

const buttonsOf = ({ blocks }: Message) =>
  blocks
    .flatMap((block: KnownBlock) => (block.type === 'actions' ? block.elements : []))
    .flatMap((part) => (part.type === 'button' ? [part] : []));
const labels = (card: Message) => buttonsOf(card).map(({ text }) => text.text);
const firstLine = (card: Message) => card.text.split('\n')[0];
const decided = (state: Approval['state'], change: Partial<Approval> = {}): Partial<Approval> => ({
  state,
  decidedBy: ada,
  decidedAt: now,
  ...change,
});

const eightApps = approvalView({
  approval: approval({ app: null, operationKind: null, operations: 8 }),
  total: 8,
  tally: { awaiting: 8 },
  logins: ['CRM', 'Wiki', 'Chat', 'Mail', 'Desk', 'Pay', 'Docs', 'Git'].map((appTitle) => loginView({ appTitle })),
});

const states: Readonly<Record<string, ApprovalView>> = {
  'open, one app': approvalView(),
  'open, eight apps': eightApps,
  'open, partly voted': approvalView({
    approval: approval({ quorum: 2, votes: [{ person: 'p-ada', name: 'Ada Lovelace', at: now, step: 0, for: null }] }),
  }),
  'open, the second of two steps': approvalView({
    approval: approval({
      step: 1,
      steps: [
        { who: ['manager'], circle: ['p-max'], fallback: [], quorum: 1, fellBack: false },
        { who: ['owners'], circle: ['p-ada', 'p-bob'], fallback: [], quorum: 2, fellBack: true },
      ],
      quorum: 2,
      risk: 'high',
      stuckAt: now,
      votes: [
        { person: 'p-max', name: 'Max Planck', at: now, step: 0, for: null },
        { person: 'p-eve', name: 'Eve', at: now, step: 1, for: { person: 'p-ada', name: 'Ada Lovelace' } },
      ],
    }),
    circle: [
      { person: 'p-bob', name: 'Bob Stone', slack: null },
      { person: 'p-dan', name: 'Dan', slack: { team: 'T0ACME', user: 'U0DAN' }, for: 'Bob Stone' },
    ],
  }),
  'open, a sole approver': approvalView({ approval: approval({ circle: ['p-ada'] }) }),
  'open, update': withOperation({
    kind: 'update',
    before: account({ title: 'Clerk', phone: '1', userName: 'zoe@acme.test' }, ['Staff']),
    after: account({ title: 'Manager', userName: 'zoe@acme.test' }, ['Managers', 'Staff']),
  }),
  'open, adopt': withOperation({ kind: 'adopt', before: account({ title: 'Boss' }), after: zoe }),
  'open, delete of a leaver': withOperation(
    { kind: 'delete', before: zoe, after: null },
    { leaving: true, expiresAt: null },
  ),
  'open, batch': batch(120),
  'open, threshold': batch(47, 'suspend', {
    kind: 'threshold',
    urgent: true,
    leaving: true,
    expiresAt: null,
    reason: '47 of 140 accounts would go within 24 hours; the limit is 14.',
  }),
  'open, some of them chosen': batch(2, 'suspend', { chosen: ['l-1', 'l-2'], quorum: 2 }),
  'open, some changed since': { ...batch(5), tally: { awaiting: 3, superseded: 2 } },
  approved: withOperation({ state: 'approved' }, decided('approved')),
  provisioning: withOperation({ state: 'applying' }, decided('approved')),
  provisioned: withOperation({ state: 'applied' }, decided('approved')),
  failed: withOperation(
    {
      state: 'failed',
      trouble: {
        kind: 'auth',
        message: 'CRM refused the token.',
        remedy: 'Renew the API connection of the app, then retry.',
        at: now,
      },
    },
    decided('approved'),
  ),
  'batch under way': { ...batch(20, 'create', decided('approved')), tally: { applied: 16, failed: 1, applying: 3 } },
  'batch finished with failures': { ...batch(20, 'create', decided('approved')), tally: { applied: 19, failed: 1 } },
  'batch done': { ...batch(20, 'create', decided('approved')), tally: { applied: 18, superseded: 2 } },
  rejected: withOperation({ state: 'rejected' }, decided('rejected', { reason: 'She starts in May.' })),
  expired: withOperation({ state: 'rejected' }, { state: 'expired', decidedAt: now }),
  closed: withOperation({ state: 'superseded' }, { state: 'closed', decidedAt: now }),
};

it('promises to approve what is left of a request, and no more', () => {
  const label = (view: ApprovalView) => JSON.stringify(approvalCard(view).blocks).match(/"text":"(Approve[^"]*)"/)?.[1];
  expect(label(batch(7))).toBe('Approve all 7');
  expect(label({ ...batch(7), tally: { awaiting: 5, superseded: 2 } })).toBe('Approve all 5');
});

describe('the approval card', () => {
  it.each(Object.entries(states))('%s', (_name, view) => {
    const card = approvalCard(view);
    expect(lintMessage(card)).toEqual([]);
    expect(card).toMatchSnapshot();
  });

  it.each([
    ['create', 'Create an account for *Zoe Ångström* in *CRM*.'],
    ['update', 'Change the account of *Zoe Ångström* in *CRM*.'],
    ['suspend', 'Suspend the account of *Zoe Ångström* in *CRM*.'],
    ['reactivate', 'Reactivate the account of *Zoe Ångström* in *CRM*.'],
    ['delete', 'Delete the account of *Zoe Ångström* in *CRM*.'],
    ['adopt', 'Take over the existing account of *Zoe Ångström* in *CRM*.'],
  ] as [OperationKind, string][])('begins with a plain sentence: %s', (kind, sentence) => {
    expect(firstLine(approvalCard(withOperation({ kind })))).toBe(sentence);
  });

  it.each([
    ['email', 'Take over existing accounts of *120 people* in *CRM*: found by e-mail address.'],
    ['userName', 'Take over existing accounts of *120 people* in *CRM*: found by user name.'],
    ['externalId', 'Take over existing accounts of *120 people* in *CRM*: found by Rollcall’s own id.'],
  ])('says how sure an adoption is: %s', (foundBy, sentence) => {
    expect(firstLine(approvalCard(batch(120, 'adopt', { foundBy })))).toBe(sentence);
  });

  it('says where it stands: the step, who agreed before, in whose place, who may now', () => {
    const card = approvalCard(states['open, the second of two steps'] ?? approvalView());
    for (const words of [
      '*Step 2 of 2 (owners)*',
      'Agreed before: Max Planck',
      'May decide: Bob Stone and <@U0DAN> (for Bob Stone)',
      '1 of 2 votes (Eve for Ada Lovelace)',
      'Nobody is left who may decide',
      'High risk: whoever decides signs in anew',
    ])
      expect(card.text).toContain(words);
  });

  it('warns of a sole approver, unless that is in the nature of the step or somebody comes instead', () => {
    const warns = (who: string[], fallback: string[], circle = ['p-ada']) =>
      approvalCard(
        approvalView({
          approval: approval({ circle, steps: [{ who, circle, fallback, quorum: 1, fellBack: false }] }),
        }),
      ).text.includes('One person alone');
    expect([warns([], []), warns(['Manager'], []), warns([], ['p-bob']), warns([], [], ['p-ada', 'p-bob'])]).toEqual([
      ...[true, false, false, false],
    ]);
  });

  it('names people and apps of several operations', () => {
    expect(firstLine(approvalCard(eightApps))).toBe(
      'Create accounts for *Zoe Ångström* in *CRM*, *Wiki*, *Chat* and 5 other apps.',
    );
    expect(firstLine(approvalCard(batch(120)))).toBe('Create accounts for *120 people* in *CRM*.');
  });

  it('offers to decide only while it is open', () => {
    for (const view of Object.values(states)) {
      const ids = buttonsOf(approvalCard(view)).map((button) => button.action_id);
      expect(ids.includes(actionIds.approve)).toBe(view.approval.state === 'open');
      expect(ids.includes(actionIds.reject)).toBe(view.approval.state === 'open');
      expect(ids).toContain(actionIds.details);
    }
  });

  it('says in each button which approval and which edition it shows, and nothing else', () => {
    for (const button of buttonsOf(approvalCard(approvalView({ approval: approval({ edition: 4 }) })))) {
      expect(button.value).toBe('a-7Fq2:4');
    }
  });

  it('asks once more before it takes away, and before it changes many', () => {
    const asks = (view: ApprovalView) => buttonsOf(approvalCard(view))[0]?.confirm !== undefined;
    expect(asks(withOperation({ kind: 'create' }))).toBe(false);
    expect(asks(withOperation({ kind: 'delete' }))).toBe(true);
    expect(asks(withOperation({ kind: 'suspend' }))).toBe(true);
    expect(asks(batch(2))).toBe(true);
    expect(asks(batch(1))).toBe(false);
    expect(asks(batch(1, 'create', { kind: 'threshold' }))).toBe(true);
  });

  it('lists everybody of a batch on request', () => {
    expect(labels(approvalCard(batch(120)))).toEqual([
      'Approve all 120',
      'Reject',
      'Choose',
      'Ask',
      'Details',
      'See all',
    ]);
    expect(labels(approvalCard(approvalView()))).toEqual(['Approve', 'Reject', 'Ask', 'Details']);
  });

  it('offers to choose only among several that are still asked whole', () => {
    const offers = (view: ApprovalView) => labels(approvalCard(view)).includes('Choose');
    expect(offers(batch(2))).toBe(true);
    expect(offers(batch(2, 'suspend', { kind: 'threshold' }))).toBe(true);
    expect(offers(batch(1))).toBe(false);
    expect(offers(eightApps)).toBe(false);
    expect(offers(batch(2, 'create', { chosen: ['l-1', 'l-2'] }))).toBe(false);
    expect(offers(batch(2, 'create', decided('approved')))).toBe(false);
  });

  it('offers to undo what is done and can be undone', () => {
    const offers = (view: ApprovalView) => labels(approvalCard(view)).includes('Undo');
    const done = (kind: OperationKind) => withOperation({ kind, state: 'applied' }, decided('approved'));
    expect((['create', 'update', 'suspend', 'reactivate', 'adopt'] as const).map((kind) => offers(done(kind)))).toEqual(
      [...[true, true, true, true, true]],
    );
    expect(offers(done('delete'))).toBe(false);
    expect(offers(withOperation({ state: 'applying' }, decided('approved')))).toBe(false);
    expect(offers(withOperation({ state: 'applied' }))).toBe(false);
    const mixed = (kind: OperationKind) =>
      approvalView({ ...done(kind), approval: approval({ operationKind: null, ...decided('approved') }) });
    expect([offers(mixed('suspend')), offers(mixed('delete'))]).toEqual([true, false]);
    const undone = { ...done('create'), tally: { superseded: 1 } };
    expect(offers(undone)).toBe(false);
  });

  it('mentions approvers it knows in Slack and names the others', () => {
    expect(approvalCard(approvalView()).text).toContain('May decide: <@U0ADA> and Bob Stone');
  });

  it('never shows a secret, whatever the app calls it', () => {
    const card = approvalCard(
      withOperation({ after: account({ userName: 'zoe', initialPassword: 'hunter2', apiToken: 't0ken' }) }),
    );
    expect(JSON.stringify(card)).not.toMatch(/hunter2|t0ken/);
    expect(card.text).toContain('initialPassword');
  });

  it('says "done" only of what is applied', () => {
    for (const state of ['approved', 'applying', 'failed', 'held'] as const) {
      expect(approvalCard(withOperation({ state }, decided('approved'))).text).not.toMatch(/Provisioned|read back/);
    }
  });

  it('shows a card whose operations have all moved on', () => {
    const gone = approvalView({ logins: [], total: 0, tally: {} });
    expect(lintMessage(approvalCard(gone))).toEqual([]);
    const replaced = approvalView({ logins: [loginView({ login: login({ operation: null }) })] });
    expect(lintMessage(approvalCard(replaced))).toEqual([]);
  });

  it('tells mixed changes of one person', () => {
    const mixed = approvalView({
      approval: approval({ operations: 2 }),
      total: 2,
      logins: [
        loginView(),
        loginView({ appTitle: 'Wiki', login: login({ operation: operation({ kind: 'delete' }) }) }),
      ],
    });
    expect(firstLine(approvalCard(mixed))).toBe('Change 2 accounts of *Zoe Ångström* in *CRM* and *Wiki*.');
  });
});
