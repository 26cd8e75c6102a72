import { describe, expect, it } from 'vitest';
import type { Approval } from '../../src/core/approval-model.ts';
import { Config } from '../../src/core/config.ts';
import { system } from '../../src/core/event.ts';
import type { Actor } from '../../src/core/model.ts';
import type { AskedBy } from '../../src/engine/use-cases.ts';
import { row } from '../fakes/memory-directory.ts';
import { company, configOf } from './company.ts';

type Acme = Awaited<ReturnType<typeof company>>;
const numbered = (count: number) => Array.from({ length: count }, (_, index) => `n${index}`);
const people = (names: readonly string[], attributes = {}) => names.map((name) => row(name, attributes));
const crowd = numbered(20);
const twoAdmins = { admins: ['ada@acme.test', 'bea@acme.test'] };
const hour = 3_600_000;

/** Everybody in `crm`, those of department Ops in `erp` as well. */
const twoApps = () => {
  const config = configOf({}, twoAdmins);
  return Config.parse({
    ...config,
    roles: [
      { name: 'Sellers', apps: ['crm'] },
      { name: 'Operators', apps: ['erp'] },
    ],
    mappings: [
      {
        name: 'Sales people',
        conditions: [{ attribute: 'department', operator: '=', value: 'Sales' }],
        roles: ['Sellers'],
      },
      {
        name: 'Ops people',
        conditions: [{ attribute: 'department', operator: '=', value: 'Ops' }],
        roles: ['Operators'],
      },
    ],
    apps: [...config.apps, { ...config.apps[0], name: 'erp', title: 'ERP' }],
  });
};

async function onlyCard(acme: Acme): Promise<Approval> {
  const [card, ...more] = await acme.openCards();
  if (card === undefined || more.length > 0) throw new Error(`${more.length + (card ? 1 : 0)} open cards`);
  return card;
}

const kinds = (acme: Acme) => acme.app.calls.map((call) => call.kind);

async function configure(acme: Acme, config: Config, actor: Actor): Promise<void> {
  await acme.engine.configure(config, actor);
  await acme.time.advance(60_000);
}

async function sweep(acme: Acme): Promise<void> {
  const sweeping = acme.engine.alarms.approvals();
  await acme.time.advance(60_000);
  await sweeping;
}

async function choose(acme: Acme, card: Approval, by: string, only: readonly string[], edition: number | null) {
  return acme.engine.useCases.decide({
    ...{ approval: card.id, edition, decision: 'approve', reason: null, only },
    actor: await acme.personOf(by),
  });
}

const loginIds = async (acme: Acme, names: readonly string[]) =>
  Promise.all(names.map(async (name) => `${(await acme.personOf(name)).id}:crm`));

describe('the threshold counts', () => {
  it('entitlements that a changed configuration would take from many, and holds them whole', async () => {
    const config = configOf({}, twoAdmins);
    const acme = await company([...people(['ada', 'bea']), ...people(crowd, { department: 'Sales' })], config);
    await acme.sync();
    acme.app.calls.length = 0;
    await configure(acme, { ...config, apps: config.apps.map((app) => ({ ...app, parameters: [] })) }, system('test'));
    expect(acme.app.calls).toEqual([]);
    expect(await onlyCard(acme)).toMatchObject({
      kind: 'threshold',
      operationKind: 'update',
      operations: 20,
      urgent: false,
    });
    await acme.decide(await onlyCard(acme), 'bea');
    expect(kinds(acme)).toEqual(Array.from(crowd, () => 'update'));
    await acme.stop();
  });

  it('an e-mail address that changes for many at once, and not where nobody is known by it', async () => {
    for (const keyAttributes of [['email'], []]) {
      const acme = await company(people(['ada', ...crowd]), configOf({}, { ...twoAdmins, keyAttributes }));
      await acme.sync();
      acme.app.calls.length = 0;
      acme.directory.state.rows = [
        ...people(['ada', ...crowd.slice(8)]),
        ...crowd.slice(0, 8).map((name) => row(name, { email: `${name}@other.test` })),
      ];
      await acme.sync();
      expect(acme.app.calls).toHaveLength(keyAttributes.length > 0 ? 0 : 8);
      expect((await acme.openCards()).map((card) => card.operations)).toEqual(keyAttributes.length > 0 ? [8] : []);
      await acme.stop();
    }
  });

  it('people over all apps together, where no app alone loses too many', async () => {
    const [sales, ops] = [crowd.slice(0, 10), crowd.slice(10)];
    const rows = (from: number) => [
      ...people(['ada', 'bea']),
      ...people(sales.slice(from), { department: 'Sales' }),
      ...people(ops.slice(from), { department: 'Ops' }),
    ];
    const acme = await company(rows(0), twoApps());
    await acme.sync();
    acme.app.calls.length = 0;
    acme.directory.state.rows = rows(3);
    await acme.sync();
    expect(acme.app.calls).toEqual([]);
    const card = await onlyCard(acme);
    expect(card).toMatchObject({ kind: 'threshold', app: null, operations: 6, people: 6 });
    expect(card.reason).toContain('6 of 22 people');
    await acme.stop();
  });

  it('what was lost before, but nothing that an admin let through', async () => {
    const acme = await company(people(['ada', 'bea', ...crowd]), configOf({}, twoAdmins));
    await acme.sync();
    acme.directory.state.rows = people(['ada', 'bea', ...crowd.slice(8)]);
    await acme.sync();
    await acme.decide(await onlyCard(acme), 'ada');
    acme.directory.state.rows = people(['ada', 'bea', ...crowd.slice(9)]);
    await acme.sync();
    expect(await acme.word('n8')).toBe('suspended');
    await acme.stop();
  });
});

