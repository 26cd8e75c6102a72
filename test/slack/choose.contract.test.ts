import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { actionIds, chooseInputs, reasonInput } from '../../blocks/ids.ts';
import type { LoginView } from '../../src/engine/use-cases.ts';
import { batch, login, loginView, operation } from '../blocks/samples.ts';
import { ada, bob, type Office, openOffice, openRequest, pressOf, zoe } from './office.ts';

let office: Office;
beforeEach(async () => {
  office = await openOffice();
  office.world.asked = ['zoe', 'bob', 'max', 'moe'].map(asked);
  const { approval } = office.useCases;
  office.useCases.approval = async (id, sample) => {
    const view = await approval(id, sample);
    return view === null ? null : { ...batch(4), approval: view.approval, circle: view.circle };
  };
});
afterEach(() => office.close());

const request = openRequest({ kind: 'batch', person: null, operations: 4, people: 4 });
const asked = (name: string): LoginView =>
  loginView({
    personName: name,
    login: login({ id: `p-${name}:crm`, person: `p-${name}`, operation: operation({ id: `o-${name}` }) }),
  });
const option = (name: string) => ({ text: { type: 'plain_text', text: name }, value: `p-${name} o-${name}` });

const card = () => office.messages(ada).find((message) => message.ephemeralFor === undefined);
const whispers = (viewer: string) =>
  office.messages(viewer).flatMap((message) => (message.ephemeralFor === viewer ? [message.text] : []));
const modal = (user: string = ada) => office.workspace.state.modal(user);
const shown = (user: string = ada) => JSON.stringify(modal(user)?.view ?? null);

async function open(user: string = ada): Promise<void> {
  await office.post(request);
  await office.press(user, card(), actionIds.choose);
}

/** Fills the form that is open and submits it. */
async function submit(names: readonly string[], act: 'approve' | 'reject' | null, reason: string | null = null) {
  const { which, chosen } = chooseInputs;
  const held = { type: 'multi_external_select', selected_options: names.map(option) };
  const outcome = await office.workspace.actions.submit(ada, modal()?.id ?? '', {
    [which.block]: { [which.action]: held },
    [chosen.block]: { [chosen.action]: held },
    [chooseInputs.act.block]: {
      [chooseInputs.act.action]: { type: 'radio_buttons', selected_option: act === null ? null : { value: act } },
    },
    [reasonInput.block]: { [reasonInput.action]: { type: 'plain_text_input', value: reason } },
  });
  await office.idle();
  return outcome;
}

const suggest = async (query: string, user: string = ada) => {
  const press = {
    user,
    container: { view: modal(user)?.id ?? '' },
    blockId: chooseInputs.which.block,
    actionId: chooseInputs.which.action,
  };
  return (await office.workspace.actions.suggest(press, query)).map(({ text }) => text);
};

