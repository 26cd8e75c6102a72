import { describe, expect, it } from 'vitest';
import { appPeople } from '../../blocks/app-people.ts';
import { candidates } from '../../blocks/candidates.ts';
import { discovery } from '../../blocks/discovery.ts';
import { explanation } from '../../blocks/explanation.ts';
import type { CandidateView, LeaverView } from '../../blocks/governance-view.ts';
import { graceReminder, graceReport } from '../../blocks/grace-report.ts';
import { holdings } from '../../blocks/holdings.ts';
import type { Message } from '../../blocks/kit.ts';
import { leaverReport } from '../../blocks/leaver-report.ts';
import { lintMessage } from '../../blocks/lint.ts';
import { paused, pauseList } from '../../blocks/pauses.ts';
import { personCard } from '../../blocks/person-card.ts';
import { oneRole, roleList } from '../../blocks/roles.ts';
import { twinList } from '../../blocks/twins.ts';
import { undoPlan } from '../../blocks/undo.ts';
import { unlink } from '../../blocks/unlink.ts';
import { account, approvalView, batch, login, loginView, now, operation } from './samples.ts';

const subject = { person: 'p-zoe', personName: 'Zoe Ångström', app: 'crm', appTitle: 'CRM' };
const crm = { app: 'crm', title: 'CRM' };
const overview = { ...crm, words: { provisioned: 118, failed: 2 }, health: null };
const reader = { person: 'p-ada', admin: true, approver: true };
const suspended = loginView({
  word: 'suspended',
  login: login({
    wish: { state: 'suspended', cause: 'left', attributes: {}, entitlements: {}, reasons: [] } as never,
  }),
});
const failed = loginView({ appTitle: 'Wiki', word: 'failed', explanation: 'Wiki refused the token. Renew it.' });
const asked = loginView({ login: login({ operation: operation({ state: 'awaiting' }) }) });
const unclear = loginView({ appTitle: 'Mail', word: 'needs match' });
const free: CandidateView = {
  remoteId: 'r-1',
  userName: 'zangstrom',
  emails: ['zoe@acme.test'],
  active: true,
  heldBy: null,
  difference: ['title: Clerk → Head of Sales'],
};
const held: CandidateView = { ...free, remoteId: 'r-2', heldBy: 'Bob Stone' };
const target = { what: 'operation' as const, id: 'o-1', plan: '0123456789ab' };
const step = {
  personName: 'Zoe Ångström',
  app: 'crm',
  kind: 'update' as const,
  before: account({ title: 'Head of Sales' }),
  after: account({ title: 'Clerk' }),
};
const leaver: LeaverView = {
  personName: 'Zoe Ångström',
  status: 'left',
  leftAt: now,
  closed: [suspended],
  pending: [asked],
  failed: [failed],
  open: [loginView({ appTitle: 'Forum', word: 'provisioned by sign-on' })],
  text: 'Zoe Ångström has left: 1 account is closed, 1 must be closed by a human.',
};
const explained = {
  ...subject,
  word: 'provisioned',
  text: 'Zoe Ångström has an account in CRM because department is Sales.',
  chain: [{ kind: 'mapping' as const, name: 'Sales people', because: 'department is Sales' }],
  targets: [
    {
      target: 'title',
      value: 'Clerk',
      chain: [{ kind: 'parameter' as const, name: 'title', because: 'title of the person' }],
    },
    { target: 'password', value: 'hunter2', chain: [] },
  ],
  near: [{ role: 'Admins', mapping: 'Heads', condition: 'title is Head', has: 'Clerk', wants: 'Head' }],
};
const person = {
  person: 'p-zoe',
  name: 'Zoe Ångström',
  title: null,
  status: 'active' as const,
  leftAt: null,
  stop: null,
  more: false,
};
const admin = { admin: true, request: null, deletes: true };

const due = { ...subject, since: now, deletesAt: now, keptUntil: null, asks: false };

