import { describe, expect, it } from 'vitest';
import { auditLines } from '../../src/cli/audit.ts';
import { discoveryCsv, discoveryLines } from '../../src/cli/discover.ts';
import { graceLines, leaverLines } from '../../src/cli/leave.ts';
import { rematchLines } from '../../src/cli/link.ts';
import { pauseLines } from '../../src/cli/pause.ts';
import { roleLines, rolesLines } from '../../src/cli/role.ts';
import { appLines, heldUpLines, personLines, underWayLines } from '../../src/cli/status.ts';
import { changeWords, undoLines } from '../../src/cli/undo.ts';
import type { DiscoveryRow } from '../../src/engine/governance.ts';
import type { LoginView } from '../../src/engine/use-cases.ts';
import { aLogin, aPerson } from '../contracts/store/builders.ts';

const noon = Date.UTC(2026, 2, 15, 12);
const ada = { kind: 'person', person: 'p-ada', name: 'Ada', via: 'cli' } as const;
const view = (personName: string, word: string, app = 'crm'): LoginView => ({
  ...{ login: aLogin(personName, app), personName, appTitle: app.toUpperCase(), word, explanation: `It is ${word}.` },
});

describe('an undo in the terminal', () => {
  const before = { active: true, attributes: { title: 'Boss', phone: '1' }, entitlements: { groups: ['A', 'B'] } };
  const after = { active: true, attributes: { title: 'Clerk', mail: 'z' }, entitlements: { groups: ['B', 'C'] } };

  it('shows each step as a difference, and what cannot be undone with why', () => {
    const plan = {
      text: '1 of 2 can be undone.',
      steps: [
        {
          login: 'l-1',
          personName: 'Zoe',
          app: 'crm',
          kind: 'update' as const,
          before,
          after,
          note: 'The role stays.',
        },
      ],
      cannot: [{ login: 'l-2', personName: 'Max', app: 'erp', why: 'a deletion is final' }],
    };
    expect(undoLines(plan)).toEqual([
      '1 of 2 can be undone.',
      'person  app  operation  change',
      'Zoe     crm  update     title: Boss → Clerk, mail: z, phone: 1 → empty, groups: +C −A. The role stays.',
      'Cannot be undone:',
      '  Max  erp  a deletion is final',
    ]);
    expect(undoLines({ text: 'Nothing to undo.', steps: [], cannot: [] })).toEqual(['Nothing to undo.']);
  });

  it('has no words for no change', () => {
    expect(changeWords(before, before)).toBe('');
    expect(changeWords(null, null)).toBe('');
  });
});

describe('a rematch in the terminal', () => {
  it('lists the candidates with what linking does, and how to choose', () => {
    const one = {
      remoteId: 'r-1',
      userName: 'zoe',
      emails: ['zoe@acme.test'],
      active: true,
      heldBy: null,
      difference: ['title: A → B'],
    };
    const held = { ...one, remoteId: 'r-2', userName: null, emails: [], active: false, heldBy: 'Max', difference: [] };
    expect(rematchLines({ result: 'choose', candidates: [one, held], text: '2 accounts.' }, 'Zoe Ray', 'crm')).toEqual([
      '2 accounts.',
      'id   user name  e-mail         is         linking it',
      'r-1  zoe        zoe@acme.test  active     changes title: A → B',
      'r-2                            suspended  cannot be chosen: it is Max’s',
      'Choose one: rollcall rematch "Zoe Ray" crm --choose ID (or none)',
    ]);
    expect(rematchLines({ result: 'asked', text: 'Asked.' }, 'zoe', 'crm')).toEqual(['Asked.']);
  });
});

describe('a discovery in the terminal', () => {
  it('counts every situation', () => {
    const discovery = {
      ...{ app: 'crm', accounts: 10, matched: { userName: 3, email: 2 }, ambiguous: 1, unmatched: 4, ownerless: 2 },
      ...{ managed: 2, text: 'CRM has 10 accounts.', enabled: false },
      requests: [
        { foundBy: 'email', approval: 'a-7k2', operations: 2 },
        { foundBy: null, approval: 'a-9', operations: 1 },
      ],
    };
    expect(discoveryLines(discovery)).toEqual([
      'CRM has 10 accounts.',
      'accounts in the app             10',
      'managed already                 2',
      'one match, by userName          3',
      'one match, by email             2',
      'people with several candidates  1',
      'people without an account       4',
      'accounts of nobody known        2',
      'asked, found by email           2 in a-7k2',
      'asked, found by several         1 in a-9',
      'Taking accounts over is asked once provisioning is enabled.',
    ]);
  });

  it('writes a row for each account and each person without one', async () => {
    async function* rows(): AsyncGenerator<DiscoveryRow> {
      yield {
        situation: 'ownerless',
        remoteId: 'r-1',
        userName: '=cmd()',
        person: null,
        personName: null,
        foundBy: null,
      };
      yield {
        situation: 'unmatched',
        remoteId: null,
        userName: null,
        person: 'p-1',
        personName: 'Ray, Zoe',
        foundBy: null,
      };
    }
    const lines: string[] = [];
    for await (const line of discoveryCsv(rows())) lines.push(line);
    expect(lines).toEqual([
      'situation,account,user name,person id,person,found by\r\n',
      `ownerless,r-1,"'=cmd()",,,\r\n`,
      'unmatched,,,p-1,"Ray, Zoe",\r\n',
    ]);
  });
});

