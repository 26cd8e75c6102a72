import type { KnownBlock, View } from '@slack/types';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { actionIds, lookUpInputs } from '../../blocks/ids.ts';
import type { LoginSearch } from '../../src/engine/tell/find-logins.ts';
import { login, loginView, operation } from '../blocks/samples.ts';
import { ada, bob, gus, type Office, openOffice, openRequest, person, zoe } from './office.ts';

let office: Office;
let searched: LoginSearch[] = [];
beforeEach(async () => {
  office = await openOffice();
  searched = [];
});
afterEach(() => office.close());

const numbered = (count: number, word = 'provisioned') =>
  Array.from({ length: count }, (_, n) =>
    loginView({ word, personName: `Person ${n + 1}`, login: login({ id: `p-${n}:crm`, person: `p-${n}` }) }),
  );
/** So many people in the app; the first is failed. */
function people(count: number): void {
  const all = numbered(count).map((view, index) => (index === 0 ? { ...view, word: 'failed' } : view));
  office.useCases.findLogins = async (search, after, limit) => {
    searched.push(search);
    const { word, text = '' } = search;
    const found = all.filter((view) => (word ?? view.word) === view.word && view.personName.includes(text));
    const start = after === null ? 0 : found.findIndex((view) => view.login.id === after) + 1;
    const page = found.slice(start, start + limit);
    return { logins: page, next: found.length > start + limit ? (page.at(-1)?.login.id ?? null) : null };
  };
}
/** Zoe has this login, and nobody another. */
function zoeHas(view = loginView({ word: 'failed', explanation: 'title is too long. Correct it.' })): void {
  office.useCases.logins = async () => [view];
  office.useCases.findLogins = async () => ({ logins: [view], next: null });
}

const last = (user: string) =>
  office
    .messages(user)
    .filter((message) => message.ephemeralFor === user)
    .at(-1);
const modal = (user: string) => office.workspace.state.modal(user);
const shown = (user: string): string => JSON.stringify(modal(user)?.view ?? null);
const blocksOf = (view: View | undefined): KnownBlock[] => (view?.blocks ?? []) as KnownBlock[];
const holds = (block: KnownBlock, actionId: string): boolean =>
  (block.type === 'actions' && block.elements.some((part) => part.action_id === actionId)) ||
  (block.type === 'section' &&
    block.accessory !== undefined &&
    'action_id' in block.accessory &&
    block.accessory.action_id === actionId);

/** Presses in the modal on top. */
async function pressIn(user: string, actionId: string): Promise<void> {
  const open = modal(user);
  const block = blocksOf(open?.view).find((each) => holds(each, actionId));
  const press = { user, container: { view: open?.id ?? '' }, blockId: block?.block_id ?? '', actionId };
  expect(await office.workspace.actions.press(press)).toEqual({ ok: true });
  await office.idle();
}
async function pressOn(user: string, actionId: string): Promise<void> {
  const message = last(user);
  const block = (message?.blocks ?? []).find((each) => holds(each, actionId));
  const container = { message: { channel: message?.channel ?? '', ts: message?.ts ?? '' } };
  expect(await office.workspace.actions.press({ user, container, blockId: block?.block_id ?? '', actionId })).toEqual({
    ok: true,
  });
  await office.idle();
}
async function pressHome(user: string, actionId: string): Promise<void> {
  await office.workspace.actions.openHome(user);
  await office.workspace.settled();
  await office.idle();
  const home = office.workspace.state.home(user);
  const block = blocksOf(home?.view).find((each) => holds(each, actionId));
  const press = { user, container: { view: home?.id ?? '' }, blockId: block?.block_id ?? '', actionId };
  expect(await office.workspace.actions.press(press)).toEqual({ ok: true });
  await office.idle();
}
async function search(user: string, word: string | null, text: string | null): Promise<void> {
  const { word: words, text: texts } = lookUpInputs;
  const option = word === null ? null : { text: { type: 'plain_text', text: word }, value: word };
  const outcome = await office.workspace.actions.submit(user, modal(user)?.id ?? '', {
    [words.block]: { [words.action]: { type: 'static_select', selected_option: option } },
    [texts.block]: { [texts.action]: { type: 'plain_text_input', value: text } },
  });
  expect(outcome).toEqual({ ok: true });
  await office.idle();
}

