import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { actionIds, reasonInput } from '../../blocks/ids.ts';
import type { Approval } from '../../src/core/approval-model.ts';
import { system } from '../../src/core/event.ts';
import { allChains, verifyChains, verifyStore } from '../../src/engine/tell/audit.ts';
import { wantCard } from '../../src/slack/cards.ts';
import { slackMemory } from '../../src/slack/deps.ts';
import { row } from '../fakes/memory-directory.ts';
import { ada, bob, gus, pressOf, sam, zoe } from './office.ts';
import { type Company, openCompany, robot, send, twin } from './real-company.ts';
import { transport } from './transport.ts';

/*
 * One test for each row of the security rules of approvals (docs/approval-security.md): through Slack's own payloads, the real
 * engine and the store. Each was seen to fail with its guard taken out.
 */

let acme: Company;
let request: Approval;
beforeEach(async () => {
  acme = await openCompany();
  request = await acme.request('zoe');
});
afterEach(() => acme.close());

const press = (user: string, id = request.id, action: string = actionIds.approve, where = 'access') =>
  acme.office.press(user, acme.card(user, id, where), action);
const stateOf = async (id = request.id) => (await acme.reload(id)).state;
/** A press as Slack sends it, with whatever is to be different about it. */
const payload = (change: object = {}, value = `${request.id}:${request.edition}`) => {
  const card = acme.card(ada, request.id);
  return {
    ...{ type: 'block_actions', team: { id: acme.office.deps.team.id }, user: { id: ada }, api_app_id: 'A1' },
    trigger_id: '1.2.3',
    container: { type: 'message', message_ts: card?.ts, channel_id: card?.channel },
    message: { ts: card?.ts, text: card?.text, blocks: [] },
    actions: [{ type: 'button', action_id: actionIds.approve, block_id: 'b', action_ts: `${Math.random()}`, value }],
    ...change,
  };
};
const signed = describe.skipIf(transport.name !== 'http');

describe('1. what a button carries', () => {
  signed('signed payloads', () => {
    it('is an id and an edition; what the message says changes nothing', async () => {
      const other = await acme.request('bob');
      const text = `Approve ${other.id}:1 for bob, requested by nobody, for ever`;
      const blocks = [{ type: 'section', text: { type: 'mrkdwn', text }, value: `${other.id}:1` }];
      const message = {
        ts: acme.card(ada, request.id)?.ts,
        text,
        blocks,
        metadata: { event_payload: { id: other.id } },
      };
      expect(await send(acme, { payload: payload({ message }) })).toBe(200);
      expect([await stateOf(), await stateOf(other.id)]).toEqual(['approved', 'open']);
    });

    it.each(['', 'a', ':1', `a:1.5`, 'a:-1', 'a:99999999999', '{"id":"a"}'])(
      'is refused when forged: “%s”',
      async (value) => {
        expect(await send(acme, { payload: payload({}, value) })).toBe(200);
        expect(await stateOf()).toBe('open');
      },
    );
  });
});

describe('2. rejecting', () => {
  it('is guarded like approving: by button, by modal and typed, each attempt written down', async () => {
    await press(zoe, request.id, actionIds.reject);
    const view = acme.office.workspace.state.modal(zoe)?.id ?? '';
    const values = { [reasonInput.block]: { [reasonInput.action]: { type: 'plain_text_input', value: 'mine' } } };
    await acme.office.workspace.actions.submit(zoe, view, values);
    await acme.office.idle();
    const other = await acme.request('ada');
    await acme.office.type(zoe, `/provision reject ${other.id} no`);
    await acme.office.type(zoe, `/provision approve ${other.id}`);
    await press(zoe, other.id);
    expect([await stateOf(), await stateOf(other.id)]).toEqual(['open', 'open']);
    expect(await acme.attempts()).toEqual([
      ...['approve refused: not-allowed', 'reject refused: not-allowed', 'reject refused: self'],
    ]);
  });
});

describe('3. who presses', () => {
  it('is the person their Slack account was pinned to, whatever address it shows later', async () => {
    await press(zoe, (await acme.request('ada')).id);
    acme.inSlack(zoe, { email: 'bob@acme.test' });
    await press(zoe);
    expect(await stateOf()).toBe('open');
    expect(await acme.attempts()).toContain('approve refused: self');
    await press(ada, (await acme.request('bob')).id);
    acme.inSlack(ada, { email: 'nobody@acme.test' });
    await press(ada);
    expect((await acme.reload(request.id)).decidedBy).toMatchObject({ name: 'Person ada' });
  });

  it('is nobody with the address of somebody who is pinned already', async () => {
    await press(ada, (await acme.request('bob')).id);
    await press(twin);
    expect(await stateOf()).toBe('open');
    expect(acme.whispers(twin)).toContain('connected to another Slack account');
  });
});

