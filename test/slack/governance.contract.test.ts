import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { actionIds, idsValue } from '../../blocks/ids.ts';
import { refused } from '../../src/core/errors.ts';
import { verbNames, verbs } from '../../src/slack/command/verbs.ts';
import { login, loginView, operation } from '../blocks/samples.ts';
import { actionBlockOf, ada, bob, gus, type Office, openOffice, openRequest, person, pressOf, zoe } from './office.ts';

let office: Office;
beforeEach(async () => {
  office = await openOffice();
});
afterEach(() => office.close());

const replies = (user: string) => office.messages(user).filter((message) => message.ephemeralFor === user);
const last = (user: string) => replies(user).at(-1);

/** What somebody reads after typing a line. */
async function ask(user: string, line: string): Promise<string> {
  const before = replies(user).length;
  expect(await office.type(user, `/provision ${line}`)).toEqual({ ok: true });
  return replies(user)
    .slice(before)
    .map(({ text }) => text)
    .join('\n');
}
const press = (user: string, action: string, message = last(user)) => office.press(user, message, action);
const hasButton = (user: string, action: string): boolean =>
  actionBlockOf(last(user)?.blocks ?? [], action) !== undefined;

const adminLines: Readonly<Record<string, string>> = {
  undo: 'undo o-1',
  disable: 'disable @zoe',
  release: 'release @zoe',
  pause: 'pause crm',
  resume: 'resume crm',
  retry: 'retry crm',
  rematch: 'rematch @zoe crm',
  disassociate: 'disassociate @zoe crm',
  reprovision: 'reprovision @zoe',
  configure: 'configure crm timing edit',
  directory: 'directory',
  refresh: 'refresh crm',
  discover: 'discover crm',
  triage: 'triage crm --account r-8 --act leave',
  twins: 'twins',
  same: 'same @zoe none',
  role: 'role',
  mapping: 'mapping',
  rule: 'rule crm',
  parameter: 'parameter crm',
  settings: 'settings',
  proposals: 'proposals',
  withdraw: 'withdraw c-1',
  connect: 'connect',
  renew: 'renew crm',
  sync: 'sync',
  doctor: 'doctor',
};
const readerLines: Readonly<Record<string, string>> = {
  app: 'app crm',
  digest: 'digest',
  report: 'report @zoe',
  'who-had': 'who-had crm',
};

describe('who may what', () => {
  it('covers every verb that is not everybody’s', () => {
    const of = (audience: string) => verbNames.filter((name) => verbs[name].audience === audience).sort();
    expect(Object.keys(adminLines).sort()).toEqual([...of('admins'), ...of('auditors')].sort());
    expect(Object.keys(readerLines).sort()).toEqual(of('readers'));
  });

  it.each(Object.values(adminLines))('%s is for admins', async (line) => {
    for (const user of [bob, zoe]) expect(await ask(user, line)).toContain('Only admins');
    expect(await ask(gus, line)).toContain('does not answer guests');
    expect(office.calls).toEqual([]);
    expect(await ask(ada, line)).not.toMatch(/Only admins|do not know|went wrong/);
  });

  it.each(Object.values(readerLines))('%s is for approvers and admins', async (line) => {
    expect(await ask(zoe, line)).toContain('Only approvers, auditors and admins');
    expect(office.calls).toEqual([]);
    for (const user of [bob, ada]) expect(await ask(user, line)).not.toMatch(/Only|do not know|went wrong/);
  });

  it('everybody may have their own explained and shown, approvers anybody’s', async () => {
    expect(await ask(zoe, 'explain crm')).toContain('because department is Sales');
    expect(await ask(zoe, 'why me crm')).toContain('because department is Sales');
    expect(await ask(zoe, 'person')).toContain('*zoe* (Clerk) is active and has 1 login');
    expect(await ask(zoe, 'explain @bob crm')).toContain('your own logins');
    expect(await ask(zoe, 'person @bob')).toContain('your own logins');
    expect(await ask(bob, 'explain zoe Customer Base')).toContain('because department is Sales');
    expect(office.calls).toEqual(['explain p-zoe crm', 'explain p-zoe crm', 'logins p-zoe -', 'explain p-zoe crm']);
  });

  it('a press is judged anew, whoever saw the button', async () => {
    await ask(ada, 'disassociate @zoe crm');
    // An admin until now: the powers are read at the press.
    office.useCases.identify = async () => ({
      known: true,
      person: (await office.useCases.person('p-ada')) as never,
      powers: { admin: false, approver: true, auditor: false },
    });
    await press(ada, actionIds.unlink);
    expect(last(ada)?.text).toContain('Only admins may do that');
    expect(office.calls.some((call) => call.startsWith('disassociate'))).toBe(false);
  });

  it('a press of a deactivated or unknown caller does nothing', async () => {
    await ask(ada, 'disassociate @zoe crm');
    const card = last(ada);
    office.workspace.faults.add({ method: 'users.info', error: 'internal_error', times: 3 });
    await press(ada, actionIds.unlink, card);
    expect(last(ada)?.text).toContain('nothing was done');
    expect(office.calls.some((call) => call.startsWith('disassociate'))).toBe(false);
  });
});

