import { describe, expect, it } from 'vitest';
import { auditLine } from '../../blocks/audit-line.ts';
import { changesOf } from '../../blocks/changes.ts';
import { chooseModal, chosenModal } from '../../blocks/choose.ts';
import { detailsModal } from '../../blocks/details.ts';
import { answer, help, verbHelp, whichOne } from '../../blocks/help.ts';
import { history } from '../../blocks/history.ts';
import { home, strangerHome } from '../../blocks/home.ts';
import { lintMessage, lintView } from '../../blocks/lint.ts';
import { notice } from '../../blocks/notice.ts';
import { pending } from '../../blocks/pending.ts';
import { plan } from '../../blocks/plan.ts';
import { rejectModal } from '../../blocks/reject-modal.ts';
import { lastPage, pageSize, seeAllModal } from '../../blocks/see-all.ts';
import { appStatus, overviewStatus, personStatus } from '../../blocks/status.ts';
import { syncReport } from '../../blocks/sync-report.ts';
import { nameOf } from '../../blocks/view.ts';
import { account, approvalView, batch, eventView, loginView, now, proposalView, zoe } from './samples.ts';

const wiki = loginView({
  appTitle: 'Wiki',
  word: 'failed',
  explanation: 'Wiki refused the token. Renew its API connection.',
});
const crm = loginView({ word: 'provisioned' });
const crmApp = { app: 'crm', title: 'CRM', words: { provisioned: 118, failed: 2 }, health: null };
const slowApp = {
  app: 'wiki',
  title: 'Wiki',
  words: {},
  health: { pausedUntil: now, reason: 'It answered 503 ten times.' },
};
const pausedApp = {
  ...{ ...crmApp, app: 'erp', title: 'ERP' },
  heldUp: {
    pause: { until: now, by: 'Ada', reason: 'the vendor migrates' },
    people: 2,
    window: { open: false, opens: now },
  },
};
const windowedApp = {
  ...{ ...crmApp, app: 'pay', title: 'Pay' },
  heldUp: { pause: { until: null, by: 'Ada', reason: null }, people: 1, window: { open: true, opens: now } },
};
const shutApp = {
  ...{ ...crmApp, app: 'old', title: 'Old' },
  heldUp: { pause: null, people: 0, window: { open: false, opens: null } },
};
const hr = {
  title: 'HR list',
  present: 120,
  lastRead: { at: now, complete: false, rows: 119, changed: 3, reason: 'row 7 has no employee id' },
  problems: [{ place: 'people.csv, row 7', message: 'no employee id' }],
};
const unread = { title: 'Google Workspace', present: 0, lastRead: null, problems: [] };
const planned = {
  person: 'p-zoe',
  personName: 'Zoe Ångström',
  app: 'crm',
  kind: 'create' as const,
  before: null,
  after: zoe,
  reasons: [],
  verdict: 'ask' as const,
  why: 'the app asks before it creates',
};
const verb = {
  usage: '/provision sync [directory]',
  summary: 'Reads a directory now.',
  note: 'admins',
  example: '/provision sync hr',
};