const messages: Readonly<Record<string, Message>> = {
  'an explanation': explanation(explained),
  'an undo plan': undoPlan(
    {
      text: 'One change would be made back.',
      steps: [step],
      cannot: [{ ...step, why: 'a deleted account stays deleted' }],
    },
    target,
    { crm: 'CRM' },
  ),
  'nothing to undo': undoPlan({ text: 'Nothing is left to undo.', steps: [], cannot: [] }, target, {}),
  candidates: candidates('Two accounts in CRM may be Zoe’s.', subject, [free, held]),
  unlink: unlink(subject),
  'a discovery': discovery(
    crm,
    {
      ...{ accounts: 12, matched: { email: 3, userName: 0 }, ambiguous: 1, unmatched: 2, ownerless: 1, managed: 4 },
      ...{ text: 'CRM has 12 accounts.', enabled: true, requests: [] },
    },
    [{ remoteId: 'r-9', userName: 'printer' }],
  ),
  'a discovery before provisioning is enabled': discovery(
    crm,
    {
      ...{ accounts: 2, matched: { externalId: 1 }, ambiguous: 1, unmatched: 0, ownerless: 0, managed: 0 },
      ...{ text: 'CRM has 2 accounts.', enabled: false, requests: [] },
    },
    [],
  ),
  'a discovery whose take-overs are asked': discovery(
    crm,
    {
      ...{
        accounts: 140,
        matched: { email: 20, externalId: 100 },
        ambiguous: 0,
        unmatched: 2,
        ownerless: 0,
        managed: 0,
      },
      ...{ text: 'CRM has 140 accounts.', enabled: true },
      requests: [
        { foundBy: 'externalId', operations: 100 },
        { foundBy: 'email', operations: 20 },
      ],
    },
    [],
    [
      { view: batch(100, 'adopt', { foundBy: 'externalId', id: 'a-1' }), mayDecide: true },
      { view: batch(20, 'adopt', { foundBy: 'email', id: 'a-2' }), mayDecide: false },
    ],
  ),
  'a discovery whose take-overs are asked one by one': discovery(
    crm,
    {
      ...{ accounts: 3, matched: { userName: 2 }, ambiguous: 0, unmatched: 0, ownerless: 0, managed: 1 },
      ...{ text: 'CRM has 3 accounts.', enabled: true, requests: [{ foundBy: 'userName', operations: 2 }] },
    },
    [],
    [
      { view: batch(1, 'adopt', { foundBy: 'userName', id: 'a-3' }), mayDecide: true },
      { view: batch(1, 'adopt', { foundBy: 'userName', id: 'a-4' }), mayDecide: false },
    ],
  ),
  'a pause': paused('CRM is paused.', now),
  'newcomers in doubt': twinList([
    {
      ...{ newcomer: 'p-new', newcomerName: 'Zoe Miller', records: ['1002 in hr'] },
      people: [{ person: 'p-zoe', personName: 'Zoe Ångström' }],
    },
  ]),
  'nobody in doubt': twinList([]),
  'the pauses': pauseList([
    { subject: { app: 'crm' }, about: 'CRM', until: now, reason: 'the vendor migrates', by: 'Ada', at: now },
    { subject: { person: 'p-zoe' }, about: 'Zoe', until: null, reason: null, by: 'Ada', at: now },
  ]),
  'no pauses': pauseList([]),
  'the roles': roleList([{ name: 'sales', title: 'Sales', apps: ['crm', 'wiki'], members: [], people: 12 }]),
  'one role': oneRole({
    name: 'Sales People',
    title: 'Sales People',
    apps: [],
    people: 1,
    members: [{ email: 'zoe@acme.test', until: '2026-12-31' }],
  }),
  'who had it': holdings(crm, now, [
    {
      personName: 'Zoe',
      state: 'active',
      since: now,
      entitlements: { groups: ['Sales'] },
      approvedBy: ['Ada'],
      reason: 'department is Sales',
    },
  ]),
  'nobody had it': holdings(crm, now, []),
  'a leaver report for an admin': leaverReport(leaver, { person: 'p-ada', admin: true, deletes: ['crm'] }),
  'a leaver report for an approver': leaverReport(leaver, { person: 'p-ada', admin: false, deletes: [] }),
  'what the grace ladder deletes': graceReport([due], true),
  'a reminder of one': graceReminder('CRM', [due]),
  'a reminder of one that is kept and asked': graceReminder('CRM', [{ ...due, keptUntil: now, asks: true }]),
  'a reminder of many': graceReminder(
    'CRM',
    Array.from({ length: 25 }, () => due),
  ),
  'a reminder of nobody any more': graceReminder('CRM', []),
  'people of an app': appPeople({ app: overview, word: null, logins: [suspended, failed, failed], more: true, reader }),
  'nobody of a word': appPeople({ app: overview, word: 'held', logins: [], more: false, reader }),
  'a person for an admin': personCard({
    ...person,
    stop: { by: 'Ada', at: now, reason: 'laptop stolen' },
    logins: [asked, failed, unclear, suspended],
    means: [{ ...admin, request: approvalView() }, admin, admin, admin],
  }),
  'a person for themselves': personCard({ ...person, logins: [failed, unclear], means: [] }),
};