describe('undo', () => {
  it('shows the plan first, does it at the button, and puts the answer in its place', async () => {
    expect(await ask(ada, 'undo o-1')).toContain('One change of zoe would be made back');
    expect(last(ada)?.text).toContain('/provision undo o-1 --confirm ');
    await press(ada, actionIds.undo);
    expect(office.calls).toEqual([
      'undo {"operation":"o-1"} ada false',
      'undo {"operation":"o-1"} ada false',
      'undo {"operation":"o-1"} ada true',
    ]);
    expect(replies(ada).map(({ text }) => text)).toEqual(['Undone: one change.']);
    expect(hasButton(ada, actionIds.undo)).toBe(false);
  });

  it('is begun on the card of what was done, by admins', async () => {
    const { approval } = office.useCases;
    office.useCases.approval = async (id, sample) => {
      const view = await approval(id, sample);
      return view === null ? null : { ...view, tally: { applied: 1 } };
    };
    await office.post(openRequest({ state: 'approved', decidedAt: 1 }));
    const card = office.messages(ada).find((message) => message.ephemeralFor === undefined);
    await press(bob, actionIds.undoApproval, card);
    expect(last(bob)?.text).toContain('Only admins may do that');
    expect(office.calls).toEqual([]);
    await press(ada, actionIds.undoApproval, card);
    expect(last(ada)?.text).toContain('One change of zoe would be made back');
    expect(office.messages(bob).filter(({ ephemeralFor }) => ephemeralFor === undefined)).toHaveLength(1);
    await press(ada, actionIds.undo);
    expect(office.calls.at(-1)).toBe('undo {"approval":"a-7Fq2"} ada true');
  });

  it('takes a request, or a person and an app: their last change', async () => {
    await ask(ada, 'undo a-7Fq2');
    await ask(ada, 'undo a-7Fq2.2');
    await ask(ada, 'undo zoe crm');
    expect(office.calls).toEqual([
      'undo {"approval":"a-7Fq2"} ada false',
      'undo {"approval":"a-7Fq2.2"} ada false',
      'logins p-zoe crm',
      'undo {"operation":"o-1"} ada false',
    ]);
  });

  it('does nothing when the plan has changed since it was shown, and shows the new one', async () => {
    await ask(ada, 'undo o-1');
    office.world.undo = {
      ...office.world.undo,
      text: 'Two changes now.',
      steps: [...office.world.undo.steps, ...office.world.undo.steps],
    };
    await press(ada, actionIds.undo);
    expect(last(ada)?.text).toContain(
      'Nothing was done: what it would do has changed since it was shown. Two changes now.',
    );
    expect(office.calls.filter((call) => call.endsWith('true'))).toEqual([]);
    await press(ada, actionIds.undo);
    expect(office.calls.filter((call) => call.endsWith('true'))).toHaveLength(1);
  });

  it('pressed again after everything is made back, says so and does nothing', async () => {
    await ask(ada, 'undo o-1');
    office.world.undo = { text: 'Nothing is left to undo.', steps: [], cannot: [] };
    await press(ada, actionIds.undo);
    expect(last(ada)?.text).toBe('Nothing is left to undo.');
    expect(office.calls.filter((call) => call.endsWith('true'))).toEqual([]);
  });

  it('names what cannot be undone', async () => {
    office.world.undo = {
      ...office.world.undo,
      cannot: [{ login: 'l', personName: 'bob', app: 'crm', why: 'the account is deleted for good' }],
    };
    expect(await ask(ada, 'undo o-1')).toContain('*bob* in *Customer Base*: the account is deleted for good');
  });

  it('can be typed whole, with the code that was shown', async () => {
    const [, code = ''] = /--confirm (\w+)/.exec(await ask(ada, 'undo o-1')) ?? [];
    expect(await ask(ada, 'undo o-1 --confirm wrong')).toContain('Nothing was done');
    expect(await ask(ada, `undo o-1 --confirm ${code}`)).toBe('Undone: one change.');
  });

  it('delivered twice is done once', async () => {
    await ask(ada, 'undo o-1');
    office.workspace.faults.add({ delivery: 'block_actions', effect: 'duplicate' });
    await press(ada, actionIds.undo);
    expect(office.calls.filter((call) => call.endsWith('true'))).toHaveLength(1);
  });

  it('is run again after a crash', async () => {
    await ask(ada, 'undo o-1');
    const { undo } = office.useCases;
    office.useCases.undo = async () => {
      throw new Error('the store went away');
    };
    await press(ada, actionIds.undo);
    office.useCases.undo = undo;
    office.clock.skip(61_000);
    expect(await office.drain()).toBe(1);
    expect(office.calls.filter((call) => call.endsWith('true'))).toHaveLength(1);
  });
});