describe('4. outsiders', () => {
  it.each([
    ['guests', gus, {}, 'does not answer guests'],
    ['strangers who share a channel', sam, {}, 'only people of its own organisation'],
    ['approvers who became guests', ada, { guest: true }, 'does not answer guests'],
    ['approvers of another organisation now', ada, { teamId: 'T0FOREIGN1' }, 'only people of its own organisation'],
  ])('%s decide nothing, and it is written down', async (_who, user, change, sentence) => {
    acme.inSlack(user, change);
    await press(user);
    expect(await stateOf()).toBe('open');
    expect(acme.whispers(user)).toContain(sentence);
    expect(await acme.attempts()).toContain(`Slack user ${user} tried to approve: refused, outsider`);
  });

  signed('a signed payload', () => {
    it.each([
      ['deactivated', ada, { deleted: true }],
      ['an app', robot, {}],
      ['an app by now', ada, { bot: true }],
    ])('of somebody who is %s decides nothing', async (_who, user, change) => {
      acme.inSlack(user, change);
      expect(await send(acme, { payload: payload({ user: { id: user } }) })).toBe(200);
      expect(await stateOf()).toBe('open');
      expect(await acme.attempts()).toContain(`Slack user ${user} tried to approve: refused, outsider`);
    });
  });

  it('and whoever Slack does not tell of: no answer is a no', async () => {
    acme.office.workspace.faults.add({ method: 'users.info', error: 'internal_error', times: 3 });
    await press(ada);
    expect(await stateOf()).toBe('open');
    expect(acme.whispers(ada)).toContain('nothing was done');
  });
});

describe('5. where a request is decided', () => {
  it('is no channel that was shared since the card was posted, nor one Slack does not tell of', async () => {
    acme.office.workspace.faults.add({ method: 'conversations.info', error: 'internal_error', times: 1 });
    await press(ada);
    expect(await stateOf()).toBe('open');
    acme.shareChannel('access');
    await press(ada);
    expect(await stateOf()).toBe('open');
    expect(acme.whispers(ada)).toContain('shared with another organisation');
    expect((await acme.attempts()).join()).toContain('elsewhere');
  });

  it('is no channel that was shared since the card was asked for: it is never posted there', async () => {
    acme.acme.directory.state.rows = [row('ada'), row('bob'), row('zoe'), row('eve')];
    await acme.acme.sync();
    const { office } = acme;
    const fresh = await acme.request('eve');
    await wantCard(office.deps, fresh);
    acme.shareChannel('access');
    office.deps.memory = slackMemory();
    await acme.showCards();
    expect(acme.card(ada, fresh.id)).toBeUndefined();
    const direct = await office.workspace.actions.openDirectMessage(ada);
    expect(JSON.stringify(office.workspace.state.messages(direct, ada))).toContain(`"${fresh.id}:`);
  });

  it('is no shared channel when it is typed', async () => {
    await acme.office.type(ada, `/provision approve ${request.id}`, 'partners');
    expect(await stateOf()).toBe('open');
    expect(acme.whispers(ada, 'partners')).toContain('shared with another organisation');
  });

  it('is never a shared channel to begin with, and of leavers never a public one', async () => {
    acme.office.place.settings = { channel: '#partners', leaverChannel: '#open-leavers' };
    const { approvals, outbox } = acme.office.store;
    const [mine, leaver] = [await acme.request('ada'), request];
    await approvals.swap([{ before: leaver, after: { ...leaver, version: leaver.version + 1, leaving: true } }]);
    await acme.showCards();
    const asked = [...(await outbox.about(mine.id)), ...(await outbox.about(leaver.id))].map(({ to }) => to);
    expect(asked).not.toContain('#partners');
    expect(asked).not.toContain('#open-leavers');
    const people = [...mine.circle, ...leaver.circle];
    expect(asked).toEqual(expect.arrayContaining(people));
  });
});

