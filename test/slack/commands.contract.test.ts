import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { actionIds } from '../../blocks/ids.ts';
import { refused } from '../../src/core/errors.ts';
import { actionBlockOf, ada, bob, gus, type Office, openOffice, openRequest, pressOf, zoe } from './office.ts';

let office: Office;
beforeEach(async () => {
  office = await openOffice();
});
afterEach(() => office.close());

/** What somebody reads after typing a line; nobody else reads anything. */
async function ask(user: string, line: string): Promise<string> {
  expect(await office.type(user, line)).toEqual({ ok: true });
  const replies = office.messages(user);
  expect(replies.every((reply) => reply.ephemeralFor === user)).toBe(true);
  return replies.map((reply) => reply.text).join('\n');
}

describe('/provision', () => {
  it.each([
    ['', 'it with:'],
    ['help', '/provision reprovision &lt;person&gt; [app]'],
    ['help sync', 'Reads a directory now'],
    ['aprove a-1', 'Did you mean “approve”?'],
    ['approve', 'Usage: `/provision approve &lt;id&gt; [only person …]`'],
  ])('%s is answered to everybody', async (line, sentence) => {
    expect(await ask(gus, `/provision ${line}`)).toContain(sentence);
  });

  it('whoami says who somebody is taken for and what they may do', async () => {
    const admin = await ask(ada, '/provision whoami');
    expect(admin).toContain('You are ada (ada@acme.test). You are an admin and an approver.');
    expect(admin).toContain('undo, disable, release');
    const anybody = await ask(zoe, '/provision whoami');
    expect(anybody).toContain('You see your own logins.');
    expect(anybody).toContain('person, explain, history');
    expect(anybody).not.toMatch(/undo|report/);
  });

  it.each(['status', 'pending', 'plan', 'history', 'whoami', 'approve a-7Fq2', 'sync', 'reprovision zoe'])(
    '%s is refused to guests',
    async (line) => {
      expect(await ask(gus, `/provision ${line}`)).toContain('does not answer guests');
      expect([...office.calls, ...office.decisions]).toEqual([]);
    },
  );

  it('status shows one’s own logins; admins see the company', async () => {
    expect(await ask(zoe, '/provision status')).toContain('*zoe* (Clerk) is active and has 1 login');
    expect(office.calls).toEqual(['logins p-zoe -']);
    expect(await ask(ada, '/provision status')).toContain('*Customer Base* (`crm`): 3 ✅ provisioned');
  });

  it('status names a person by mention, address, or words, with an app after it', async () => {
    await ask(bob, '/provision status @zoe');
    await ask(bob, '/provision status zoe@acme.test crm');
    await ask(bob, '/provision status zoe Customer Base');
    await ask(bob, '/provision status zoe “Customer Base”');
    await ask(bob, '/provision status zoe —app crm');
    await ask(bob, '/provision status Customer Base');
    await ask(bob, '/provision status me');
    expect(office.calls).toEqual([
      'logins p-zoe -',
      'logins p-zoe crm',
      'logins p-zoe crm',
      'logins p-zoe crm',
      'logins p-zoe crm',
      'logins - crm',
      'logins p-bob -',
    ]);
  });

  it('asks back when a name fits several, one, or none', async () => {
    expect(await ask(bob, '/provision status acme')).toContain('Several people match “acme”');
    expect(await ask(bob, '/provision status nobody')).toContain('I know nobody by that name');
    expect(await ask(bob, '/provision status zoe --app nope')).toContain('There are crm.');
    expect(office.calls).toEqual([]);
  });

  it.each([
    'status bob',
    'status crm',
    'history bob',
    'history crm',
    'status nobody',
    'plan bob',
    'plan crm',
    'plan acme',
  ])('%s is not answered to somebody who may see only their own', async (line) => {
    expect(await ask(zoe, `/provision ${line}`)).toMatch(/your own logins/);
    expect(office.calls).toEqual([]);
  });

  it('plan is one’s own, or for admins anybody’s', async () => {
    expect(await ask(zoe, '/provision plan')).toContain('Nothing would change for *zoe*');
    await ask(ada, '/provision plan');
    await ask(ada, '/provision dry-run zoe crm');
    await ask(bob, '/provision plan zoe');
    expect(office.calls).toEqual(['preview p-zoe -', 'preview - -', 'preview p-zoe crm']);
  });

  it('history is for whom or what is named', async () => {
    expect(await ask(bob, '/provision history crm')).toContain('Nothing has happened yet to *Customer Base*');
    await ask(zoe, '/provision history');
    expect(office.calls).toEqual(['history - crm', 'history p-zoe -']);
  });

  it('sync and reprovision are for admins', async () => {
    expect(await ask(bob, '/provision sync')).toContain('Only admins may do that');
    expect(await ask(bob, '/provision reprovision zoe')).toContain('Only admins may do that');
    expect(office.calls).toEqual([]);
    expect(await ask(ada, '/provision sync hr')).toContain('3 rows read.');
    expect(await ask(ada, '/provision reprovision zoe crm')).toContain('Planned anew.');
    expect(office.calls).toEqual(['sync hr', 'reprovision p-zoe crm']);
  });

  it('approve and reject decide like the buttons, whatever edition is newest', async () => {
    await office.post(openRequest());
    await office.type(ada, '/provision approve a-7Fq2', 'general');
    expect(office.messages(ada, 'general').map(({ text }) => text)).toEqual(['Approved.']);
    expect(office.decisions).toMatchObject([{ edition: null, decision: 'approve', actor: { id: 'p-ada' } }]);
    await office.pump();
    expect(office.messages(ada)[0]?.text).toContain('✅ *Approved* by *ada*');
    await office.type(bob, '/provision reject a-7Fq2 too late', 'general');
    expect(office.messages(bob, 'general').map(({ text }) => text)).toEqual(['This has been decided already.']);
  });

  it('pending lists what waits, and its buttons decide', async () => {
    office.approvals.set('a-7Fq2', openRequest());
    await office.type(ada, '/provision pending');
    const list = office.messages(ada).at(-1);
    expect(list?.text).toContain('1 request waits for a decision');
    expect(actionBlockOf(list?.blocks ?? [], actionIds.approve)).toBeDefined();
    expect(await office.workspace.actions.press(pressOf(ada, list, actionIds.approve))).toEqual({ ok: true });
    await office.idle();
    expect(office.approvals.get('a-7Fq2')?.state).toBe('approved');
    const texts = office.messages(ada).map(({ text }) => text);
    expect(texts).toContain('Nothing waits for your decision.');
    expect(texts).toContain('Approved.');
  });

  it('shows one request whole by its id, and everybody in it page by page', async () => {
    office.approvals.set('a-7Fq2', openRequest());
    expect(await ask(ada, '/provision pending a-7Fq2')).toMatch(/Request `a-7Fq2`/);
    expect(await ask(ada, '/provision pending a-7Fq2 --page 1')).toContain('Page 1 of 1');
    expect(await ask(ada, '/provision pending a-0000')).toContain('There is no such request any more.');
    office.approvals.set('a-8', openRequest({ id: 'a-8', person: 'p-else' }));
    expect(await ask(zoe, '/provision pending a-8')).toContain('Only those who may decide');
  });

  it('says what a person can mend as it is, and hides everything else', async () => {
    office.useCases.sync = async () => {
      throw refused('directory-unknown', 'There is no directory hrr.', 'Try hr.');
    };
    expect(await ask(ada, '/provision sync hrr')).toContain('There is no directory hrr. Try hr.');
    office.useCases.sync = async () => {
      throw new Error('connect ECONNREFUSED mongodb://root:hunter2@db');
    };
    expect(await ask(ada, '/provision sync')).not.toContain('hunter2');
    expect(office.messages(ada).at(-1)?.text).toContain('Something went wrong on Rollcall’s side');
  });

  it('says that it goes on when the work takes long', async () => {
    office.useCases.sync = () => new Promise((resolve) => setTimeout(() => resolve([]), 2_700));
    await office.type(ada, '/provision sync');
    expect(office.messages(ada).map(({ text }) => text)).toEqual([
      'Still at it: the answer follows.',
      'No directory is connected yet, so there was nothing to read.',
    ]);
  });

  it('reads a profile once for several looks, and anew for every act', async () => {
    await ask(ada, '/provision status');
    await ask(ada, '/provision pending');
    expect(office.workspace.log.calls('users.info')).toHaveLength(1);
    await ask(ada, '/provision approve a-1');
    expect(office.workspace.log.calls('users.info')).toHaveLength(2);
    office.clock.skip(31_000);
    await ask(ada, '/provision status');
    expect(office.workspace.log.calls('users.info')).toHaveLength(3);
  });
});