const labelsOf = ({ blocks }: Message): string[] =>
  blocks.flatMap((block) =>
    block.type === 'actions' ? block.elements.flatMap((part) => (part.type === 'button' ? [part.text.text] : [])) : [],
  );

describe('the messages of governance', () => {
  it.each(Object.entries(messages))('%s', (_name, message) => {
    expect(lintMessage(message)).toEqual([]);
    expect(message).toMatchSnapshot();
  });

  it('offer what a login’s word calls for, and only to those who may', () => {
    expect(labelsOf(messages['a person for an admin'] as Message)).toEqual(
      [
        ['Retry', 'Explain'],
        ['Rematch', 'Explain'],
        ['Approve', 'Reject', 'Details', 'Explain'],
        ['Keep longer', 'Explain'],
      ].flat(),
    );
    expect(labelsOf(messages['a person for themselves'] as Message)).toEqual(['Explain', 'Explain']);
    expect(labelsOf(messages['a leaver report for an approver'] as Message)).toEqual(['Explain']);
  });

  it('offer no button for an account somebody else holds, and say who', () => {
    expect(labelsOf(messages.candidates as Message)).toEqual(['Link this account', 'Make a new account']);
    expect(messages.candidates?.text).toContain('the account of *Bob Stone*');
  });

  it('offer no button whose ids Slack would not carry', () => {
    const message = candidates('One account.', subject, [{ ...free, remoteId: 'x'.repeat(2_000) }]);
    expect(labelsOf(message)).toEqual(['Make a new account']);
    expect(message.text).toContain('too long for a button');
  });

  it('count matches by attributes that are named as something every object has', () => {
    const counts = { accounts: 3, matched: { valueOf: 2 }, ambiguous: 0, unmatched: 1, ownerless: 0, managed: 0 };
    const found = discovery(crm, { ...counts, text: 'CRM has 3 accounts.', enabled: true, requests: [] }, []);
    expect(JSON.stringify(found.blocks)).toContain('found by valueOf');
    const asked = { foundBy: 'constructor', operations: 1 };
    const later = discovery(crm, { ...counts, text: 'CRM', enabled: true, requests: [asked as never] }, []);
    expect(JSON.stringify(later.blocks)).toContain(
      '*0 people* have one account that could be theirs, found by constructor',
    );
  });

  it('never show a secret', () => {
    expect(JSON.stringify(messages['an explanation'])).not.toContain('hunter2');
  });

  it('ask once more before anything is taken away', () => {
    for (const name of ['an undo plan', 'unlink', 'candidates']) {
      const buttons = messages[name]?.blocks.flatMap((block) => (block.type === 'actions' ? block.elements : [])) ?? [];
      expect(buttons.length).toBeGreaterThan(0);
      for (const each of buttons) expect(each).toHaveProperty('confirm');
    }
  });
});