describe('the people of an app', () => {
  it('stand under their words, the failed first, and are paged through in a modal', async () => {
    people(30);
    await office.type(bob, '/provision app crm');
    const said = last(bob)?.text ?? '';
    expect(said.indexOf('❌ failed')).toBeLessThan(said.indexOf('*✅ provisioned*'));
    await pressOn(bob, actionIds.allPeople);
    expect(shown(bob)).toContain('Page 1; there are more');
    await pressIn(bob, actionIds.nextPeople);
    await pressIn(bob, actionIds.nextPeople);
    expect(shown(bob)).toContain('Person 30');
    expect(shown(bob)).toContain('Page 3, the last');
    await pressIn(bob, actionIds.previousPeople);
    expect(shown(bob)).toContain('Page 2; there are more');
    expect(shown(bob)).toContain('Person 13');
    await pressIn(bob, actionIds.previousPeople);
    expect(shown(bob)).toContain('Page 1; there are more');
  });

  it('are searched by status and name, and the search is paged through', async () => {
    people(300);
    await office.type(bob, '/provision app crm');
    await pressOn(bob, actionIds.allPeople);
    await pressIn(bob, actionIds.nextPeople);
    await search(bob, 'provisioned', 'Person 2');
    expect(searched.at(-1)).toEqual({ app: 'crm', word: 'provisioned', text: 'Person 2' });
    expect(shown(bob)).toContain('Page 1; there are more');
    expect(shown(bob)).toContain('/provision app crm provisioned --find Person 2');
    await pressIn(bob, actionIds.nextPeople);
    expect(searched.at(-1)).toEqual({ app: 'crm', word: 'provisioned', text: 'Person 2' });
    expect(shown(bob)).toContain('Page 2');
    await search(bob, 'all', null);
    expect(searched.at(-1)).toEqual({ app: 'crm' });
  });

  it('say so where the search finds nobody', async () => {
    people(3);
    await office.type(bob, '/provision app crm');
    await pressOn(bob, actionIds.allPeople);
    await search(bob, 'held', 'nobody');
    expect(shown(bob)).toContain('Nobody is found');
  });

  it('are asked for by one status, or by name', async () => {
    people(30);
    await office.type(bob, '/provision app Customer Base failed');
    expect(last(bob)?.text).toContain('❌ failed');
    await office.type(bob, '/provision app crm --find “Person 12”');
    expect(last(bob)?.text).toContain('*Person 12*');
    expect(searched).toEqual([
      { app: 'crm', word: 'failed' },
      { app: 'crm', text: 'Person 12' },
    ]);
    await office.type(bob, '/provision app crm broken');
    expect(last(bob)?.text).toContain('I do not know that status. There are pending approval');
    await office.type(bob, '/provision app nope');
    expect(last(bob)?.text).toContain('I do not know that app');
  });

  it('are kept by the modal alone: any process goes on with it', async () => {
    people(30);
    await office.type(bob, '/provision app crm');
    await pressOn(bob, actionIds.allPeople);
    await pressIn(bob, actionIds.nextPeople);
    expect(JSON.parse(modal(bob)?.view.private_metadata ?? '')).toEqual({
      ...{ app: 'crm', word: null, text: '', places: ['p-11:crm'], dropped: 0 },
    });
  });

  it('are shown to nobody who lost their powers meanwhile', async () => {
    people(30);
    await office.type(bob, '/provision app crm');
    await pressOn(bob, actionIds.allPeople);
    office.useCases.identify = async () => ({
      known: true,
      person: person('bob', bob),
      powers: { admin: false, approver: false, auditor: false },
    });
    await pressIn(bob, actionIds.nextPeople);
    expect(shown(bob)).toContain('Only approvers, auditors and admins');
    expect(shown(bob)).not.toContain('Person');
  });
});

describe('the apps of a person', () => {
  it('are searched from App Home by everybody: their own', async () => {
    people(20);
    await pressHome(zoe, actionIds.personLogins);
    expect(searched.at(-1)).toEqual({ person: 'p-zoe' });
    expect(shown(zoe)).toContain('The logins of *zoe*');
    await search(zoe, 'failed', 'base');
    expect(searched.at(-1)).toEqual({ person: 'p-zoe', word: 'failed', text: 'base' });
  });
});