describe('pauses in the terminal', () => {
  it('say what is paused until when, by whom and why', () => {
    const pauses = [
      { subject: { app: 'crm' }, until: noon, reason: 'audit', by: ada, at: noon },
      { subject: { person: 'p-1' }, until: null, reason: null, by: ada, at: noon },
    ];
    expect(pauseLines(pauses, new Map([['p-1', 'Zoe']]))).toEqual([
      'app        person     until (UTC)       by   reason',
      'crm        everybody  2026-03-15 12:00  Ada  audit',
      'every app  Zoe        resumed           Ada',
    ]);
    expect(pauseLines([], new Map())).toEqual(['Nothing is paused.']);
  });
});

describe('a leaver report in the terminal', () => {
  it('begins with what a human must close', () => {
    const report = {
      ...{ person: 'p-1', personName: 'Zoe', status: 'left' as const, leftAt: noon, text: 'One thing is left to do.' },
      ...{
        closed: [view('Zoe', 'suspended')],
        pending: [],
        failed: [],
        open: [view('Zoe', 'provisioned by sign-on', 'wiki')],
      },
    };
    expect(leaverLines(report)).toEqual([
      'Zoe: left since 2026-03-15 12:00 UTC',
      'One thing is left to do.',
      '',
      'Still open, not managed by Rollcall: close them by hand (1):',
      '  WIKI  provisioned by sign-on  It is provisioned by sign-on.',
      '',
      'Closed (1):',
      '  CRM  suspended  It is suspended.',
    ]);
  });
});

describe('what waits in the terminal', () => {
  it('is the accounts that will be deleted, and when', () => {
    const due = {
      ...{ person: 'p-1', personName: 'Zoe', app: 'crm', appTitle: 'CRM', since: noon, remindAt: null, circle: [] },
      ...{ deletesAt: noon + 86_400_000, keptUntil: null, remindedAt: null, asks: true },
    };
    expect(graceLines([due])).toEqual([
      'person  app  out of use since (UTC)  deleted (UTC)     kept until',
      'Zoe     crm  2026-03-15 12:00        2026-03-16 12:00',
    ]);
    expect(graceLines([])).toEqual(['No account waits for its deletion.']);
  });
});

describe('roles in the terminal', () => {
  const sales = {
    name: 'Sales',
    title: 'Sales',
    apps: ['crm', 'wiki'],
    members: [{ email: 'zoe@acme.test', until: '2026-03-31' }],
    people: 1,
  };

  it('are a list, or one with who is in it by hand and until when', () => {
    expect(rolesLines([sales])).toEqual(['role   people  by hand  apps', 'Sales  1       1        crm, wiki']);
    expect(rolesLines([])).toEqual(['There is no role in the configuration.']);
    expect(roleLines(sales)).toEqual([
      ...['Sales', '1 person in it', 'Apps: crm, wiki', 'By hand:', '  zoe@acme.test until 2026-03-31'],
    ]);
    expect(roleLines({ ...sales, title: 'The sellers', members: [], apps: [] })).toEqual([
      ...['Sales: The sellers', '1 person in it', 'Apps: none', 'Nobody is in it by hand.'],
    ]);
  });
});