describe('rematch and disassociate', () => {
  it('offers the accounts, and links the one that is pressed', async () => {
    expect(await ask(ada, 'rematch @zoe crm')).toContain('title: Clerk → Boss');
    expect(last(ada)?.text).toContain('the account of *bob*');
    await press(ada, actionIds.linkAccount);
    expect(office.calls.at(-1)).toBe('rematch p-zoe crm r-1');
    expect(replies(ada).map(({ text }) => text)).toEqual(['Asked for consent.']);
  });

  it('makes a new account, by button or typed', async () => {
    await ask(ada, 'rematch @zoe crm');
    await press(ada, actionIds.newAccount);
    expect(office.calls.at(-1)).toBe('rematch p-zoe crm none');
    await ask(ada, 'rematch zoe crm --choose r-7');
    expect(office.calls.at(-1)).toBe('rematch p-zoe crm r-7');
  });

  it('offers to make one when no account could be theirs', async () => {
    office.world.candidates = [];
    await ask(ada, 'rematch @zoe crm');
    expect(hasButton(ada, actionIds.linkAccount)).toBe(false);
    await press(ada, actionIds.newAccount);
    expect(office.calls.at(-1)).toBe('rematch p-zoe crm none');
  });

  it('says plainly when the account is not to be had any more, and leaves the card', async () => {
    await ask(ada, 'rematch @zoe crm');
    office.useCases.rematch = async () => {
      throw refused('account-taken', 'that account belongs to bob by now', 'Choose another.');
    };
    await press(ada, actionIds.linkAccount);
    expect(last(ada)?.text).toBe('that account belongs to bob by now. Choose another.');
  });

  it('unlinks only after the button', async () => {
    expect(await ask(ada, 'unlink zoe crm')).toContain('Rollcall stops managing it');
    expect(office.calls).toEqual(['logins p-zoe crm']);
    await press(ada, actionIds.unlink);
    expect(office.calls.at(-1)).toBe('disassociate p-zoe crm');
    expect(replies(ada).map(({ text }) => text)).toEqual(['Unlinked.']);
    expect(await ask(ada, 'disassociate zoe crm --confirm yes')).toBe('Unlinked.');
  });

  it('asks for the app when only the person is named', async () => {
    expect(await ask(ada, 'rematch zoe')).toContain('Say which app you mean, after the name of zoe');
    expect(await ask(ada, 'rematch crm')).toContain('Say which person you mean');
    expect(office.calls).toEqual([]);
  });
});

