import { describe, expect, it } from 'vitest';
import { digestMessage } from '../../blocks/digest.ts';
import { home } from '../../blocks/home.ts';
import { leaverReport } from '../../blocks/leaver-report.ts';
import { lintMessage, lintView } from '../../blocks/lint.ts';
import { loginModal } from '../../blocks/login-modal.ts';
import { loginRow } from '../../blocks/login-row.ts';
import { numbersMessage } from '../../blocks/numbers.ts';
import { signOnAnswer, signOnList } from '../../blocks/sign-on.ts';
import { personStatus } from '../../blocks/status.ts';
import { signOnApps } from './extremes/sign-on.ts';
import { loginView, now } from './samples.ts';

const url = 'https://rollcall.acme.test/saml/go/Zm9vYmFyYmF6';
const once = 'Sign on to Wiki by this link: it works once, for 5 minutes, and is for you alone.';
const link = { result: 'link', app: 'wiki', title: 'Wiki', link: url, expires: now, text: once } as const;
const saying = (blocks: unknown) => JSON.stringify(blocks);

describe('the link to sign on by', () => {
  it('is a button, says whom it is for and how long it holds, and stands in the text as well', () => {
    const { text, blocks } = signOnAnswer(link);
    expect(text.startsWith(`${once}\nIt ends <!date^`)).toBe(true);
    expect(text).toContain(`<${url}|open the link>`);
    expect(saying(blocks)).toContain(`"url":"${url}"`);
    expect(lintMessage({ text, blocks })).toEqual([]);
    expect(blocks).toMatchSnapshot();
  });

  it('is not there where it is refused, and the sentence is all there is', () => {
    const refused = signOnAnswer({ result: 'refused', text: 'You are in no role that has Wiki. Ask for it.' });
    expect(refused.text).toBe('You are in no role that has Wiki. Ask for it.');
    expect(saying(refused)).not.toContain('http');
  });
});

describe('the apps somebody signs on to', () => {
  const apps = [
    { app: 'wiki', title: 'Wiki', may: true, text: 'Your account there is managed.' },
    { app: 'hub', title: 'Image Hub', may: false, text: 'You are in no role that has it: ask for it.' },
  ];

  it('are listed with a button, and those they may not sign on to with the reason', () => {
    const message = signOnList(apps);
    expect(message.text).toBe(
      'You may sign on to 1 app:\n• *Wiki*: Your account there is managed.\n*Not for now*\n• *Image Hub*: You are in no role that has it: ask for it.',
    );
    expect(saying(message.blocks).match(/sign_on_app_\w+/g)).toEqual(['sign_on_app_wiki']);
    expect(lintMessage(message)).toEqual([]);
    expect(message).toMatchSnapshot();
  });

  it('may be none, for now or at all', () => {
    expect(signOnList([]).text).toBe('Rollcall signs people on to no app yet. An admin sets that up, app by app.');
    expect(signOnList(apps.slice(1)).text).toMatch(/^You may sign on to no app now\.\n\*Not for now\*/);
  });

  it('are counted where there is no room for them', () => {
    const message = signOnList(signOnApps('Customer Base', 100));
    expect(message.text).toContain('You may sign on to 50 apps:');
    const shown = message.blocks.filter((block) => block.type === 'section' && 'accessory' in block).length;
    expect(message.text).toContain(`And ${50 - shown} others: \`/provision sign-on APP\``);
  });

  it('have a button each in App Home, twelve at most, and none where somebody may sign on to none', () => {
    const own = { person: 'p-zoe', name: 'Zoe', pending: [], logins: [], approvedBy: {}, apps: null, admin: null };
    const of = (length: number) => home({ ...own, signOn: signOnApps('Wiki', length) });
    expect(saying(of(30)).match(/sign_on_app_/g)).toHaveLength(12);
    expect(saying(of(30))).toContain('And 3 others: `/provision sign-on`');
    expect(saying(of(24))).not.toContain('others: `/provision sign-on`');
    expect(saying(home({ ...own, signOn: apps.slice(1) }))).not.toMatch(/Sign on|Image Hub/);
    expect(lintView(of(30))).toEqual([]);
  });
});

describe('the message with the numbers', () => {
  const view = { id: 's-1', title: 'Wiki', numbers: [17, 42, 93], from: '203.0.113.9, Firefox on Linux', text: '' };

  it('says who, what, where from, and asks for the number by a button each', () => {
    const message = numbersMessage({ ...view, state: 'open' }, 'Zoe Zimmer');
    expect(message.text).toMatch(
      /^\*Zoe Zimmer\*: a browser wants to sign on to \*Wiki\* as you\.\nFrom: 203\.0\.113\.9/,
    );
    expect(message.text).toContain('The numbers: 17, 42 and 93');
    expect(lintMessage(message)).toEqual([]);
    expect(message).toMatchSnapshot();
  });

  it.each([
    ['confirmed', '✅ That is why.'],
    ['refused', '🚫 Signing on to *Wiki* was refused.\nThat is why.'],
    ['over', '⌛ Signing on to *Wiki* is over.\nThat is why.'],
  ] as const)('once it is %s has no button, and says so', (state, said) => {
    const message = numbersMessage({ ...view, state, text: 'That is why.' }, 'Zoe Zimmer');
    expect(message.text).toBe(`${said}\nFrom: 203.0.113.9, Firefox on Linux`);
    expect(saying(message.blocks)).not.toContain('button');
    expect(lintMessage(message)).toEqual([]);
  });
});

