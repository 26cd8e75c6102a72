import { afterEach, describe, expect, it } from 'vitest';
import { actionIds, reasonInput } from '../../blocks/ids.ts';
import { connector as manual } from '../../connectors/manual.ts';
import type { Approval } from '../../src/core/approval-model.ts';
import type { RawRecord, TargetConnector } from '../../src/core/connector.ts';
import { wantCard } from '../../src/slack/cards.ts';
import { badges } from '../engine/by-hand.ts';
import { row } from '../fakes/memory-directory.ts';
import { ada, bob, zoe } from './office.ts';
import { type Company, openCompany } from './real-company.ts';

/** Ada approves and is the admin; Bob keeps the badges by hand. */
const lab = (name: string, attributes: RawRecord['attributes'] = {}, status: RawRecord['status'] = 'active') =>
  row(name, { department: 'Lab', ...attributes }, status);
const office = () => [row('ada'), row('bob')];

let acme: Company;
afterEach(() => acme.close());

async function open(rows: RawRecord[] = [lab('zoe', { title: 'Clerk' })], approval: object = { create: false }) {
  const config = badges({ owners: ['bob@acme.test'], provisioning: { approval } });
  acme = await openCompany({}, {}, [...office(), ...rows], manual as TargetConnector, config);
}
async function become(...rows: RawRecord[]): Promise<void> {
  acme.acme.directory.state.rows = [...office(), ...rows];
  await acme.acme.sync();
  await acme.showCards();
}
async function task(): Promise<Approval> {
  const found = (await acme.acme.openCards()).find((one) => one.task);
  if (found === undefined) throw new Error('no task is open');
  return found;
}
/** Where Zoe’s badge stands. */
const word = async () => {
  const person = await acme.acme.personOf('zoe');
  const [login] = await acme.acme.engine.useCases.logins({ person: person.id, app: 'badges' }, null, 1);
  return login?.word;
};
const type = (user: string, line: string) => acme.office.type(user, `/provision ${line}`);
const cannot = async (user: string, reason: string) => {
  const view = acme.office.workspace.state.modal(user)?.id ?? '';
  const values = { [reasonInput.block]: { [reasonInput.action]: { type: 'plain_text_input', value: reason } } };
  const outcome = await acme.office.workspace.actions.submit(user, view, values);
  await acme.office.idle();
  return outcome;
};

describe('the card of a task', () => {
  it('says exactly what to do, with values to copy, to whoever keeps the app', async () => {
    await open();
    const { id } = await task();
    const card = acme.card(bob, id);
    expect(card?.text).toContain('📋 *To do by hand.* Create an account for *Person zoe* in *Badges*.');
    expect(card?.text).toContain('If they have one already, keep it and give it these:');
    for (const line of ['• userName: `zoe@acme.test`', '• title: `Clerk`', '• rooms: give `Lab`'])
      expect(card?.text).toContain(line);
    expect(card?.text).toContain('Who may do it: <@U0BOB00001>');
    expect(card?.text).toContain(
      `Once it is done: /provision done ${id}. If it cannot be: /provision cannot ${id} reason`,
    );
    const labels = JSON.stringify(card?.blocks);
    for (const label of ['"Done"', '"Cannot"', '"Ask"', '"Details"']) expect(labels).toContain(label);
  });

  it('Done: the account is there, and the card says by whose hand', async () => {
    await open();
    const { id } = await task();
    await acme.office.press(bob, acme.card(bob, id), actionIds.approve);
    expect(await word()).toBe('provisioned');
    await acme.showCards();
    expect(acme.card(ada, id)?.text).toContain('✅ *Done*, says *Person bob*');
    expect(acme.card(ada, id)?.text).toContain('✅ *Provisioned*: made by hand.');
    expect(acme.whispers(bob)).toBe('');
  });

  it('comes to them in a direct message too, since they need not read the channel', async () => {
    await open();
    const { id } = await task();
    const direct = async (user: string) => {
      const channel = await acme.office.workspace.actions.openDirectMessage(user);
      return acme.office.workspace.state.messages(channel, user).find(({ text }) => text.includes(id));
    };
    expect(await direct(ada)).toBeUndefined();
    await acme.office.press(bob, await direct(bob), actionIds.approve);
    expect(await word()).toBe('provisioned');
    await acme.showCards();
    for (const card of [await direct(bob), acme.card(ada, id)])
      expect(card?.text).toContain('✅ *Done*, says *Person bob*');
  });

  it('is pressed by nobody else, and never by the one it is about', async () => {
    await open();
    const { id } = await task();
    await acme.office.press(ada, acme.card(ada, id), actionIds.approve);
    await acme.office.press(zoe, acme.card(zoe, id), actionIds.approve);
    expect(acme.whispers(ada)).toContain('Only Person bob may say what became of this task.');
    expect(acme.whispers(zoe)).toContain('Nobody says of their own account that a task is done');
    expect((await acme.reload(id)).state).toBe('open');
  });

  it('Cannot asks why, fails with that, and is asked anew on a card of its own by a retry', async () => {
    await open();
    const { id } = await task();
    await acme.office.press(bob, acme.card(bob, id), actionIds.reject);
    expect(JSON.stringify(acme.office.workspace.state.modal(bob)?.view)).toContain('It cannot be done');
    expect(await cannot(bob, 'no blank badges left')).toEqual({ ok: true });
    await acme.showCards();
    expect(acme.card(ada, id)?.text).toContain('⛔ *Cannot be done*, says *Person bob*');
    expect(acme.card(ada, id)?.text).toContain('no blank badges left');
    expect(await word()).toBe('failed');
    await type(ada, 'retry badges');
    await acme.acme.time.advance(60_000);
    await acme.showCards();
    const again = await task();
    expect(again.id).not.toBe(id);
    expect(acme.card(bob, again.id)?.text).toContain('To do by hand');
  });

  it('says that it is withdrawn when the wish changes, and a new one stands beside it', async () => {
    await open();
    const { id } = await task();
    await become(lab('zoe', { title: 'Lead' }));
    await acme.office.pump();
    const old = await acme.reload(id);
    expect(old.state).toBe('closed');
    await wantCard(acme.office.deps, old);
    await acme.showCards();
    const texts = acme.office.messages(bob).map(({ text }) => text);
    expect(texts.some((text) => text.includes('*No longer needed*') && text.includes('take it back'))).toBe(true);
    expect(acme.card(bob, (await task()).id)?.text).toContain('• title: `Lead`');
  });

  it('of somebody who leaves stands among leavers only, and asks once more before it counts', async () => {
    await open();
    const { id: first } = await task();
    await acme.office.press(bob, acme.card(bob, first), actionIds.approve);
    await become(lab('zoe', {}, 'left'));
    const { id } = await task();
    expect(acme.card(bob, id)).toBeUndefined();
    const card = acme.card(bob, id, 'leavers');
    expect(card?.text).toContain('Switch the account `zoe@acme.test` off and keep it');
    expect(card?.text).toContain('Does not expire');
    expect(JSON.stringify(card?.blocks)).toContain('You say that this is done');
  });

  it('of many at once names all of them, and Done counts for all', async () => {
    await open(Array.from({ length: 9 }, (_, index) => lab(`n${index}`)));
    const { id, operations } = await task();
    expect(operations).toBe(9);
    const card = acme.card(bob, id);
    expect(card?.text).toContain('Make an account for each, with these values.');
    expect(card?.text).toContain('• *Person n0*: userName: `n0@acme.test`');
    expect(card?.text).toContain('_and 1 more: see Details and See all_');
    await acme.office.press(bob, card, actionIds.seeAll);
    const all = JSON.stringify(acme.office.workspace.state.modal(bob)?.view);
    for (let index = 0; index < 9; index += 1) expect(all).toContain(`n${index}@acme.test`);
    expect(JSON.stringify(card?.blocks)).toContain('Done: all 9');
    await acme.office.press(bob, card, actionIds.approve);
    await acme.showCards();
    expect(acme.card(bob, id)?.text).toContain('9 of 9 done');
  });
});