describe('disable, release, pause, resume, retry, keep', () => {
  it('disable acts at once and says how to take it back', async () => {
    const said = await ask(ada, 'disable @zoe laptop stolen');
    expect(office.calls).toEqual(['disable p-zoe laptop stolen ada']);
    expect(said).toContain('To take it back: `/provision release zoe@acme.test`');
    await ask(ada, 'disable zoe --reason laptop stolen, call her');
    expect(office.calls.at(-1)).toBe('disable p-zoe laptop stolen, call her ada');
  });

  it('disable takes no words for a name that could be another’s', async () => {
    expect(await ask(ada, 'disable zoe Miller')).toContain('I know nobody by that name');
    expect(office.calls).toEqual([]);
  });

  it('disable takes nobody whose address only holds the one that was typed', async () => {
    expect(await ask(ada, 'disable oe@acme.test')).toContain('Nobody is called “oe@acme.test”');
    expect(last(ada)?.text).toContain('zoe@acme.test');
    expect(await ask(ada, 'role Sales add oe@acme.test')).toContain('Nobody is called');
    expect(office.calls).toEqual([]);
  });

  it('a mention is whoever has the address now, be it one of several', async () => {
    const gone = { ...person('max', null), id: 'p-old', status: 'left' as const };
    const email = ['m.lee@acme.test', 'MAX@acme.test'];
    const here = { ...person('max', null), id: 'p-new', attributes: { displayName: 'Max Lee', email } };
    office.useCases.findPeople = async () => [gone, here];
    await ask(ada, 'disable @max');
    expect(office.calls).toEqual(['disable p-new null ada']);
    office.useCases.findPeople = async () => [here, { ...here, id: 'p-other' }];
    expect(await ask(ada, 'disable @max')).toContain('Several people match');
    expect(office.calls).toHaveLength(1);
  });

  it('a disable that a crash left is run at any age', async () => {
    const { disable } = office.useCases;
    office.useCases.disable = async () => {
      throw new Error('the store went away');
    };
    await ask(ada, 'disable @zoe');
    office.useCases.disable = disable;
    office.clock.skip(48 * 3_600_000);
    expect(await office.drain()).toBe(1);
    expect(office.calls).toEqual(['disable p-zoe null ada']);
  });

  it('release is of a person, or of one app of theirs', async () => {
    await ask(ada, 'release @zoe');
    await ask(ada, 'release zoe crm');
    expect(office.calls).toEqual(['release p-zoe null', 'release p-zoe crm']);
  });

  it('pause says until when, and that leaving is never held up', async () => {
    office.place.settings = { channel: '#access', timezone: 'Europe/Berlin' };
    const said = await ask(ada, 'pause crm --until 2099-12-31 --reason the vendor migrates');
    expect(said).toContain('2099-12-31 23:00 UTC');
    expect(said).toContain('Leaving is never held up');
    const end = Date.UTC(2099, 11, 31, 23);
    expect(office.calls).toEqual([`pause {"app":"crm"} ${end} the vendor migrates`]);
    expect(await ask(ada, 'pause crm --until 2020-01-01')).toContain('That has passed');
    expect(await ask(ada, 'pause crm --until soon')).toContain('The until is not as it should be: write 2026-12-31');
    expect(office.calls).toHaveLength(1);
  });

  it('pause without a name lists what is paused, each with its end', async () => {
    expect(await ask(ada, 'pause')).toBe('Nothing is paused.');
    await ask(ada, 'pause zoe crm');
    expect(await ask(ada, 'pauses')).toContain('*zoe in Customer Base* is paused until it is resumed');
    await press(ada, actionIds.resume);
    expect(office.calls.at(-1)).toBe('resume {"app":"crm","person":"p-zoe"}');
    expect(await ask(ada, 'resume crm')).toBe('Resumed.');
  });

  it('retry is its own verb: of an app, a person, one cause', async () => {
    await ask(ada, 'retry crm --cause auth');
    await ask(ada, 'retry zoe');
    await ask(ada, 'retry zoe crm');
    expect(office.calls).toEqual([
      'retry {"app":"crm","cause":"auth"}',
      'retry {"person":"p-zoe"}',
      'retry {"person":"p-zoe","app":"crm"}',
    ]);
  });

  it('keep is for thirty days, or as long as is said', async () => {
    await ask(ada, 'keep zoe crm');
    await ask(ada, 'keep zoe crm --until “3 days”');
    const days = office.calls.map((call) =>
      Math.round((Number(call.split(' ').at(-1)) - office.clock.now()) / 86_400_000),
    );
    expect(days).toEqual([30, 3]);
  });
});