const messages = {
  'status of a person': personStatus({
    name: 'Zoe Ångström',
    title: 'Clerk',
    status: 'active',
    logins: [crm, wiki],
    more: false,
  }),
  'status of a person without logins': personStatus({
    name: 'Zoe',
    title: null,
    status: 'left',
    logins: [],
    more: false,
  }),
  'status of an app': appStatus(crmApp, [crm], true),
  'status of the company': overviewStatus({ apps: [crmApp, slowApp], directories: [hr, unread], waiting: 2 }),
  'status of a company in which changes wait': overviewStatus({
    apps: [crmApp, pausedApp, windowedApp, shutApp],
    directories: [],
    waiting: 0,
  }),
  'status of an empty company': overviewStatus({ apps: [], directories: [], waiting: 0 }),
  'history of a person': history('Zoe Ångström', [eventView()], true),
  'history of nobody yet': history('Zoe Ångström', [], false),
  'nothing pending': pending([], false),
  'two pending': pending([approvalView(), batch(40)], false),
  'a plan': plan(
    'Zoe Ångström',
    { operations: [planned], counts: [{ app: 'crm', kind: 'create', count: 1 }], people: 1 },
    { crm: 'CRM' },
  ),
  'a long plan': plan(null, {
    operations: [planned],
    counts: [{ app: 'crm', kind: 'create', count: 900 }],
    people: 900,
  }),
  'a plan that takes its time': plan(
    null,
    {
      ...{ operations: [], counts: [{ app: 'slack', kind: 'create', count: 4_500 }], people: 4_500 },
      durations: [{ app: 'slack', text: 'about 25 minutes, at 180 changes a minute' }],
    },
    { slack: 'Slack' },
  ),
  'an empty plan': plan(null, { operations: [], counts: [], people: 0 }),
  help: help([verb, { usage: '/provision whoami', summary: 'Says who you are.', note: null, example: null }]),
  'help for one verb': verbHelp(verb),
  'an answer with usage': answer('Say which request.', '/provision approve <id>'),
  'which one': whichOne('zoe', [
    { name: 'Zoe Ångström', email: 'zoe@acme.test' },
    { name: 'Zoe Stone', email: null },
  ]),
  'a sync report': syncReport([
    { directory: 'hr', result: 'read', problems: hr.problems, text: '120 people read, 1 joined.' },
    { directory: 'ad', result: 'failed', problems: [], text: 'The password was refused. Renew it, then sync again.' },
  ]),
  'no directories': syncReport([]),
  'an audit line': auditLine(eventView()),
  'an audit line of Rollcall itself': auditLine({
    ...eventView({ personName: null }),
    event: { ...eventView().event, actor: { kind: 'system', name: 'worker' }, status: 'provisioned' },
  }),
  'a notice': notice('Two things failed today.\n\n• CRM: 2\n• Wiki: 1'),
};

const modals = {
  details: detailsModal(approvalView()),
  'details of a batch': detailsModal(batch(30)),
  'see all, first page': seeAllModal(batch(35), 0),
  'see all, last page': seeAllModal(batch(35), 1),
  'reject modal': rejectModal(approvalView(), '{"approval":"a-7Fq2"}'),
  'choose modal': chooseModal(batch(35), '{"approval":"a-7Fq2"}'),
  'chosen to be applied': chosenModal(
    batch(35, 'delete'),
    { act: 'approve', chosen: batch(3, 'delete').logins, dropped: 1, reason: null },
    '{}',
  ),
  'chosen to be created': chosenModal(
    batch(35),
    { act: 'approve', chosen: batch(2).logins, dropped: 0, reason: null },
    '{}',
  ),
  'chosen to be rejected': chosenModal(
    batch(2),
    { act: 'reject', chosen: batch(2).logins, dropped: 0, reason: 'They start in May.' },
    '{}',
  ),
  'home of an approver': home({
    ...{ person: 'p-ada', name: 'Ada', pending: [approvalView()], logins: [crm], admin: null },
    ...{ approvedBy: { crm: ['Bob', 'Zoe Ångström'] }, apps: [crmApp] },
    signOn: [
      { app: 'wiki', title: 'Wiki', may: true, text: 'Your account there is managed.' },
      { app: 'hub', title: 'Image Hub', may: false, text: 'You are in no role that has it.' },
    ],
  }),
  'home of an admin': home({
    ...{ person: 'p-ada', name: 'Ada', pending: [], logins: [], signOn: [], approvedBy: {}, apps: [] },
    admin: {
      ...{
        failures: [wiki],
        held: [loginView({ word: 'held', explanation: 'Past the threshold.' })],
        directories: [hr],
      },
      proposals: [
        { view: proposalView(), reader: 'proposed' },
        { view: proposalView(), reader: 'decides' },
        { view: { ...proposalView(), deciders: [] }, reader: 'reads' },
      ],
      expiring: [
        { what: 'app', name: 'crm', title: 'CRM', endsAt: now },
        { what: 'sign-on', name: 'k-1', title: 'Sign-on', endsAt: now },
      ],
    },
  }),
  'home of an admin while changes wait': home({
    ...{ person: 'p-ada', name: 'Ada', pending: [], logins: [], signOn: [], approvedBy: {} },
    apps: [crmApp, slowApp, pausedApp],
    admin: { failures: [], held: [], proposals: [], directories: [hr], expiring: [] },
  }),
  'home of a stranger': strangerHome('Rollcall does not know you: ask an admin to add you to the directory.'),
};