describe('6. who agreed', () => {
  const withQuorum = async () => {
    await acme.close();
    acme = await openCompany({ quorum: 2 });
    request = await acme.request('zoe');
  };

  it('counts while they are active in the directory, at the moment of the last voice', async () => {
    await withQuorum();
    await press(ada);
    acme.acme.directory.state.rows = [row('ada', {}, 'suspended'), row('bob'), row('zoe')];
    await acme.acme.sync();
    await press(bob);
    expect(await acme.reload(request.id)).toMatchObject({ state: 'open', votes: [{ name: 'Person bob' }] });
  });

  it('counts while they are members in Slack, and no voice is counted on a guess', async () => {
    await withQuorum();
    await press(ada);
    acme.inSlack(ada, { deleted: true });
    acme.silence.on = true;
    await press(bob);
    expect(await acme.reload(request.id)).toMatchObject({ state: 'open', votes: [{ name: 'Person ada' }] });
    expect(acme.whispers(bob)).toContain('A decision is kept and tried again');
    acme.silence.on = false;
    acme.office.clock.skip(61_000);
    expect(await acme.office.drain()).toBe(1);
    expect(await acme.reload(request.id)).toMatchObject({ state: 'open', votes: [{ name: 'Person bob' }] });
  });
});

describe('7. for oneself', () => {
  it('decides nobody: whom it is about, who asked for it, nor a second account of theirs', async () => {
    await press(zoe);
    const own = await acme.request('ada');
    await press(ada, own.id);
    await press(twin, own.id);
    expect([await stateOf(), await stateOf(own.id)]).toEqual(['open', 'open']);
    const asked = { ...request, version: request.version + 1, requester: await actorOf('bob') };
    await acme.office.store.approvals.swap([{ before: request, after: asked }]);
    await press(bob);
    expect(await stateOf()).toBe('open');
    expect((await acme.attempts()).filter((one) => one.endsWith('self'))).toHaveLength(3);
  });

  it('nor in the place of another', async () => {
    await acme.office.type(ada, '/provision delegate zoe@acme.test until 2099-12-31');
    await press(zoe);
    expect(await stateOf()).toBe('open');
  });

  it('is a sole approver’s request asked of others, and the card says that one decides alone', async () => {
    await acme.close();
    acme = await openCompany({ approvers: ['bob@acme.test'] });
    expect((await acme.request('bob')).circle).toEqual([(await acme.acme.personOf('ada')).id]);
    expect(acme.card(ada, (await acme.request('zoe')).id)?.text).toContain('One person alone may decide this');
  });
});

const stepUp = { issuer: 'https://login.acme.test', clientId: 'rollcall', clientSecret: '${OIDC_SECRET}' };
const actorOf = async (name: string) => {
  const { id } = await acme.acme.personOf(name);
  return { kind: 'person', person: id, name, via: 'slack' } as const;
};

signed('8. forgery', () => {
  it('is refused: another secret, a changed signature, another workspace, another message', async () => {
    expect(await send(acme, { payload: payload(), secret: 'wrong' })).toBe(401);
    expect(await send(acme, { payload: payload(), signature: `v0=${'0'.repeat(64)}` })).toBe(401);
    expect(await send(acme, { payload: payload({ team: { id: 'T0OTHER' } }) })).toBe(200);
    const elsewhere = { type: 'message', message_ts: '1.000001', channel_id: acme.office.channel('access') };
    expect(await send(acme, { payload: payload({ container: elsewhere }) })).toBe(200);
    const general = {
      type: 'message',
      message_ts: acme.card(ada, request.id)?.ts,
      channel_id: acme.office.channel('general'),
    };
    expect(await send(acme, { payload: payload({ container: general }) })).toBe(200);
    const bobs = acme.card(ada, (await acme.request('bob')).id);
    const other = { type: 'message', message_ts: bobs?.ts, channel_id: bobs?.channel };
    expect(await send(acme, { payload: payload({ container: other }) })).toBe(200);
    expect(await stateOf()).toBe('open');
    expect(await send(acme, { payload: payload() })).toBe(200);
    expect(await stateOf()).toBe('approved');
  });
});

signed('9. replay', () => {
  it('of a signed request has one effect, and none once it is five minutes old or to come', async () => {
    for (const skew of [-301, 301]) expect(await send(acme, { payload: payload(), skew })).toBe(401);
    expect(await stateOf()).toBe('open');
    const once = payload();
    for (let time = 0; time < 3; time += 1) expect(await send(acme, { payload: once })).toBe(200);
    expect((await acme.reload(request.id)).votes).toHaveLength(1);
    // A second run would be refused as one that has agreed already, and be written down.
    expect(await acme.attempts()).toEqual([]);
  });
});