describe('role', () => {
  it('lists, shows, adds and removes, with names of several words', async () => {
    expect(await ask(ada, 'role')).toContain('*Sales People* (`sales`): 12 people, 1 by hand, gives crm');
    expect(await ask(ada, 'role Sales People')).toContain('gone@acme.test until 2026-01-31');
    await ask(ada, 'role Sales People add @zoe --until 2026-12-31');
    await ask(ada, 'role sales remove zoe@acme.test');
    await ask(ada, 'role sales remove gone@acme.test');
    expect(office.calls).toEqual([
      'member sales zoe@acme.test {"until":"2026-12-31"}',
      'member sales zoe@acme.test null',
      'member sales gone@acme.test null',
    ]);
  });

  it('asks back', async () => {
    expect(await ask(ada, 'role nope')).toContain('I do not know that role. There are sales.');
    expect(await ask(ada, 'role sales add')).toContain('Say which person you mean');
    expect(await ask(ada, 'role sales add nobody')).toContain('I know nobody by that name');
    expect(office.calls).toEqual([]);
  });
});

describe('the same human under a new id', () => {
  it('is asked about, and said by a button or typed', async () => {
    expect(await ask(ada, 'twins')).toContain('Nobody is in doubt');
    office.world.twins = [
      {
        ...{ newcomer: 'p-new', newcomerName: 'Zoe Miller', records: ['1002 in hr'] },
        people: [{ person: 'p-zoe', personName: 'zoe' }],
      },
    ];
    expect(await ask(ada, 'twins')).toContain('*Zoe Miller* (`p-new`), 1002 in hr, may be *zoe* (`p-zoe`)');
    const list = last(ada);
    await press(ada, actionIds.samePerson, list);
    await press(ada, actionIds.newPerson, list);
    await ask(ada, 'same zoe@acme.test bob@acme.test');
    await ask(ada, 'same zoe@acme.test none');
    expect(office.calls).toEqual(['same p-new p-zoe', 'same p-new null', 'same p-zoe p-bob', 'same p-zoe null']);
    expect(await ask(ada, 'same zoe')).toContain('Name the newcomer and the person');
  });
});