describe('messages', () => {
  it.each(Object.entries(messages))('%s', (_name, message) => {
    expect(lintMessage(message)).toEqual([]);
    expect(message).toMatchSnapshot();
  });
});

describe('modals and App Home', () => {
  it.each(Object.entries(modals))('%s', (_name, view) => {
    expect(lintView(view)).toEqual([]);
    expect(view).toMatchSnapshot();
  });
});

describe('see all', () => {
  const labels = (page: number, people: number) =>
    seeAllModal(batch(people), page).blocks.flatMap((block) =>
      block.type === 'actions' && 'elements' in block
        ? block.elements.map((element) =>
            'text' in element && typeof element.text === 'object' ? element.text.text : '',
          )
        : [],
    );

  it('turns pages only where there are any', () => {
    expect(labels(0, pageSize)).toEqual([]);
    expect(labels(0, pageSize + 1)).toEqual(['Next page']);
    expect(labels(1, pageSize + 1)).toEqual(['Previous page']);
    expect(labels(1, pageSize * 3)).toEqual(['Previous page', 'Next page']);
  });

  it('ends where a list in Slack is no longer the way to read, and says where to go', () => {
    const view = seeAllModal(batch(100_000), lastPage);
    expect(JSON.stringify(view)).toContain('rollcall plan --app crm');
    expect(labels(lastPage, 100_000)).toEqual(['Previous page']);
  });
});

describe('changes', () => {
  it('names what is set, changed and emptied, and what access is gained and lost', () => {
    const before = account({ title: 'Clerk', phone: '1', same: 'x' }, ['Staff', 'Interns']);
    const after = account({ title: 'Manager', mail: 'z@acme.test', same: 'x' }, ['Managers', 'Staff']);
    expect(changesOf(before, after)).toEqual([
      { name: 'title', from: 'Clerk', to: 'Manager' },
      { name: 'mail', from: null, to: 'z@acme.test' },
      { name: 'phone', from: '1', to: null },
      { name: 'groups', from: null, to: 'gains Managers; loses Interns' },
    ]);
  });

  it('hides secrets and still says that they change', () => {
    expect(changesOf(account({ password: 'old' }), account({ password: 'new' }))).toEqual([
      { name: 'password', from: '••••••', to: '••••••' },
    ]);
  });
});

describe('nameOf', () => {
  it('takes the display name, else the full name, else the e-mail, else the id', () => {
    expect(nameOf({ id: 'p', attributes: { displayName: 'Zoe Å', givenName: 'Z' } })).toBe('Zoe Å');
    expect(nameOf({ id: 'p', attributes: { givenName: 'Zoe', familyName: 'Å' } })).toBe('Zoe Å');
    expect(nameOf({ id: 'p', attributes: { email: 'z@acme.test' } })).toBe('z@acme.test');
    expect(nameOf({ id: 'p', attributes: { displayName: ['Zoe Å', 'Z. Å'] } })).toBe('Zoe Å');
    expect(nameOf({ id: 'p', attributes: {} })).toBe('p');
  });
});

describe('the linter', () => {
  it('finds what it is for', () => {
    const section = (text: string) => ({
      text: 'x',
      blocks: [{ type: 'section' as const, text: { type: 'mrkdwn' as const, text } }],
    });
    expect(lintMessage(section('<!channel>'))[0]).toContain('unescaped');
    expect(lintMessage(section('a & b'))[0]).toContain('unescaped');
    expect(lintMessage(section('<https://evil.test|Approve>'))[0]).toContain('unescaped');
    expect(lintMessage(section('a\u202Eb'))[0]).toContain('invisible');
    expect(lintMessage(section('✅'))[0]).toContain('emoji');
    expect(lintMessage(section('x'.repeat(3001)))[0]).toContain('length');
    expect(lintMessage({ text: '', blocks: [] })).toHaveLength(2);
    expect(
      lintMessage({ text: 'x', blocks: Array.from({ length: 51 }, () => ({ type: 'divider' as const })) })[0],
    ).toContain('51');
    expect(lintView({ type: 'modal', title: { type: 'plain_text', text: 'x'.repeat(25) }, blocks: [] })).toHaveLength(
      2,
    );
  });
});