describe('an account made by sign-on', () => {
  const since =
    'The first sign-on, on 2 November, made this account; the last was on 28 November. It is not kept in sync.';
  const changed = ['title', 'department', 'manager']
    .map((one) => `${one} is Head of International Sales in the directory; it was Account Manager when it was made`)
    .join('; ');
  const explanation = `${since} ${changed}: change it in Wiki.`;
  const wiki = loginView({ appTitle: 'Wiki', word: 'provisioned by sign-on', explanation });
  const member = { person: 'p-zoe', name: 'Zoe', signOn: [], pending: [], approvedBy: {}, apps: null, admin: null };

  it.each([
    ['its row', loginRow(wiki, 'app', { admin: true, request: null, deletes: false })],
    [
      'the login opened',
      loginModal({ login: wiki, admin: false, request: null, approvedBy: [], deletes: false, paused: null }),
    ],
    ['App Home', home({ ...member, logins: [wiki] })],
    ['a person’s status', personStatus({ name: 'Zoe', title: null, status: 'active', logins: [wiki], more: false })],
    ['the report of a leaver', leaverReport(leaver([wiki]), { person: 'p-ada', admin: false, deletes: [] })],
  ])('is told of in full in %s, up to what has to be done', (_, shown) => {
    expect(saying(shown)).toContain(explanation);
  });

  it.each([
    [['provisioned by sign-on'], '*A human must close* 1 account, made by sign-on: Rollcall does not manage it.'],
    [
      ['provisioned by sign-on', 'unmanaged', 'provisioned by sign-on'],
      '*A human must close* 3 accounts, 2 of them made by sign-on: Rollcall does not manage them.',
    ],
    [['unmanaged'], '*A human must close* 1 account: Rollcall does not manage it.'],
  ])('has to be closed by a human when its person leaves, and is called what it is: %s', (words, text) => {
    const open = words.map((word) => loginView({ appTitle: 'Wiki', word }));
    const report = leaverReport(leaver(open), { person: 'p-ada', admin: true, deletes: [] });
    expect(report.text).toContain(text);
    expect(lintMessage(report)).toEqual([]);
  });

  it('is marked as closed by those whose word is taken, who are told first that nobody checks it', () => {
    const hub = { ...loginView({ appTitle: 'Image Hub', word: 'provisioned by sign-on' }), closers: ['p-ada'] };
    const view = leaver([hub, loginView({ appTitle: 'Wiki', word: 'unmanaged' })]);
    const [mine, theirs] = ['p-ada', 'p-bob'].map((person) => leaverReport(view, { person, admin: true, deletes: [] }));
    const buttons = (report: typeof mine) =>
      report?.blocks.flatMap((block) => (block.type === 'actions' ? block.elements : [])) ?? [];
    expect(buttons(mine)).toMatchObject([
      {
        text: { text: 'Mark as closed' },
        confirm: {
          text: {
            text: expect.stringMatching(/^Rollcall cannot look into Image Hub\. .*account of .* is closed there/),
          },
          style: 'danger',
        },
      },
    ]);
    expect(mine?.text).toMatch(/Once it is closed: \/provision closed \S+/);
    expect(buttons(theirs)).toEqual([]);
    expect(theirs?.text).not.toContain('/provision closed');
    const after = leaverReport(leaver([]), { person: 'p-ada', admin: true, deletes: [] }, 'It is marked.');
    expect(after.text).toMatch(/^It is marked\.\nZoe has left/);
    expect(lintMessage(mine as typeof after)).toEqual([]);
  });
});

const leaver = (open: ReturnType<typeof loginView>[]) => ({
  ...{ personName: 'Zoe', status: 'left' as const, leftAt: now, closed: [], pending: [], failed: [] },
  ...{ open, text: 'Zoe has left.' },
});

describe('the certificate Rollcall signs with', () => {
  const expiring = [{ what: 'sign-on' as const, name: 'k-1', title: 'Sign-on', endsAt: now + 1 }];
  const digest = {
    ...{ at: now, groups: [], quarantined: [], expiring, cured: [], since: null },
    overdue: { count: 0, oldest: null, requests: [] },
  };

  it('is told of before it ends and after, with the way to make another', () => {
    const [before, after] = [digest, { ...digest, at: now + 1 }].map((one) => digestMessage(one).text);
    expect(before).toMatch(/⏳ Sign-on: the certificate Rollcall signs with ends <!date.*`rollcall saml rotate`/);
    expect(after).toContain('signs with ended <!date');
  });
});