describe('an explicit disable', () => {
  const shrunk = () => [...people(['ada', 'bea', ...crowd.slice(9)]), row('n8', {}, 'suspended')];

  it('ends in suspension while suspicious absences are held', async () => {
    const acme = await company(people(['ada', 'bea', ...crowd]), configOf({}, twoAdmins));
    await acme.sync();
    acme.directory.state.rows = shrunk();
    await acme.sync();
    expect(await acme.word('n8')).toBe('suspended');
    expect(await acme.word('n7')).toBe('held');
    expect(await onlyCard(acme)).toMatchObject({ kind: 'threshold', operations: 8, urgent: false });
    await acme.stop();
  });

  it('of somebody whom absence has held, or an admin refused, is judged anew', async () => {
    const acme = await company(people(['ada', 'bea', ...crowd]), configOf({}, twoAdmins));
    await acme.sync();
    acme.directory.state.rows = people(['ada', 'bea', ...crowd.slice(8)]);
    await acme.sync();
    const rows = [...people(['ada', 'bea', ...crowd.slice(8)])];
    acme.directory.state.rows = [...rows, row('n1', {}, 'left')];
    await acme.sync();
    expect([await acme.word('n1'), await acme.word('n2')]).toEqual(['suspended', 'held']);
    await acme.decide(await onlyCard(acme), 'ada', 'reject', 'the export is broken');
    acme.directory.state.rows = [...rows, row('n1', {}, 'left'), row('n2', {}, 'left')];
    await acme.sync();
    expect([await acme.word('n2'), await acme.word('n3')]).toEqual(['suspended', 'rejected']);
    await acme.stop();
  });

  it('past the threshold is one urgent card to all admins, who are told again every hour until one answers', async () => {
    const acme = await company(people(['ada', 'bea', ...crowd]), configOf({}, twoAdmins));
    await acme.sync();
    acme.directory.state.rows = [
      ...people(['ada', 'bea', ...crowd.slice(8)]),
      ...crowd.slice(0, 8).map((name) => row(name, {}, 'suspended')),
    ];
    await acme.sync();
    const card = await onlyCard(acme);
    const admins = [(await acme.personOf('ada')).id, (await acme.personOf('bea')).id].sort();
    expect(card).toMatchObject({ kind: 'threshold', operations: 8, urgent: true, circle: admins, expiresAt: null });
    const told = async () => {
      const items = await acme.store.outbox.due(acme.time.clock.now(), 100);
      return items.filter(({ kind, subject }) => kind === 'notice' && subject === card.id).map(({ to }) => to);
    };
    await sweep(acme);
    expect(await told()).toEqual([]);
    for (const times of [1, 2]) {
      await acme.time.advance(hour);
      await sweep(acme);
      await sweep(acme);
      expect((await told()).sort()).toEqual(admins.flatMap((admin) => Array.from({ length: times }, () => admin)));
    }
    const [again] = await acme.openCards();
    if (again === undefined) throw new Error('no card');
    await acme.decide(again, 'bea');
    await acme.time.advance(hour);
    await sweep(acme);
    expect(await told()).toHaveLength(4);
    expect(await acme.word('n0')).toBe('suspended');
    await acme.stop();
  });

  it('by name goes at once while a plan is held, and takes its person out of the card', async () => {
    const acme = await company(people(['ada', 'bea', ...crowd]), configOf({}, twoAdmins));
    await acme.sync();
    acme.directory.state.rows = people(['ada', 'bea', ...crowd.slice(8)]);
    await acme.sync();
    expect(await acme.word('n1')).toBe('held');
    const by: Actor = { kind: 'person', person: (await acme.personOf('ada')).id, name: 'Ada', via: 'slack' };
    const disabling = acme.engine.useCases.disable((await acme.personOf('n1')).id, null, by);
    await acme.time.advance(60_000);
    await disabling;
    expect(await acme.word('n1')).toBe('suspended');
    expect(await acme.store.logins.tally((await onlyCard(acme)).id)).toEqual({ held: 7 });
    await acme.stop();
  });
});

