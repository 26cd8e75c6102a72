import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { actionIds, requestInputs } from '../../blocks/ids.ts';
import type { RequestView } from '../../src/engine/act/request.ts';
import { ada, gus, type Office, openOffice, openRequest, zoe } from './office.ts';

let office: Office;
beforeEach(async () => {
  office = await openOffice();
});
afterEach(() => office.close());

const waiting: RequestView = {
  ...{ id: 'g-7', kind: 'app', name: 'crm', title: 'Customer Base', why: 'covers for bob', until: '2030-01-31', at: 1 },
  by: { kind: 'person', person: 'p-zoe', name: 'zoe', via: 'slack' },
  apps: [{ app: 'crm', title: 'Customer Base', word: 'waiting' }],
};
const whispers = (viewer: string) => office.messages(viewer).filter((message) => message.ephemeralFor === viewer);
const lastSaid = (viewer: string) => whispers(viewer).at(-1)?.text ?? '';
const modal = (user: string = zoe) => office.workspace.state.modal(user);

async function shortcut(user: string = zoe): Promise<void> {
  await office.workspace.actions.shortcut(user, 'request_access');
  await office.idle();
}

async function submit(why: string | null, until: string | null) {
  const { what, why: reason, until: day } = requestInputs;
  const option = { text: { type: 'plain_text', text: 'Customer Base' }, value: 'app crm' };
  const outcome = await office.workspace.actions.submit(zoe, modal()?.id ?? '', {
    [what.block]: { [what.action]: { type: 'external_select', selected_option: option } },
    [reason.block]: { [reason.action]: { type: 'plain_text_input', value: why } },
    [day.block]: { [day.action]: { type: 'datepicker', selected_date: until } },
  });
  await office.idle();
  return outcome;
}

describe('asking for access', () => {
  it('by the shortcut: what, why and until when, as whoever submits it', async () => {
    await shortcut();
    await submit('covers for bob', '2030-01-31');
    expect(office.calls).toContain(
      'request p-zoe {"kind":"app","name":"crm","why":"covers for bob","until":"2030-01-31"} zoe',
    );
    expect(modal()).toBeUndefined();
  });

  it('offers what the person has not, searched', async () => {
    await shortcut();
    const press = {
      ...{ user: zoe, container: { view: modal()?.id ?? '' } },
      ...{ blockId: requestInputs.what.block, actionId: requestInputs.what.action },
    };
    const offered = async (text: string) =>
      (await office.workspace.actions.suggest(press, text)).map(({ text: label }) => label);
    expect(await offered('')).toEqual(['Customer Base', 'Sales People']);
    expect(await offered('sales')).toEqual(['Sales People']);
  });

  it('says what is wrong at its field, and keeps the form', async () => {
    await shortcut();
    await submit('covers for bob', '2001-01-01');
    expect(JSON.stringify(modal())).toContain('2001-01-01 is over');
    expect(modal()).toBeDefined();
  });

  it('is not for guests', async () => {
    await shortcut(gus);
    expect(modal(gus)).toBeUndefined();
    expect(office.calls.some((call) => call.startsWith('request '))).toBe(false);
  });

  it('by typing, with everything in one line', async () => {
    await office.type(zoe, '/provision request Customer Base --until 2030-01-31 --reason covers for bob');
    expect(office.calls).toContain(
      'request p-zoe {"kind":"app","name":"crm","why":"covers for bob","until":"2030-01-31"} zoe',
    );
    expect(lastSaid(zoe)).toContain('asks for Customer Base');
  });

  it('by typing asks back for the reason, and for a name it knows', async () => {
    await office.type(zoe, '/provision request crm');
    expect(lastSaid(zoe)).toContain('what you need Customer Base for');
    await office.type(zoe, '/provision request payroll --reason curious');
    expect(lastSaid(zoe)).toContain('You can ask for Customer Base, Sales People, Wiki');
    expect(office.calls.some((call) => call.startsWith('request '))).toBe(false);
  });

  it('lists what was asked for, and ends it', async () => {
    office.world.requests = [waiting];
    await office.type(zoe, '/provision request');
    expect(lastSaid(zoe)).toContain('*Customer Base* until 2030-01-31: waits for a decision. _covers for bob_');
    await office.press(zoe, whispers(zoe).at(-1), actionIds.endRequest);
    expect(office.calls).toContain('end-request p-zoe g-7');
    expect(lastSaid(zoe)).toContain('not asked for access yet');
  });

  it('ends it by typing as well', async () => {
    office.world.requests = [waiting];
    await office.type(zoe, '/provision request payroll end');
    expect(lastSaid(zoe)).toContain('*Customer Base*');
    await office.type(zoe, '/provision request Customer Base end');
    expect(office.calls).toContain('end-request p-zoe g-7');
  });
});

describe('Explain this', () => {
  const request = openRequest({ kind: 'person', person: 'p-zoe' });
  const explain = async (user: string) => {
    const card = office.messages(ada).find((message) => message.ephemeralFor === undefined);
    await office.workspace.actions.shortcut(user, 'explain_this', {
      channel: office.channel('access'),
      ts: card?.ts ?? '',
    });
    await office.idle();
  };

  it('explains what a card is about to whoever may read it', async () => {
    await office.post(request);
    await explain(ada);
    expect(lastSaid(ada)).toContain('has an account in Customer Base, because department is Sales');
  });

  it('says so where a message is about no login', async () => {
    await office.type(ada, '/provision whoami');
    await office.post(request);
    office.useCases.approval = async () => null;
    await explain(ada);
    expect(lastSaid(ada)).toContain('about no login');
  });
});