describe('App Home', () => {
  const home = async (user: string) => {
    await office.workspace.actions.openHome(user);
    await office.workspace.settled();
    await office.idle();
    return office.workspace.state.home(user);
  };

  it('shows what waits and one’s own logins, and decides from there', async () => {
    office.approvals.set('a-7Fq2', openRequest());
    const view = await home(bob);
    const blocks = (view?.view.blocks ?? []) as Parameters<typeof actionBlockOf>[0];
    expect(JSON.stringify(blocks)).toContain('1 request waits for your decision');
    expect(JSON.stringify(blocks)).not.toContain('Directories');
    const block = actionBlockOf(blocks, actionIds.approve);
    const press = {
      user: bob,
      container: { view: view?.id ?? '' },
      blockId: block?.block_id ?? '',
      actionId: actionIds.approve,
    };
    expect(await office.workspace.actions.press(press)).toEqual({ ok: true });
    await office.idle();
    expect(office.approvals.get('a-7Fq2')?.state).toBe('approved');
    expect(JSON.stringify(office.workspace.state.home(bob)?.view)).toContain('nothing waits for your decision');
  });

  it('shows admins failures and directories', async () => {
    const shown = JSON.stringify((await home(ada))?.view);
    expect(shown).toContain('Directories');
    expect(shown).not.toContain('Held up');
  });

  it('shows admins what is paused and waits for its window, as status does', async () => {
    const opens = Date.UTC(2026, 0, 5, 22);
    office.world.heldUp = {
      pause: { until: null, by: 'ada', reason: 'the vendor migrates' },
      people: 0,
      window: { open: false, opens },
    };
    for (const shown of [
      JSON.stringify((await home(ada))?.view),
      await ask(ada, '/provision status'),
      await ask(bob, '/provision status crm'),
      await ask(bob, '/provision app crm'),
    ]) {
      expect(shown).toContain('paused until somebody resumes it by ada because the vendor migrates');
      expect(shown).toContain('changes wait for its change window, which opens');
    }
  });

  it('tells strangers and guests why they see nothing', async () => {
    expect(JSON.stringify((await home(gus))?.view)).toContain('does not answer guests');
  });
});