describe('refresh and discover', () => {
  it('refresh answers at once, then with what it found', async () => {
    await ask(ada, 'refresh Customer Base');
    expect(replies(ada).map(({ text }) => text)).toEqual([
      'Reading the entitlements of Customer Base; the answer follows here, which may take minutes.',
      'Customer Base has 1,200 entitlement values: 3 new, 1 gone.',
    ]);
  });

  it('refresh says how far it is when it takes long', async () => {
    office.useCases.refresh = async (app, _actor, progress) => {
      progress?.(1, null);
      office.clock.skip(31_000);
      progress?.(500, 1_000);
      progress?.(600, 1_000);
      return { app, found: 1, added: 0, gone: 0, text: 'Read.' };
    };
    await ask(ada, 'refresh crm');
    await office.workspace.settled();
    expect(replies(ada).map(({ text }) => text)).toContain('Still reading Customer Base: 500 of 1,000 so far.');
    expect(replies(ada)).toHaveLength(3);
  });

  it('discover offers the request of each group, to decide for those who may, to look at for the others', async () => {
    const adoption = openRequest({
      kind: 'batch',
      operationKind: 'adopt',
      foundBy: 'email',
      person: null,
      operations: 3,
    });
    office.approvals.set('a-7Fq2', adoption);
    await ask(ada, 'discover crm');
    expect([actionIds.approve, actionIds.choose, actionIds.seeAll].map((id) => hasButton(ada, id))).toEqual([
      ...[true, true, true],
    ]);
    await press(ada, actionIds.seeAll);
    expect(JSON.stringify(office.workspace.state.modal(ada)?.view)).toContain('Everybody in it');
    office.approvals.set('a-7Fq2', { ...adoption, circle: ['p-bob'] });
    await ask(ada, 'discover crm');
    expect([hasButton(ada, actionIds.approve), hasButton(ada, actionIds.seeAll)]).toEqual([false, true]);
    office.approvals.set('a-7Fq2', { ...adoption, state: 'approved', decidedAt: 1 });
    await ask(ada, 'discover crm');
    expect(hasButton(ada, actionIds.seeAll)).toBe(false);
    await press(ada, actionIds.allPeople);
    expect(JSON.stringify(office.workspace.state.modal(ada)?.view)).toContain('People in the app');
  });

  it('discover counts by how sure it is whose they are, and offers what is nobody’s', async () => {
    const said = await ask(ada, 'discover crm');
    expect(said).toContain(
      '*3 people* have one account that could be theirs, found by e-mail address: 3 take-overs wait for approval in 1 request',
    );
    expect(said).toContain('*1 person* has several that could be theirs');
    expect(said).toContain('rollcall discover crm --csv FILE');
    await press(ada, actionIds.askOwner);
    expect(office.calls.at(-1)).toBe('triage crm r-8 ask');
  });

  it('triage is typed as well', async () => {
    await ask(ada, 'triage Customer Base --account r-9 --act ask');
    expect(office.calls).toEqual(['triage crm r-9 ask']);
    expect(await ask(ada, 'triage crm --account r-9')).toContain('Say which act you mean');
  });

  it('discover leaves an account alone when asked', async () => {
    await ask(ada, 'discover crm');
    await press(ada, actionIds.leaveAccount);
    expect(office.calls.at(-1)).toBe('triage crm r-8 leave');
    expect(last(ada)?.text).toBe('Left alone.');
  });
});

