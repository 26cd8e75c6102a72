import { expect, it, vi } from 'vitest';
import type { Config } from '../../src/core/config.ts';
import { ConnectorError, RollcallError } from '../../src/core/errors.ts';
import type { Actor } from '../../src/core/model.ts';
import type { StatusWord } from '../../src/core/status.ts';
import { row } from '../fakes/memory-directory.ts';
import { company, configOf } from './company.ts';

vi.setConfig({ testTimeout: 60_000 });

/*
 * Every act on a login in every state, held against one table: an act that does not apply there, any more or yet, says so in words and
 * changes nothing. Buttons live in messages for years, so that each of them is pressed in each of these states some day.
 */
type Acme = Awaited<ReturnType<typeof company>>;
const people = (...names: string[]) => names.map((name) => row(name));
const down = new ConnectorError('unavailable', 'none', 'no answer');
const asks = configOf({ approval: { create: true } }, { approvalExpiry: '20 minutes' });

async function inState(config: Config, more: (acme: Acme) => Promise<unknown> = async () => {}): Promise<Acme> {
  const acme = await company(people('ada', 'bea', 'zoe'), config);
  await acme.sync();
  await more(acme);
  return acme;
}
const request = async (acme: Acme) => {
  const { id } = await acme.personOf('zoe');
  const found = (await acme.openCards()).find(({ person }) => person === id);
  if (found === undefined) throw new Error('no request about zoe');
  return found;
};
const retitled = (acme: Acme) => {
  acme.directory.state.rows = [row('ada'), row('bea'), row('zoe', { title: 'Lead' })];
  return acme.sync();
};
const leaving = (acme: Acme) => {
  acme.directory.state.rows = [row('ada'), row('bea'), { ...row('zoe'), status: 'left' }];
  return acme.sync();
};
const withoutApp = (acme: Acme) => {
  const config = { ...configOf(), apps: [], roles: [], mappings: [] };
  return meanwhile(acme, acme.engine.configure(config, ops));
};
/** What takes virtual time. */
async function meanwhile<T>(acme: Acme, doing: Promise<T>): Promise<T> {
  await acme.time.advance(30_000);
  return doing;
}

const states: Readonly<Record<string, readonly [StatusWord, () => Promise<Acme>]>> = {
  awaiting: ['pending approval', () => inState(asks)],
  rejected: ['rejected', () => inState(asks, async (acme) => acme.decide(await request(acme), 'ada', 'reject', 'no'))],
  /** Over, and nobody has swept it away yet. */
  expired: ['pending approval', () => inState(asks, (acme) => acme.time.advance(30 * 60_000))],
  applied: ['provisioned', () => inState(asks, async (acme) => acme.decide(await request(acme), 'ada'))],
  failed: [
    'failed',
    () =>
      inState(configOf(), async (acme) => {
        acme.app.failNext(new ConnectorError('rejected', 'none', 'title is too long'));
        await retitled(acme);
      }),
  ],
  paused: [
    'held',
    () =>
      inState(configOf(), async (acme) => {
        await acme.engine.useCases.pause({ app: 'crm' }, null, null, ops);
        await retitled(acme);
      }),
  ],
  quarantined: [
    'modifying',
    () =>
      inState(configOf(), async (acme) => {
        acme.app.breakDown(down);
        await retitled(acme);
      }),
  ],
  /** Nobody knows what became of its call, and it is too early to look. */
  applying: [
    'modifying',
    () =>
      inState(configOf({}, { timings: { settle: '10 minutes' } }), async (acme) => {
        acme.app.failNext(new ConnectorError('unavailable', 'unknown', 'no answer'));
        await retitled(acme);
      }),
  ],
  left: ['suspended', () => inState(configOf(), leaving)],
  /** Its app is not configured any more. */
  removed: ['disassociated', () => inState(configOf(), withoutApp)],
  unlinked: [
    'disassociated',
    () =>
      inState(configOf(), async (acme) =>
        acme.engine.useCases.disassociate((await acme.personOf('zoe')).id, 'crm', ops),
      ),
  ],
};