describe('the request before it', () => {
  it('says who will make the change, and after consent where the task is', async () => {
    await open([lab('zoe')], { create: true });
    const request = await acme.request('zoe');
    expect(acme.card(ada, request.id)?.text).toContain(
      '*By hand*  Once it is approved, whoever keeps the app is given the task.',
    );
    await acme.office.press(ada, acme.card(ada, request.id), actionIds.approve);
    await acme.acme.time.advance(60_000);
    await acme.showCards();
    await wantCard(acme.office.deps, await acme.reload(request.id));
    await acme.showCards();
    const text = acme.card(ada, request.id)?.text ?? '';
    expect(text).toContain('Create an account for *Person zoe* in *Badges*.');
    expect(text).toContain('📋 *To do by hand*: whoever keeps the app has the task');
    expect(acme.card(bob, (await task()).id)?.text).toContain('📋 *To do by hand.*');
  });
});

describe('typed', () => {
  it('done and cannot are for tasks, approve and reject for consent', async () => {
    await open();
    const { id } = await task();
    await type(bob, `approve ${id}`);
    expect(acme.whispers(bob)).toContain(`${id} is a task: /provision done ${id} once it is done`);
    await type(bob, `cannot ${id}`);
    expect(acme.whispers(bob)).toContain('Say which reason you mean');
    expect((await acme.reload(id)).state).toBe('open');
    await type(bob, 'pending');
    expect(acme.whispers(bob)).toContain('To do by hand');
    await type(bob, `done ${id}`);
    expect(acme.whispers(bob)).toContain('Thank you: noted as done.');
    expect(await word()).toBe('provisioned');
  });

  it('cannot gives the task back with its reason', async () => {
    await open();
    const { id } = await task();
    await type(bob, `cannot ${id} the printer is broken`);
    expect((await acme.reload(id)).reason).toBe('the printer is broken');
    expect(await word()).toBe('failed');
  });

  it('done of a request for consent decides nothing', async () => {
    await open([lab('zoe')], { create: true });
    const { id } = await acme.request('zoe');
    await type(ada, `done ${id}`);
    expect(acme.whispers(ada)).toContain(`${id} asks for consent`);
    expect((await acme.reload(id)).state).toBe('open');
  });
});

describe('App Home', () => {
  it('of whoever keeps the app holds the task, with its buttons', async () => {
    await open();
    const { id } = await task();
    await acme.office.workspace.actions.openHome(bob);
    await acme.office.workspace.settled();
    await acme.office.idle();
    const home = JSON.stringify(acme.office.workspace.state.home(bob)?.view);
    expect(home).toContain('To do by hand.');
    expect(home).toContain(`${id}:1`);
    expect(home).toContain('"Done"');
  });
});