describe('status in the terminal', () => {
  it('of an app counts every word, lists by word and name, and says how many more there are', () => {
    const counts = new Map([
      ['failed', 1],
      ['provisioned', 7],
    ]);
    const shown = [view('Zoe', 'provisioned'), view('Max', 'failed'), view('Ann', 'provisioned')];
    expect(appLines('crm', counts, shown, null)).toEqual([
      'crm: 7 provisioned, 1 failed',
      'failed       Max  It is failed.',
      'provisioned  Ann  It is provisioned.',
      'provisioned  Zoe  It is provisioned.',
      '… and 5 more: give --limit or --status.',
    ]);
    expect(appLines('crm', counts, [view('Max', 'failed')], 'failed')).toHaveLength(2);
    expect(appLines('crm', new Map(), [], null)).toEqual(['Nobody has a login in crm.']);
  });

  it('says what holds changes up, and nothing where nothing does', () => {
    const pause = { until: noon, by: 'Ada', reason: 'the vendor migrates' };
    expect(heldUpLines({ pause, people: 2, window: { open: false, opens: noon } })).toEqual([
      'paused until 2026-03-15 12:00 UTC by Ada because the vendor migrates',
      'paused for 2 people: rollcall pause',
      'its change window opens 2026-03-15 12:00 UTC',
    ]);
    expect(
      heldUpLines({ pause: { until: null, by: 'Ada', reason: null }, people: 1, window: { open: true, opens: noon } }),
    ).toEqual([
      'paused until somebody resumes it by Ada',
      'paused for 1 person: rollcall pause',
      'its change window is open',
    ]);
    expect(heldUpLines({ pause: null, people: 0, window: { open: false, opens: null } })).toEqual([
      'its change window never opens',
    ]);
    expect(heldUpLines({ pause: null, people: 0, window: null })).toEqual([]);
    expect(heldUpLines(null)).toEqual([]);
  });

  it('says how long what is approved takes still', () => {
    const text = 'about 17 minutes, at 10 calls a second';
    expect(underWayLines({ count: 9_000, until: noon, text })).toEqual([
      `9000 changes under way take ${text}: until 2026-03-15 12:00 UTC`,
    ]);
    expect(underWayLines({ count: 1, until: noon, text })[0]).toContain('1 change under way takes about');
    expect(underWayLines(null)).toEqual([]);
  });

  it('of a person names them and each of their apps', () => {
    const zoe = aPerson('p-1', { attributes: { displayName: 'Zoe', email: 'zoe@acme.test' } });
    expect(personLines(zoe, [view('Zoe', 'suspended')])).toEqual([
      'Zoe (zoe@acme.test, p-1): active',
      'CRM  suspended  It is suspended.',
    ]);
    expect(personLines(zoe, [])).toEqual(['Zoe (zoe@acme.test, p-1): active', 'No login in any app.']);
  });
});

describe('an audit in the terminal', () => {
  it('gives the last hash of each chain, or the place of the first break', () => {
    const heads = [{ partition: 'crm:0', sequence: 7, hash: 'abc' }];
    const marks = { ours: 0, unchecked: 0 };
    const plain = { erased: 0, unfinished: 0, erasures: [], anchors: { inside: 0, outside: 0 }, marks };
    expect(auditLines({ ...plain, events: 7, heads, broken: null })).toEqual([
      '7 events in 1 chain: unbroken.',
      'chain  events  last hash',
      'crm:0  7       abc',
      'Nothing shows whether the end was cut off: keep anchors elsewhere (`rollcall audit anchor FILE`).',
    ]);
    const anchored = { ...plain, erased: 1, unfinished: 2, anchors: { inside: 3, outside: 2 } };
    const told = auditLines({ ...anchored, marks: { ours: 1, unchecked: 1 }, events: 7, heads, broken: null });
    expect(told).toContain('1 of them was erased, as recorded; digests and chains are unbroken.');
    expect(told).toContain('The erasure of 2 of them is recorded and not finished: run `rollcall erase` again.');
    expect(told.at(-1)).toBe('2 anchors kept outside (1 without a mark of a key that is here): all of them agree.');
    const erasures = Array.from({ length: 22 }, (_, one) => ({
      person: `p-${one}`,
      by: 'Ada',
      at: 0,
      events: one + 1,
    }));
    const listed = auditLines({ ...anchored, erasures, events: 7, heads, broken: null });
    expect(listed).toContain('  1970-01-01 00:00 UTC: p-0 by Ada, 1 event');
    expect(listed).toContain('  1970-01-01 00:00 UTC: p-19 by Ada, 20 events');
    expect(listed).toContain('  and 2 more: --json has them all');
    const broken = { partition: 'crm:0', sequence: 3, id: 'e-3', why: 'its hash is not its own', place: 9 };
    expect(auditLines({ ...plain, events: 8, heads, broken })).toEqual([
      'Broken at event 9: crm:0 #3 (e-3): its hash is not its own.',
      '8 events before it are in order.',
    ]);
    expect(auditLines({ ...plain, events: 0, heads: [], broken: null })).toEqual(['There are no events.']);
  });
});