const ops: Actor = { kind: 'operator', name: 'ops', via: 'cli' };
const acts: Readonly<Record<string, (acme: Acme, person: string) => Promise<{ text: string }>>> = {
  approve: async (acme) => {
    const approval = (await acme.loginOf('zoe'))?.operation?.ask?.approval ?? 'a-none';
    const actor = await acme.personOf('bea');
    return acme.engine.useCases.decide({ approval, edition: null, decision: 'approve', reason: null, actor });
  },
  undo: async (acme) => {
    const operation = (await acme.loginOf('zoe'))?.operation?.id ?? 'o-none';
    const { text, cannot } = await acme.engine.useCases.undo({ operation }, ops, true);
    return { text: [text, ...cannot.map(({ why }) => why)].join(' ') };
  },
  retry: ({ engine }, person) => engine.useCases.retry({ person, app: 'crm' }, ops),
  rematch: ({ engine }, person) => engine.useCases.rematch(person, 'crm', ops, null),
  disassociate: ({ engine }, person) => engine.useCases.disassociate(person, 'crm', ops),
  reprovision: ({ engine }, person) => engine.useCases.reprovision(person, 'crm', ops),
  keep: ({ engine, time }, person) => engine.useCases.keepLonger(person, 'crm', time.clock.now() + 86_400_000, ops),
  release: ({ engine }, person) => engine.useCases.release(person, null, ops),
  resume: ({ engine }) => engine.useCases.resume({ app: 'crm' }, ops),
  pause: ({ engine }) => engine.useCases.pause({ app: 'crm' }, null, null, ops),
  disable: ({ engine }, person) => engine.useCases.disable(person, null, ops),
  'new account': ({ engine }, person) => engine.useCases.rematch(person, 'crm', ops, 'none'),
  'mark as closed': ({ engine }, person) => engine.useCases.markClosed(person, 'crm', null, ops),
  'undo the request': async (acme, person) => {
    const events = await acme.store.events.list({ person }, null, 50);
    const approval = events.find((event) => event.type === 'operation.ask')?.approval ?? 'a-none';
    const { text, cannot } = await acme.engine.useCases.undo({ approval }, ops, true);
    return { text: [text, ...cannot.map(({ why }) => why)].join(' ') };
  },
};

/** What was said, and whether the login is another than before; what waits to be published of it is not it. */
async function done(acme: Acme, act: string): Promise<string> {
  const { id } = await acme.personOf('zoe');
  const before = await standing(acme);
  const doing = acts[act]?.(acme, id).catch((error: unknown) => {
    if (error instanceof RollcallError && error.next === 'show') return { text: error.message };
    throw error;
  });
  const { text } = (await doing) ?? { text: '' };
  return `${(await standing(acme)) === before ? 'nothing' : 'done'}: ${text}`;
}

async function standing(acme: Acme): Promise<string> {
  const { outbox: _, ...login } = (await acme.loginOf('zoe')) ?? { outbox: [] };
  return JSON.stringify(login);
}