describe('10. races', () => {
  it('of fifty mixed presses end in one state, one decision and one account', async () => {
    await acme.acme.engine.useCases.delegate(
      (await acme.acme.personOf('zoe')).id,
      Date.now() * 2,
      await actorOf('ada'),
    );
    const shown = acme.card(ada, request.id);
    const { store, useCases } = acme.office;
    const { get } = store.approvals;
    // The first eight read before any of them writes, so that presses run into each other.
    let readers = 0;
    let release = (): void => undefined;
    const gate = new Promise<void>((resolve) => {
      release = resolve;
    });
    store.approvals.get = async (id) => {
      const found = await get(id);
      readers += 1;
      if (readers === 8) release();
      await gate;
      return found;
    };
    const { decide } = useCases;
    const results: string[] = [];
    useCases.decide = async (input) => {
      const outcome = await decide(input);
      results.push(outcome.result);
      return outcome;
    };
    const all = Array.from({ length: 50 }, (_, index) => {
      const user = [ada, bob, zoe][index % 3] ?? ada;
      if (index % 5 === 4)
        return acme.office.workspace.actions.command(
          user,
          acme.office.channel('access'),
          `/provision reject ${request.id} no`,
        );
      return acme.office.workspace.actions.press(pressOf(user, shown, actionIds.approve));
    });
    await Promise.all(all);
    await acme.office.idle();
    const { state, votes, outbox } = await acme.reload(request.id);
    const made = await acme.created();
    expect(['approved', 'rejected']).toContain(state);
    expect(results.filter((result) => result === 'decided')).toHaveLength(1);
    expect(made).toBe(state === 'approved' ? 1 : 0);
    expect(votes.length).toBe(state === 'approved' ? 1 : 0);
    const decisions = outbox.filter(({ type }) => type === 'approval.approved' || type === 'approval.rejected');
    const published = await acme.office.store.events.list({ approval: request.id }, null, 500);
    const told = published.filter(({ type }) => type === 'approval.approved' || type === 'approval.rejected');
    expect(new Set([...decisions, ...told].map(({ id }) => id)).size).toBe(1);
  });
});

describe('11. what was pressed', () => {
  it('is stored before it is acknowledged, and run again after whatever broke', async () => {
    const { decide } = acme.office.useCases;
    acme.office.useCases.decide = async () => {
      throw new Error('the process was killed here');
    };
    await press(ada);
    expect(await acme.office.store.inbox.waiting(Number.POSITIVE_INFINITY, 10)).toHaveLength(1);
    acme.office.useCases.decide = decide;
    acme.office.clock.skip(61_000);
    expect(await acme.office.drain()).toBe(1);
    expect(await stateOf()).toBe('approved');
    expect(await acme.created()).toBe(1);
  });
});

describe('12. what was approved', () => {
  it('is exactly what is done: a change of the person, the card’s consent or its hash voids it', async () => {
    await acme.acme.engine.useCases.decide({
      ...{ approval: request.id, edition: 1, decision: 'approve', reason: null },
      actor: await acme.acme.personOf('ada'),
    });
    acme.acme.directory.state.rows = [row('ada'), row('bob'), row('zoe', { title: 'Chief' })];
    await acme.acme.sync();
    for (const call of acme.acme.app.calls) expect(call.detail).not.toMatchObject({ title: 'Chief' });
    const fresh = (await acme.acme.openCards()).find(({ person }) => person === request.person);
    expect(fresh?.id).not.toBe(request.id);
  });

  it('binds each operation by its hash', async () => {
    const { logins } = acme.office.store;
    const login = await acme.acme.loginOf('zoe');
    if (login?.operation == null) throw new Error('nothing is asked');
    const drifted = { ...login, version: login.version + 1, operation: { ...login.operation, hash: 'another' } };
    await logins.swap([{ before: login, after: drifted }]);
    await press(ada);
    expect([await stateOf(), await acme.created()]).toEqual(['approved', 0]);
  });

  it('an older card decides nothing', async () => {
    const changed = { ...request, version: request.version + 1, edition: 2 };
    await acme.office.store.approvals.swap([{ before: request, after: changed }]);
    await press(ada);
    expect(await stateOf()).toBe('open');
    expect(await acme.attempts()).toContain('approve refused: changed');
  });
});