describe('the last admin of an app', () => {
  const config = () => {
    const plain = configOf({ approval: { update: false } }, twoAdmins);
    return Config.parse({
      ...plain,
      apps: plain.apps.map((app) => ({
        ...app,
        provisioning: { ...app.provisioning, privileged: { groups: ['managers'] } },
        parameters: [{ target: 'groups', from: 'department', translate: { Board: 'Managers' } }],
      })),
    });
  };
  const boards = ['max', 'moe'];
  async function withBoard() {
    const acme = await company([...people(['ada', 'bea']), ...people(boards, { department: 'Board' })], config());
    await acme.sync();
    for (const card of await acme.openCards()) await acme.decide(card, 'bea');
    expect(await acme.word('max')).toBe('provisioned');
    acme.app.calls.length = 0;
    return acme;
  }

  it('gaining privileged access always asks', async () => {
    const acme = await company([row('ada'), row('max', { department: 'Board' })], config());
    await acme.sync();
    expect(await acme.word('ada')).toBe('provisioned');
    expect(await acme.word('max')).toBe('pending approval');
    await acme.stop();
  });

  it('is never removed unasked, while one of several goes', async () => {
    const acme = await withBoard();
    acme.directory.state.rows = [
      ...people(['ada', 'bea']),
      row('max', { department: 'Board' }, 'suspended'),
      row('moe', { department: 'Board' }),
    ];
    await acme.sync();
    expect(await acme.word('max')).toBe('suspended');
    acme.directory.state.rows = [...people(['ada', 'bea']), ...boards.map((name) => row(name, {}, 'suspended'))];
    await acme.sync();
    expect(await acme.word('moe')).toBe('pending approval');
    expect(await onlyCard(acme)).toMatchObject({ leaving: true, expiresAt: null });
    await acme.stop();
  });

  it('is neither of two who leave together: both are asked for', async () => {
    const acme = await withBoard();
    acme.directory.state.rows = [...people(['ada', 'bea']), ...boards.map((name) => row(name, {}, 'suspended'))];
    await acme.sync();
    expect(acme.app.calls).toEqual([]);
    expect([await acme.word('max'), await acme.word('moe')]).toEqual(['pending approval', 'pending approval']);
    await acme.stop();
  });

  it('keeps the privilege itself until somebody agrees', async () => {
    const acme = await withBoard();
    acme.directory.state.rows = [...people(['ada', 'bea', 'max']), row('moe', { department: 'Board' }, 'suspended')];
    await acme.sync();
    expect([await acme.word('max'), await acme.word('moe')]).toEqual(['pending approval', 'suspended']);
    const [card] = await acme.openCards();
    expect(card).toMatchObject({ operationKind: 'update', leaving: false });
    await acme.stop();
  });
});