describe('a click on a status', () => {
  it('failed: opens the reason with Retry, whose answer takes its place', async () => {
    zoeHas();
    await office.type(ada, '/provision app crm');
    await pressOn(ada, actionIds.openLogin);
    expect(shown(ada)).toContain('title is too long. Correct it.');
    expect(shown(ada)).toContain('Approved by ada');
    await pressIn(ada, actionIds.retry);
    expect(office.calls.at(-1)).toBe('retry {"person":"p-zoe","app":"crm"}');
    expect(shown(ada)).toContain('Tried again.');
    expect(shown(ada)).not.toContain(actionIds.retry);
  });

  it('pending: opens approve and reject, decides once, and says so where one looks', async () => {
    office.approvals.set('a-7Fq2', openRequest());
    zoeHas(loginView({ word: 'pending approval' }));
    await office.type(bob, '/provision app crm');
    await pressOn(bob, actionIds.openLogin);
    await pressIn(bob, actionIds.approve);
    expect(office.approvals.get('a-7Fq2')?.state).toBe('approved');
    expect(shown(bob)).toContain('Approved.');
    expect(office.decisions).toMatchObject([{ decision: 'approve', edition: 1, actor: { id: 'p-bob' } }]);
  });

  it('pending: rejects with a reason three modals deep, and says so in the one below', async () => {
    office.approvals.set('a-7Fq2', openRequest());
    zoeHas(loginView({ word: 'pending approval' }));
    await office.type(bob, '/provision app crm');
    await pressOn(bob, actionIds.allPeople);
    await pressIn(bob, actionIds.openLogin);
    await pressIn(bob, actionIds.reject);
    const reason = { reason: { reason: { type: 'plain_text_input', value: 'Not yet.' } } };
    expect(await office.workspace.actions.submit(bob, modal(bob)?.id ?? '', reason)).toEqual({ ok: true });
    await office.idle();
    expect(office.approvals.get('a-7Fq2')).toMatchObject({ state: 'rejected', reason: 'Not yet.' });
    expect(shown(bob)).toContain('Rejected.');
  });

  it('pending: shows those who may not decide who may', async () => {
    office.approvals.set('a-7Fq2', openRequest({ circle: ['p-ada'] }));
    zoeHas(loginView({ word: 'pending approval' }));
    await office.type(bob, '/provision app crm');
    await pressOn(bob, actionIds.openLogin);
    expect(shown(bob)).toContain('May decide: ada.');
    expect(shown(bob)).not.toContain(actionIds.approve);
  });

  it('disassociated: opens the rematch, whose candidates take its place', async () => {
    zoeHas(loginView({ word: 'disassociated' }));
    await office.type(ada, '/provision app crm');
    await pressOn(ada, actionIds.allPeople);
    await pressIn(ada, actionIds.openLogin);
    await pressIn(ada, actionIds.rematch);
    expect(shown(ada)).toContain('Two accounts may be zoe’s');
    await pressIn(ada, actionIds.linkAccount);
    expect(office.calls.at(-1)).toBe('rematch p-zoe crm r-1');
    expect(shown(ada)).toContain('Asked for consent.');
  });

  it('held by a pause: says why, and ends it', async () => {
    const trouble = { kind: 'paused', message: 'crm is paused by Ada', remedy: 'It goes on once resumed.', at: 1 };
    const paused = login({ operation: operation({ state: 'approved', trouble }) });
    zoeHas(loginView({ word: 'held', explanation: 'crm is paused by Ada.', login: paused }));
    office.world.pauses.push({
      subject: { app: 'crm' },
      until: null,
      reason: null,
      by: { kind: 'system', name: 'x' },
      at: 1,
    });
    await office.type(ada, '/provision app crm');
    await pressOn(ada, actionIds.openLogin);
    expect(shown(ada)).toContain('crm is paused by Ada.');
    await pressIn(ada, actionIds.resume);
    expect(office.calls.at(-1)).toBe('resume {"app":"crm"}');
  });

  it('is for one’s own, unless one reads all; guests see nothing', async () => {
    zoeHas(loginView({ word: 'provisioned', login: login({ person: 'p-bob' }) }));
    await pressHome(zoe, actionIds.openLogin);
    const direct = await office.workspace.actions.openDirectMessage(zoe);
    expect(office.workspace.state.messages(direct, zoe).at(-1)?.text).toContain('your own logins');
    expect(modal(zoe)).toBeUndefined();
    await office.workspace.actions.openHome(gus);
    await office.workspace.settled();
    await office.idle();
    expect(JSON.stringify(office.workspace.state.home(gus)?.view)).not.toContain(actionIds.openLogin);
  });
});

describe('App Home', () => {
  it('opens the people of an app for approvers, and what failed for admins', async () => {
    people(20);
    await pressHome(bob, actionIds.allPeople);
    expect(shown(bob)).toContain('Page 1; there are more');
    zoeHas();
    await pressHome(ada, actionIds.openLogin);
    expect(shown(ada)).toContain('title is too long. Correct it.');
  });

  it('shows who agreed to one’s logins', async () => {
    await office.workspace.actions.openHome(zoe);
    await office.workspace.settled();
    await office.idle();
    expect(JSON.stringify(office.workspace.state.home(zoe)?.view)).toContain('Approved by ada');
  });

  it('says in a direct message what did not open in time', async () => {
    zoeHas();
    office.workspace.faults.add({ method: 'views.open', error: 'expired_trigger_id' });
    await pressHome(ada, actionIds.openLogin);
    const direct = await office.workspace.actions.openDirectMessage(ada);
    expect(office.workspace.state.messages(direct, ada).at(-1)?.text).toContain('That took too long to open');
  });
});