describe('13. a quorum', () => {
  it('counts people, a delegate and who handed it on as one, and ends with the delegation', async () => {
    await acme.close();
    acme = await openCompany(
      { quorum: 2 },
      undefined,
      ['ada', 'bob', 'dan', 'zoe'].map((name) => row(name)),
    );
    request = await acme.request('zoe');
    const dan = await acme.acme.personOf('dan');
    const until = acme.acme.time.clock.now() + 3_600_000;
    await acme.acme.engine.useCases.delegate(dan.id, until, await actorOf('ada'));
    const decide = async (name: string) =>
      acme.acme.engine.useCases.decide({
        ...{ approval: request.id, edition: null, decision: 'approve', reason: null },
        actor: await acme.acme.personOf(name),
      });
    await press(ada);
    await press(ada);
    expect(await decide('dan')).toMatchObject({ result: 'refused', why: 'already' });
    expect((await acme.reload(request.id)).votes).toHaveLength(1);
    const other = await acme.request('bob');
    await acme.acme.time.advance(3_600_000);
    request = other;
    expect(await decide('dan')).toMatchObject({ result: 'refused', why: 'not-allowed' });
  });
});

describe('14. expiry', () => {
  it('is the server’s own time, to the millisecond; whoever is late hears it and the card is repaired', async () => {
    const expiresAt = request.expiresAt ?? 0;
    await acme.acme.time.advance(expiresAt - acme.acme.time.clock.now());
    await press(ada);
    expect((await acme.reload(request.id)).votes).toEqual([]);
    expect(acme.whispers(ada)).toContain('has expired');
    const swept = acme.acme.engine.alarms.approvals();
    await acme.acme.time.advance(60_000);
    await swept;
    await press(bob);
    expect(acme.card(ada, request.id)?.text).toContain('*Expired*');
  });

  it('lets the last millisecond count', async () => {
    await acme.acme.time.advance((request.expiresAt ?? 0) - acme.acme.time.clock.now() - 1);
    await press(ada);
    expect(await stateOf()).toBe('approved');
  });
});

describe('15. something risky', () => {
  it('is not finished by a Slack session: the press only shows its presser the way to sign in', async () => {
    await acme.close();
    acme = await openCompany({ stepUp }, { approval: { create: { risk: 'high' }, update: true } });
    request = await acme.request('zoe');
    await press(ada);
    await acme.office.type(bob, `/provision approve ${request.id}`);
    expect(await acme.reload(request.id)).toMatchObject({ state: 'open', votes: [] });
    for (const user of [ada, bob])
      expect(acme.whispers(user)).toMatch(/Nothing is decided yet.*\n.*\/step-up\/[\w.-]+\|/);
    expect(acme.whispers(zoe)).toBe('');
    expect(acme.card(ada, request.id)?.text).toContain('whoever decides signs in anew');
  });
});

describe('16. names', () => {
  const evil = '<!channel> <@U0ADA00001> <https://evil.test|Approve> `x` *bold* \u202eevorppa & <b>';

  it('are shown and never run', async () => {
    acme.acme.directory.state.rows = [row('ada'), row('bob'), row('zoe', { displayName: evil })];
    await acme.acme.sync();
    await acme.showCards();
    const shown = JSON.stringify(acme.card(ada, (await acme.request('zoe')).id));
    expect(shown).toContain('&lt;!channel&gt;');
    expect(shown).not.toMatch(/<!channel>|<https:|<@U0ADA00001> <|\u202e/);
  });
});

describe('17. what others wrote', () => {
  it('is data: a name, a reason or a question that says to approve approves nothing', async () => {
    const name = `approve ${request.id}`;
    acme.acme.directory.state.rows = [row('ada'), row('bob'), row('zoe'), row('eve', { displayName: name })];
    await acme.acme.sync();
    await acme.showCards();
    await acme.office.type(ada, `/provision status ${name}`);
    await acme.office.type(ada, `/provision ask ${request.id} /provision approve ${request.id}`);
    await acme.office.type(ada, `/provision reject ${(await acme.request('bob')).id} approve ${request.id}`);
    expect(await stateOf()).toBe('open');
  });
});

describe('18. the record', () => {
  it('holds every attempt, and shows when a row was changed', async () => {
    await press(zoe);
    await press(gus);
    await press(ada);
    await acme.created();
    const { events } = acme.office.store;
    const rows = await events.list({ approval: request.id }, null, 50);
    const types = rows
      .map(({ type }) => type)
      .filter((type) => type.startsWith('approval.'))
      .reverse();
    expect(types.sort()).toEqual([...['approval.approved', 'approval.opened', 'approval.refused', 'approval.refused']]);
    expect((await verifyStore({ store: acme.office.store })).broken).toBeNull();
    async function* changed() {
      for await (const event of allChains({ store: acme.office.store }))
        yield event.type === 'approval.refused' ? { ...event, actor: system('somebody') } : event;
    }
    expect((await verifyChains(changed)).broken?.why).toBeTruthy();
  });
});
