import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { actionIds, questionInput } from '../../blocks/ids.ts';
import type { Approval } from '../../src/core/approval-model.ts';
import { wantLine } from '../../src/slack/cards.ts';
import { ada, bob, zoe } from './office.ts';
import { type Company, openCompany } from './real-company.ts';

let acme: Company;
let request: Approval;
beforeEach(async () => {
  acme = await openCompany({ approvers: ['ada@acme.test'] });
  request = await acme.request('zoe');
});
afterEach(() => acme.close());

const type = (user: string, line: string) => acme.office.type(user, `/provision ${line}`);
const said = (user: string) => acme.whispers(user);

describe('delegate', () => {
  it.each(['delegate @bob until 2099-12-24', 'delegate bob@acme.test —until 2099-12-24'])(
    '“%s” lets somebody decide in one’s place, and the card says for whom',
    async (line) => {
      await type(ada, line);
      expect(said(ada)).toContain('Person bob may decide in your place until 2099-12-25 00:00 UTC');
      await acme.showCards();
      expect(acme.card(bob, request.id)?.text).toContain('<@U0BOB00001> (for Person ada)');
      await type(bob, 'pending');
      expect(said(bob)).toContain(request.id);
      await acme.office.press(bob, acme.card(bob, request.id), actionIds.approve);
      expect((await acme.reload(request.id)).votes).toMatchObject([{ for: { name: 'Person ada' } }]);
    },
  );

  it('shows in whoami of both, and alone', async () => {
    await type(ada, 'delegate bob@acme.test until “3 days”');
    await type(ada, 'whoami');
    await type(bob, 'whoami');
    await type(ada, 'delegate');
    expect(said(ada).match(/Person bob may decide in your place until/g)).toHaveLength(3);
    expect(said(bob)).toContain('You may decide in the place of Person ada until');
  });

  it('off takes it back', async () => {
    await type(ada, 'delegate bob@acme.test until 2099-12-24');
    await type(ada, 'delegate off');
    await type(bob, `approve ${request.id}`);
    expect(said(ada)).toContain('no longer decides in your place');
    expect((await acme.reload(request.id)).state).toBe('open');
    await type(bob, 'delegate');
    expect(said(bob)).toContain('Nobody decides in your place');
  });

  it.each([
    ['delegate bob@acme.test', 'Say until when'],
    ['delegate bob@acme.test until whenever', 'I do not know that day'],
    ['delegate bob@acme.test until 2001-01-01', 'That has passed'],
    ['delegate ada@acme.test until 2099-12-24', 'you decide for yourself already'],
    ['delegate nobody@acme.test until 2099-12-24', 'I know nobody by that name'],
  ])('“%s” is answered: %s', async (line, sentence) => {
    await type(ada, line);
    expect(said(ada)).toContain(sentence);
    expect(await acme.office.useCases.delegations()).toEqual([]);
  });

  it('is shown leavers’ cards by direct message, like those whose place they take', async () => {
    await type(ada, 'delegate bob@acme.test until 2099-12-24');
    acme.office.place.settings = { channel: '#access' };
    const approvals = acme.office.store.approvals;
    await approvals.swap([{ before: request, after: { ...request, version: request.version + 1, leaving: true } }]);
    await acme.showCards();
    const direct = acme.office.workspace.state.channels.filter((channel) => channel.with !== undefined);
    const to = direct.filter(({ id }) =>
      acme.office.workspace.state
        .messages(id, bob)
        .some(({ blocks }) => JSON.stringify(blocks).includes(`"${request.id}:`)),
    );
    expect(to.map((channel) => channel.with).sort()).toEqual([ada, bob].sort());
  });
});

describe('a question', () => {
  const thread = async () => {
    await acme.acme.time.advance(60_000);
    const events = await acme.office.store.events.list({ approval: request.id }, null, 50);
    for (const event of events.filter(({ type: kind }) => kind === 'approval.question'))
      await wantLine(acme.office.deps, event);
    await acme.showCards();
    const card = acme.card(ada, request.id);
    return acme.office
      .messages(ada)
      .filter(({ threadTs }) => threadTs === card?.ts)
      .map(({ text }) => text);
  };
  const askedBy = async (name: string) => {
    const { id } = await acme.acme.personOf(name);
    const requester = { kind: 'person', person: id, name: `Person ${name}`, via: 'slack' } as const;
    await acme.office.store.approvals.swap([
      { before: request, after: { ...request, version: request.version + 1, requester } },
    ]);
  };

  it('is asked by button in the thread of the card, and calls whoever asked for the change', async () => {
    await askedBy('bob');
    await acme.office.press(ada, acme.card(ada, request.id), actionIds.ask);
    const view = acme.office.workspace.state.modal(ada);
    expect(JSON.stringify(view?.view)).toContain('Person bob is called by name');
    const values = {
      [questionInput.block]: { [questionInput.action]: { type: 'plain_text_input', value: ' Why <!here>? ' } },
    };
    await acme.office.workspace.actions.submit(ada, view?.id ?? '', values);
    await acme.office.idle();
    const [line, ...more] = await thread();
    expect(line).toContain('*Person ada* asks <@U0BOB00001>: Why &lt;!here&gt;?');
    expect(more).toEqual([]);
    expect((await acme.reload(request.id)).state).toBe('open');
  });

  it('is typed as well, and refused to those who may not decide', async () => {
    await type(ada, `ask ${request.id} does she need this before May?`);
    await type(zoe, `ask ${request.id} why me?`);
    expect(said(zoe)).toContain('Only those who may decide and admins ask here');
    expect(await thread()).toHaveLength(1);
  });

  it('has no thread where a request is shown in direct messages only: it says whom to ask', async () => {
    await askedBy('bob');
    acme.office.place.settings = { channel: '#nowhere' };
    await type(ada, `ask ${request.id} why?`);
    expect(said(ada)).toContain('so there is no thread for it: ask Person bob');
    expect(await acme.office.store.events.list({ approval: request.id }, null, 50)).not.toContainEqual(
      expect.objectContaining({ type: 'approval.question' }),
    );
  });
});
