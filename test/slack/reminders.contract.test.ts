import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { actionIds } from '../../blocks/ids.ts';
import { makeEvent, system } from '../../src/core/event.ts';
import type { GraceDue } from '../../src/engine/governance.ts';
import { reminderItem, remindersIn, wantReminders } from '../../src/slack/reminders.ts';
import { ada, bob, type Office, openOffice, zoe } from './office.ts';

let office: Office;
beforeEach(async () => {
  office = await openOffice();
});
afterEach(() => office.close());

const day = 86_400_000;
const at = Date.UTC(2026, 2, 15, 12);
const due = (name: string, change: Partial<GraceDue> = {}): GraceDue => ({
  ...{ person: `p-${name}`, personName: name, app: 'crm', appTitle: 'Customer Base', since: at - 20 * day },
  ...{ remindAt: at, deletesAt: at + 10 * day, keptUntil: null, remindedAt: at, asks: false },
  ...{ circle: ['p-ada', 'p-bob'], ...change },
});
const event = (type: string, name: string, app = 'crm') =>
  makeEvent({ type, message: '', actor: system('planner'), person: `p-${name}`, app }, `${type}:${name}:${app}`, at);

/** The events are told, as the edge tells them, and the messages brought to Slack. */
async function remind(...events: ReturnType<typeof event>[]): Promise<void> {
  for (const one of await remindersIn(office.useCases, events)) await wantReminders(office.deps, one);
  await office.pump();
}
const texts = (name: string) => office.messages(ada, name).map(({ text }) => text);
const direct = async (user: string) => {
  const id = await office.workspace.actions.openDirectMessage(user);
  return office.workspace.state.messages(id, user);
};

describe('a reminder before an account is deleted', () => {
  it('stands in the private channel of leavers, with the way to keep it', async () => {
    office.world.grace = [due('max')];
    await remind(event('login.reminder', 'max'));
    expect(texts('leavers')).toEqual([
      expect.stringContaining('The account of *max* in *Customer Base* will be deleted <!date^1774440000^'),
    ]);
    expect(texts('access')).toEqual([]);
    await office.press(ada, office.messages(ada, 'leavers')[0], actionIds.keepLonger);
    expect(office.calls.at(-1)).toMatch(/^keep p-max crm \d+$/);
  });

  it.each([
    ['none is named', { channel: '#access' }],
    ['the one named is public', { channel: '#access', leaverChannel: '#open-leavers' }],
    ['the one named is shared', { channel: '#access', leaverChannel: '#partners' }],
  ])('goes to each who may decide when %s, about what they may decide', async (_why, settings) => {
    office.place.settings = settings;
    office.world.grace = [due('max'), due('moe', { circle: ['p-ada'] })];
    await remind(event('login.reminder', 'max'), event('login.reminder', 'moe'));
    const [[forAda], [forBob]] = [await direct(ada), await direct(bob)];
    expect(forAda?.text).toContain('*2 suspended accounts* in *Customer Base* will be deleted');
    expect(forBob?.text).toContain('The account of *max*');
    for (const name of ['access', 'open-leavers', 'partners', 'leavers']) expect(texts(name)).toEqual([]);
  });

  it('is one message for many of one app and day, however they come', async () => {
    office.world.grace = [due('max'), due('moe'), due('mia', { remindedAt: at - day })];
    await remind(event('login.reminder', 'max'));
    await remind(event('login.reminder', 'moe'), event('login.reminder', 'max'));
    expect(texts('leavers')).toEqual([expect.stringContaining('*2 suspended accounts*')]);
    await remind(event('login.reminder', 'mia'));
    expect(texts('leavers')).toHaveLength(2);
  });

  it('is drawn anew when somebody keeps one longer, and says so', async () => {
    office.world.grace = [due('max')];
    await remind(event('login.reminder', 'max'));
    office.world.grace = [due('max', { keptUntil: at + 40 * day, deletesAt: at + 40 * day })];
    office.clock.skip(5_000);
    await remind(event('login.kept', 'max'));
    expect(texts('leavers')).toEqual([expect.stringContaining('Somebody keeps it until')]);
  });

  it('is none for what is not on its way any more, and for other events', async () => {
    office.world.grace = [due('max', { remindedAt: null })];
    expect(await remindersIn(office.useCases, [event('login.kept', 'max'), event('login.reminder', 'moe')])).toEqual(
      [],
    );
    expect(await remindersIn(office.useCases, [event('operation.succeed', 'max')])).toEqual([]);
  });

  it('that waited for Slack without a place goes where it belongs', async () => {
    office.world.grace = [due('max')];
    await office.store.outbox.want(reminderItem({ app: 'crm', day: '2026-03-15' }, '#(unplaced)'), office.clock.now());
    await office.pump();
    await office.pump();
    expect(texts('leavers')).toHaveLength(1);
  });
});

describe('keeping an account longer', () => {
  const said = (user: string) =>
    office
      .messages(user)
      .filter(({ ephemeralFor }) => ephemeralFor === user)
      .at(-1)?.text;

  it('is for admins and those who may decide, by button or typed', async () => {
    office.world.grace = [due('zoe')];
    await office.type(bob, '/provision keep zoe crm');
    expect(said(bob)).toBe('Kept.');
    office.world.grace = [due('zoe', { circle: ['p-ada'] })];
    await office.type(bob, '/provision keep zoe crm');
    await office.type(zoe, '/provision keep zoe crm');
    for (const user of [bob, zoe]) expect(said(user)).toContain('Only admins and those who may decide');
    office.world.grace = [];
    await office.type(ada, '/provision keep zoe crm');
    expect(said(ada)).toBe('Kept.');
    expect(office.calls.filter((call) => call.startsWith('keep'))).toHaveLength(2);
  });
});