describe('Choose', () => {
  it('offers what is asked, searched by the engine', async () => {
    await open();
    expect(await suggest('')).toEqual(['zoe', 'bob', 'max', 'moe']);
    expect(await suggest('M')).toEqual(['max', 'moe']);
    expect(await suggest('nobody')).toEqual([]);
  });

  it('offers nothing to somebody who may not decide any more', async () => {
    await open();
    office.approvals.set(request.id, { ...request, circle: ['p-bob'] });
    expect(await suggest('')).toEqual([]);
  });

  it('opens for those who may decide alone', async () => {
    await open(zoe);
    expect(modal(zoe)).toBeUndefined();
    expect(whispers(zoe)).toEqual(['Only those who may decide choose here.']);
    await office.press(bob, card(), actionIds.choose);
    expect(shown(bob)).toContain('Choose some of them');
  });

  it('is not on the card of one person, nor on a decided one', async () => {
    await office.post(openRequest());
    await office.press(ada, card(), actionIds.choose);
    expect(modal()).toBeUndefined();
  });

  it('says once more what will be done, then decides about those alone', async () => {
    await open();
    expect(await submit(['zoe', 'max'], 'approve')).toEqual({ ok: true });
    expect(office.decisions).toEqual([]);
    expect(shown()).toContain('Apply *2 changes*, and nothing else');
    expect(shown()).toContain('2 others stay asked');
    expect(await submit(['zoe', 'max'], null)).toEqual({ ok: true });
    expect(office.decisions).toMatchObject([
      { approval: request.id, edition: 1, decision: 'approve', only: ['p-zoe:crm', 'p-max:crm'] },
    ]);
    expect(modal()).toBeUndefined();
    expect(whispers(ada)).toEqual(['Approved.']);
    expect(card()?.text).toContain('✅ *Approved* by *ada*');
  });

  it('rejects with the reason, and lets one be taken out at the end', async () => {
    await open();
    await submit(['zoe', 'max'], 'reject', ' They start in May. ');
    expect(shown()).toContain('Reject *2 changes*');
    expect(shown()).toContain('They start in May.');
    await submit(['max'], null);
    expect(office.decisions).toMatchObject([{ decision: 'reject', reason: 'They start in May.', only: ['p-max:crm'] }]);
  });

  it('asks for both answers, as Slack’s client does', async () => {
    await open();
    expect(await submit(['zoe'], null)).toEqual({ ok: false, error: 'invalid_input' });
    expect(await submit([], 'approve')).toEqual({ ok: false, error: 'invalid_input' });
    expect(office.decisions).toEqual([]);
  });

  it('tells what changed meanwhile: before it is confirmed, and after', async () => {
    await open();
    office.world.asked = office.world.asked.filter(({ personName }) => personName !== 'zoe');
    await submit(['zoe', 'bob', 'max'], 'approve');
    expect(shown()).toContain('1 change you chose has become another since and dropped out');
    expect(shown()).not.toContain('o-zoe');
    office.world.asked = office.world.asked.filter(({ personName }) => personName !== 'bob');
    await submit(['bob', 'max'], null);
    expect(office.decisions.map(({ only }) => only)).toEqual([['o-bob', 'p-max:crm']]);
  });

  it('says so beside the field when nothing of it is asked any more', async () => {
    await open();
    office.world.asked = [];
    await submit(['zoe'], 'approve');
    expect(modal()?.errors).toEqual({
      [chooseInputs.which.block]: 'None of them is asked here any more. Search again.',
    });
    office.approvals.set(request.id, { ...request, state: 'rejected', decidedAt: 1 });
    await submit(['zoe'], 'approve');
    expect(modal()?.errors).toEqual({ [chooseInputs.which.block]: 'This request is not open any more.' });
  });

  it('says the same to both copies of a delivery that comes twice', async () => {
    await open();
    office.world.asked = [];
    office.workspace.faults.add({ delivery: 'view_submission', effect: 'duplicate' });
    await submit(['zoe'], 'approve');
    expect(Object.values(modal()?.errors ?? {})).toEqual(['None of them is asked here any more. Search again.']);
  });

  it('decides nothing from an older card', async () => {
    await open();
    await submit(['zoe'], 'approve');
    office.approvals.set(request.id, { ...request, edition: 2 });
    await submit(['zoe'], null);
    expect(whispers(ada)).toEqual(['This has changed since.']);
    expect(office.approvals.get(request.id)?.state).toBe('open');
  });

  it('a confirmed choice that a crash left is decided later; one not confirmed is not', async () => {
    await open();
    await submit(['zoe'], 'approve');
    const { decide } = office.useCases;
    office.useCases.decide = async () => {
      throw new Error('the store went away');
    };
    await submit(['zoe'], null);
    office.useCases.decide = decide;
    office.clock.skip(61_000);
    expect(await office.drain()).toBe(1);
    expect(office.decisions).toMatchObject([{ only: ['p-zoe:crm'] }]);
  });

  it('is typed when the modal came too late', async () => {
    await office.post(request);
    office.workspace.faults.add({ method: 'views.open', error: 'expired_trigger_id' });
    await office.workspace.actions.press(pressOf(ada, card(), actionIds.choose));
    await office.idle();
    expect(whispers(ada).join()).toContain(`/provision approve ${request.id} only PERSON`);
  });
});

describe('the typed twin', () => {
  const type = (line: string, user: string = ada) => office.type(user, `/provision ${line}`);

  it('decides about the people named', async () => {
    await office.post(request);
    await type(`approve ${request.id} only @zoe bob@acme.test`);
    expect(office.decisions).toMatchObject([{ decision: 'approve', edition: null, only: ['p-zoe:crm', 'p-bob:crm'] }]);
    expect(whispers(ada)).toEqual(['Approved.']);
  });

  it('rejects them with a reason', async () => {
    await office.post(request);
    await type(`reject ${request.id} only zoe --reason starts in May`);
    expect(office.decisions).toMatchObject([{ decision: 'reject', reason: 'starts in May', only: ['p-zoe:crm'] }]);
  });

  it('decides nothing when one of them is not asked about, or unknown', async () => {
    await office.post(request);
    office.world.asked = [asked('zoe')];
    await type(`approve ${request.id} only zoe, bob`);
    await type(`approve ${request.id} only zoe, xavier`);
    expect(office.decisions).toEqual([]);
    expect(whispers(ada)[0]).toContain('asks nothing about bob (any more). Nothing was decided.');
    expect(whispers(ada)[1]).toContain('I know nobody by that name');
  });

  it('tells nobody who may not decide whom it is about', async () => {
    await office.post(request);
    await type(`approve ${request.id} only bob`, zoe);
    expect(whispers(zoe)).toEqual(['You may not decide this.']);
    expect(office.calls).toEqual([]);
  });
});