describe('a part of what is held', () => {
  async function held() {
    const acme = await company(people(['ada', 'bea', 'cem', ...crowd]), configOf({}, twoAdmins));
    await acme.sync();
    acme.directory.state.rows = people(['ada', 'bea', 'cem', ...crowd.slice(8)]);
    await acme.sync();
    return { acme, card: await onlyCard(acme) };
  }

  it('is approved by choice, and the rest stays held on a card of its own', async () => {
    const { acme, card } = await held();
    const only = await loginIds(acme, ['n1', 'n2', 'n3']);
    const outcome = await choose(acme, card, 'ada', only, card.edition);
    await acme.time.advance(60_000);
    expect(outcome).toMatchObject({ result: 'decided', approval: { operations: 3, people: 3 } });
    expect([await acme.word('n1'), await acme.word('n4')]).toEqual(['suspended', 'held']);
    const rest = await onlyCard(acme);
    expect(rest).toMatchObject({
      kind: 'threshold',
      operations: 5,
      people: 5,
      reason: card.reason,
      circle: card.circle,
    });
    expect(await acme.store.logins.tally(card.id)).toEqual({ applied: 3 });
    await acme.decide(rest, 'bea', 'reject', 'they still work here');
    expect([await acme.word('n1'), await acme.word('n4')]).toEqual(['suspended', 'rejected']);
    await acme.stop();
  });

  it('cannot be nothing, nor what is not asked here', async () => {
    const { acme, card } = await held();
    const [asked = '', stranger = ''] = await loginIds(acme, ['n1', 'n12']);
    for (const only of [[], [stranger], ['no-such-login']]) {
      expect(await choose(acme, card, 'ada', only, card.edition)).toMatchObject({ result: 'refused', why: 'changed' });
    }
    expect(await choose(acme, card, 'cem', [asked], null)).toMatchObject({ why: 'not-allowed' });
    await acme.time.advance(60_000);
    expect(await acme.store.approvals.get(card.id)).toEqual(card);
    await acme.stop();
  });

  it('loses what drifted since it was chosen, and says so', async () => {
    const { acme, card } = await held();
    const only = await loginIds(acme, ['n1', 'n2', 'n3']);
    acme.directory.state.rows = [...people(['ada', 'bea', 'cem', ...crowd.slice(8)]), row('n2')];
    await acme.sync();
    expect(await acme.word('n2')).toBe('provisioned');
    const outcome = await choose(acme, card, 'ada', only, card.edition);
    await acme.time.advance(60_000);
    expect(outcome).toMatchObject({ result: 'decided', approval: { operations: 2 } });
    expect(outcome.text).toContain('One of what you chose has changed since and dropped out');
    expect([await acme.word('n1'), await acme.word('n2'), await acme.word('n3')]).toEqual([
      ...['suspended', 'provisioned', 'suspended'],
    ]);
    expect(await onlyCard(acme)).toMatchObject({ operations: 5 });
    await acme.stop();
  });

  it('is found by name, address or person, and only while it is asked here', async () => {
    const { acme, card } = await held();
    const found = async (by: AskedBy, limit = 100) =>
      (await acme.engine.useCases.asked(card.id, by, limit)).map(({ login }) => login.id).sort();
    const all = (await loginIds(acme, crowd.slice(0, 8))).sort();
    expect(await found({ text: '' })).toEqual(all);
    expect(await found({ text: '' }, 3)).toHaveLength(3);
    expect(await found({ text: ' PERSON n3 ' })).toEqual(await loginIds(acme, ['n3']));
    expect(await found({ text: 'n4@acme' })).toEqual(await loginIds(acme, ['n4']));
    expect(await found({ text: 'n12' })).toEqual([]);
    const [n5, n12] = [await acme.personOf('n5'), await acme.personOf('n12')];
    expect(await found({ people: [n5.id, n12.id] })).toEqual(await loginIds(acme, ['n5']));
    expect(await acme.engine.useCases.asked('a-none', { text: '' }, 5)).toEqual([]);
    await choose(acme, card, 'ada', await loginIds(acme, ['n5']), card.edition);
    await acme.time.advance(60_000);
    expect(await found({ people: [n5.id] })).toEqual([]);
    await acme.stop();
  });

  it('chosen whole is the whole', async () => {
    const { acme, card } = await held();
    const outcome = await choose(acme, card, 'ada', await loginIds(acme, crowd.slice(0, 8)), card.edition);
    await acme.time.advance(60_000);
    expect(outcome).toMatchObject({ approval: { chosen: null, operations: 8 } });
    expect(await acme.openCards()).toEqual([]);
    await acme.stop();
  });

  it('has one winner among those who choose differently, or all, at the same moment', async () => {
    const { acme, card } = await held();
    const [mine, yours] = [await loginIds(acme, ['n0', 'n1']), await loginIds(acme, ['n2'])];
    const presses = [
      choose(acme, card, 'ada', mine, card.edition),
      choose(acme, card, 'bea', yours, card.edition),
      choose(acme, card, 'bea', yours, null),
      acme.decide(card, 'bea'),
    ];
    await acme.time.advance(120_000);
    const outcomes = await Promise.all(presses);
    expect(outcomes.filter(({ result }) => result === 'decided')).toHaveLength(1);
    const [winner] = outcomes.filter(({ result }) => result === 'decided');
    const followed = winner?.approval?.chosen?.length ?? 8;
    expect(kinds(acme).filter((kind) => kind === 'suspend')).toHaveLength(followed);
    const rest = await acme.openCards();
    expect(rest.map(({ operations }) => operations)).toEqual(followed === 8 ? [] : [8 - followed]);
    await acme.stop();
  });

  it('waits for the quorum as a part, with the rest on a card of its own meanwhile', async () => {
    const acme = await company(people(['ada', 'bea', ...crowd]), configOf({}, { ...twoAdmins, quorum: 2 }));
    await acme.sync();
    acme.directory.state.rows = people(['ada', 'bea', ...crowd.slice(8)]);
    await acme.sync();
    const card = await onlyCard(acme);
    const only = await loginIds(acme, ['n1', 'n2']);
    expect(await choose(acme, card, 'ada', only, card.edition)).toMatchObject({ result: 'voted', missing: 1 });
    expect(await choose(acme, card, 'bea', only, card.edition)).toMatchObject({ why: 'changed' });
    expect((await acme.openCards()).map(({ operations }) => operations).sort()).toEqual([2, 6]);
    const part = await acme.store.approvals.get(card.id);
    if (part === null) throw new Error('no part');
    await acme.decide(part, 'bea');
    expect([await acme.word('n1'), await acme.word('n3')]).toEqual(['suspended', 'held']);
    await acme.stop();
  });

  it('is asked for the rest even if the process dies between', async () => {
    const { acme, card } = await held();
    const [only] = await loginIds(acme, ['n1']);
    const ada = await acme.personOf('ada');
    const by: Actor = { kind: 'person', person: ada.id, name: 'Ada', via: 'slack' };
    const decided: Approval = {
      ...{ ...card, version: card.version + 1, edition: card.edition + 1, state: 'approved' },
      ...{ chosen: [only ?? ''], operations: 1, people: 1, decidedBy: by, decidedAt: acme.time.clock.now() },
    };
    await acme.store.approvals.swap([{ before: card, after: decided }]);
    await acme.time.advance(hour);
    await sweep(acme);
    expect([await acme.word('n1'), await acme.word('n4')]).toEqual(['suspended', 'held']);
    expect((await onlyCard(acme)).operations).toBe(7);
    await sweep(acme);
    expect((await onlyCard(acme)).operations).toBe(7);
    await acme.stop();
  });
});