describe('person, app, report, who-had', () => {
  const failed = loginView({
    word: 'failed',
    login: login({ id: 'p-zoe:crm', operation: operation({ state: 'failed' }) }),
  });

  it('a person’s failed login is retried and explained from where it is shown', async () => {
    office.useCases.logins = async () => [failed];
    await ask(ada, 'person @zoe');
    const card = last(ada);
    await press(ada, actionIds.retry, card);
    await press(ada, actionIds.explain, card);
    expect(office.calls).toEqual(['retry {"person":"p-zoe","app":"crm"}', 'explain p-zoe crm']);
    expect(
      replies(ada)
        .map(({ text }) => text)
        .slice(1),
    ).toEqual(['Tried again.', expect.stringContaining('because department is Sales')]);
  });

  it('a person’s open request is decided from there by those who may, and offered to nobody else', async () => {
    office.approvals.set('a-7Fq2', openRequest({ circle: ['p-bob'] }));
    office.useCases.logins = async () => [loginView({ login: login({ operation: operation({ state: 'awaiting' }) }) })];
    await ask(ada, 'person @zoe');
    expect(hasButton(ada, actionIds.approve)).toBe(false);
    await ask(bob, 'person @zoe');
    expect(hasButton(bob, actionIds.approve)).toBe(true);
    await press(bob, actionIds.approve);
    expect(office.decisions).toMatchObject([
      { approval: 'a-7Fq2', edition: 1, decision: 'approve', actor: { id: 'p-bob' } },
    ]);
  });

  it('an unclear login is matched from where it is shown', async () => {
    office.useCases.logins = async () => [loginView({ word: 'needs match' })];
    await ask(ada, 'person @zoe');
    await press(ada, actionIds.rematch);
    expect(last(ada)?.text).toContain('Two accounts may be zoe’s');
    expect(hasButton(ada, actionIds.linkAccount)).toBe(true);
  });

  const at = Date.UTC(2026, 0, 1);
  const onTheLadder = {
    ...{ person: 'p-zoe', personName: 'zoe', app: 'crm', appTitle: 'CRM', since: at, remindAt: null },
    ...{ deletesAt: at, keptUntil: null, remindedAt: null, asks: true, circle: [] },
  };

  it('a leaver report names what a human must close, and keeps an account longer', async () => {
    office.world.leaver = {
      ...office.world.leaver,
      closed: [
        loginView({
          word: 'suspended',
          login: login({
            wish: { state: 'suspended', cause: 'left', attributes: {}, entitlements: {}, reasons: [] } as never,
          }),
        }),
      ],
    };
    expect(await ask(bob, 'report @zoe')).toContain('*A human must close* 1 account');
    expect(hasButton(bob, actionIds.keepLonger)).toBe(false);
    await ask(ada, 'report @zoe');
    expect(hasButton(ada, actionIds.keepLonger)).toBe(false);
    office.world.grace = [onTheLadder];
    await ask(ada, 'report @zoe');
    await press(ada, actionIds.keepLonger);
    expect(office.calls.at(-1)).toMatch(/^keep p-zoe crm \d+$/);
    expect(last(ada)?.text).toBe('Kept.');
  });

  it('a report without a name shows what is deleted next, with the way to keep it', async () => {
    expect(await ask(ada, 'report')).toContain('No suspended account');
    office.world.grace = [onTheLadder];
    expect(await ask(ada, 'report')).toContain('*zoe* in *CRM*: suspended');
    await press(ada, actionIds.keepLonger);
    expect(office.calls.at(-1)).toMatch(/^keep p-zoe crm/);
  });

  it('who-had asks for the end of that day', async () => {
    expect(await ask(bob, 'who-had crm --on 2025-11-20')).toContain('1 person had an account in *Customer Base*');
    expect(office.calls).toEqual([`who-had crm ${Date.UTC(2025, 10, 21)}`]);
    expect(await ask(bob, 'who-had crm --on 2099-01-01')).toContain('still to come');
    expect(await ask(bob, 'who-had crm --on someday')).toContain('The on is not as it should be');
  });
});

describe('a button’s value', () => {
  it('that is no ids does nothing', async () => {
    await ask(ada, 'undo o-1');
    const card = last(ada);
    const block = actionBlockOf(card?.blocks ?? [], actionIds.undo);
    for (const value of ['', 'null', '{', '[]', idsValue({ person: 'p-zoe' }), '{"what":"all","id":"x","plan":"y"}']) {
      for (const part of block?.type === 'actions' ? block.elements : [])
        if (part.type === 'button') part.value = value;
      expect(await office.workspace.actions.press(pressOf(ada, card, actionIds.undo))).toEqual({ ok: true });
      await office.idle();
    }
    expect(office.lines.filter(({ message }) => message === 'a payload is not as Slack sends it')).toHaveLength(6);
    expect(office.calls.filter((call) => call.endsWith('true'))).toEqual([]);
  });
});