const approved = 'done: Approved.';
const notAsked = 'nothing: There is no request';
const linked = 'nothing: Person zoe is linked to account';
const unlinked = 'done: The login of Person zoe in crm is unlinked';
const fine = 'nothing: Person zoe is as it should be in crm';
const noFailure = 'nothing: Nothing of Person zoe in CRM failed: nothing to try again.';
const notUndone = 'nothing: This cannot be undone for Person zoe in crm:';
const underWay = 'nothing: the account of Person zoe in crm is being changed right now';
const noApp = 'nothing: there is no app named crm';
const asksAnew = 'done: An approver is asked to have a new account made for Person zoe in CRM.';
const disabled = 'Person zoe is disabled until released:';
const noAccount = { disable: `done: ${disabled} there is no account to suspend.`, 'new account': asksAnew };
const noMatch = 'nothing: No account in CRM could be Person zoe’s.';
/** Where nothing is said of an act, it is the last row's. */
const table: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  awaiting: {
    ...{ approve: approved, ...noAccount, 'undo the request': `${notUndone} it is not applied yet: reject it` },
    undo: `${notUndone} it is not applied yet: reject it`,
    rematch: noMatch,
    keep: 'nothing: Person zoe has no account',
  },
  rejected: {
    ...{
      approve: 'nothing: This request is rejected already by Person ada.',
      undo: `${notUndone} it was never applied`,
      'undo the request': `${notUndone} it was never applied`,
    },
    ...{
      ...noAccount,
      rematch: noMatch,
      reprovision: 'done: Person zoe was planned anew',
      keep: 'nothing: Person zoe has no account',
    },
  },
  expired: {
    ...{ approve: 'nothing: This request has expired.', undo: `${notUndone} it is not applied yet: reject it` },
    ...{ rematch: noMatch, keep: 'nothing: Person zoe has no account', ...noAccount },
    'undo the request': `${notUndone} it is not applied yet: reject it`,
  },
  applied: {
    approve: 'nothing: This request is approved already by Person ada.',
    ...{ undo: 'done: One change is being undone', 'undo the request': 'done: One change is being undone' },
  },
  failed: {
    undo: `${notUndone} it failed, so there is nothing to take back`,
    ...{
      retry: 'done: 1 change of Person zoe in CRM is tried again.',
      reprovision: 'done: Person zoe was planned anew',
    },
  },
  paused: {
    undo: `${notUndone} it is approved and not applied yet`,
    ...{ retry: `${noFailure} It waits: `, resume: 'done: CRM is resumed: 1 change goes on.' },
    // Again: with another end, or another reason.
    pause: 'done: CRM is paused by ops.',
  },
  quarantined: {
    undo: `${notUndone} it is approved and not applied yet`,
    retry: `${noFailure} crm is in quarantine, and its changes follow`,
  },
  applying: {
    undo: `${notUndone} it is being applied right now`,
    ...{ retry: `${noFailure} A change is being made right now.`, rematch: underWay, disassociate: underWay },
    'new account': underWay,
    reprovision: 'nothing: Person zoe is being changed in crm right now: what is wished is looked at after it.',
  },
  left: {
    undo: `${notUndone} Person zoe is leaving: release them`,
    disable: `nothing: ${disabled} 1 was closed already.`,
  },
  removed: {
    undo: `${notUndone} crm is no longer configured`,
    ...{ retry: noApp, rematch: noApp, disassociate: noApp, reprovision: noApp, keep: noApp, resume: noApp },
    ...{ pause: noApp, 'new account': noApp, disable: `nothing: ${disabled} 1 in crm a human has to close.` },
    'mark as closed': 'nothing: Person zoe has no account in crm that sign-on made',
  },
  unlinked: {
    undo: `${notUndone} the login was unlinked since`,
    rematch: 'nothing: One account in CRM may be Person zoe’s. Linking is asked before it is done.',
    disassociate: 'nothing: The login of Person zoe in crm is unlinked already.',
    disable: `nothing: ${disabled} 1 in CRM a human has to close.`,
    'new account': 'done: A new account is being made for Person zoe in CRM.',
    reprovision: 'nothing: Person zoe is unlinked in crm and left alone',
  },
  usual: {
    ...{ approve: notAsked, retry: noFailure, rematch: linked, disassociate: unlinked, reprovision: fine },
    keep: 'nothing: CRM deletes no suspended account by itself',
    release: 'nothing: There is nothing to release: Person zoe is not disabled by name',
    ...{ resume: 'nothing: CRM is not paused: nothing to do.', pause: 'nothing: CRM is paused by ops.' },
    ...{ disable: `done: ${disabled} 1 account is being suspended now.`, 'new account': linked },
    'mark as closed': 'nothing: Person zoe has no account in CRM that sign-on made',
    'undo the request': 'nothing: there is no request a-none',
  },
};

it('has a row for every state, and says something of every act in each', () => {
  expect(Object.keys(table)).toEqual([...Object.keys(states), 'usual']);
  for (const state of Object.keys(states))
    expect(Object.keys({ ...table.usual, ...table[state] }).sort()).toEqual(Object.keys(acts).sort());
});

it.each(Object.keys(states))('%s', async (state) => {
  const [word, make] = states[state] as (typeof states)[string];
  const wrong: string[] = [];
  for (const act of Object.keys(acts)) {
    const acme = await make();
    expect(await acme.word('zoe')).toBe(word);
    const said = await meanwhile(acme, done(acme, act));
    if (!said.startsWith(table[state]?.[act] ?? table.usual?.[act] ?? '?')) wrong.push(`${act}: ${said}`);
    await acme.stop();
  }
  expect(wrong).toEqual([]);
});

it('disables somebody whose change nobody knows the end of: they are suspended as soon as it is known', async () => {
  const acme = await (states.applying as (typeof states)[string])[1]();
  await meanwhile(acme, acme.engine.useCases.disable((await acme.personOf('zoe')).id, null, ops));
  expect(await acme.word('zoe')).toBe('modifying');
  await acme.time.advance(11 * 60_000);
  expect(await acme.word('zoe')).toBe('suspended');
  await acme.stop();
});