describe('a card of what is held', () => {
  it('about an admin goes to the others, apart from the rest', async () => {
    const rest = [...crowd.slice(8), 'bea', 'cem'];
    const acme = await company(
      people(['ada', 'bea', 'cem', ...crowd]),
      configOf({}, { admins: ['ada@acme.test', 'bea@acme.test', 'cem@acme.test'] }),
    );
    await acme.sync();
    acme.directory.state.rows = people(rest);
    await acme.sync();
    const [ada, bea, cem] = [await acme.personOf('ada'), await acme.personOf('bea'), await acme.personOf('cem')];
    const cards = await acme.openCards();
    expect(cards.map(({ operations }) => operations)).toEqual([9]);
    expect(cards[0]?.circle).toEqual([bea.id, cem.id].sort());
    expect(ada.status).toBe('left');
    await acme.stop();
  });

  it('waits where nobody may decide it, and nothing is removed meanwhile', async () => {
    const acme = await company(people(['ada', ...crowd]), configOf({}, { admins: ['ada@acme.test'] }));
    await acme.sync();
    acme.app.calls.length = 0;
    acme.directory.state.rows = people(crowd.slice(8));
    await acme.sync();
    expect(await acme.openCards()).toEqual([]);
    expect(acme.app.calls).toEqual([]);
    expect(await acme.word('n1')).toBe('provisioned');
    await acme.stop();
  });
});
