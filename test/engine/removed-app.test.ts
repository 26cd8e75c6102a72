import { expect, it } from 'vitest';
import { ConnectorError } from '../../src/core/errors.ts';
import { changed } from '../../src/core/login.ts';
import type { Actor } from '../../src/core/model.ts';
import { memoryStore } from '../../src/store/memory.ts';
import { row } from '../fakes/memory-directory.ts';
import { company, configOf } from './company.ts';

/** An app is taken out of the configuration while something of it is under way: its logins are unlinked, and nothing is done to it. */
type Acme = Awaited<ReturnType<typeof company>>;
const ops: Actor = { kind: 'operator', name: 'ops', via: 'cli' };
const staff = () => ['ada', 'bea', 'zoe'].map((name) => row(name));
const slow = (app: Parameters<typeof configOf>[0] = {}) => configOf(app, { timings: { settle: '10 minutes' } });
const without = (config: ReturnType<typeof configOf>) => ({ ...config, apps: [], roles: [], mappings: [] });

async function configure(acme: Acme, config: ReturnType<typeof configOf>): Promise<void> {
  const doing = acme.engine.configure(config, ops);
  await acme.time.advance(5_000);
  await doing;
}
const creates = ({ app }: Acme) => app.calls.filter(({ kind }) => kind === 'create').length;
const retitled = (acme: Acme) => {
  acme.directory.state.rows = [...staff().slice(0, 2), row('zoe', { title: 'Lead' })];
  return acme.sync(5_000);
};

it('unlinks a login that somebody else writes at that moment', async () => {
  const store = memoryStore();
  let races = false;
  const raced = {
    ...store,
    logins: {
      ...store.logins,
      async list(...given: Parameters<typeof store.logins.list>) {
        const page = await store.logins.list(...given);
        const [before] = page;
        if (races && before !== undefined) await store.logins.swap([{ before, after: changed(before, {}) }]);
        races = false;
        return page;
      },
    },
  };
  const acme = await company(staff(), slow(), { store: raced });
  await acme.sync();
  races = true;
  await configure(acme, without(slow()));
  for (const name of ['ada', 'bea', 'zoe']) expect([name, await acme.word(name)]).toEqual([name, 'disassociated']);
  const [view] = await acme.engine.useCases.logins({ app: 'crm' }, null, 1);
  expect(view?.explanation).toContain('crm was removed from the configuration');
  await acme.stop();
});

it('leaves a login whose change nobody knows the end of where it is: unlinked for good, and to be linked once the app is back', async () => {
  const acme = await company(staff(), slow());
  await acme.sync();
  acme.app.failNext(new ConnectorError('unavailable', 'unknown', 'no answer'));
  await retitled(acme);
  expect((await acme.loginOf('zoe'))?.operation).toMatchObject({ state: 'applying', kind: 'update' });
  await configure(acme, without(slow()));
  expect(await acme.loginOf('zoe')).toMatchObject({ disassociated: true, operation: { state: 'applying' } });
  const calls = acme.app.calls.length;
  await configure(acme, slow());
  await acme.time.advance(30 * 60_000);
  // It was looked for, found not to be done, and is not done any more.
  expect(acme.app.calls.length).toBe(calls);
  expect(await acme.loginOf('zoe')).toMatchObject({
    ...{ disassociated: true, provenance: 'unmanaged', remoteId: null, operation: { state: 'superseded' } },
  });
  const rematching = acme.engine.useCases.rematch((await acme.personOf('zoe')).id, 'crm', ops, null);
  await acme.time.advance(5_000);
  expect(await rematching).toMatchObject({ result: 'choose', candidates: [{ userName: 'zoe@acme.test' }] });
  await acme.stop();
});

it('makes no account that was to be made when the app was removed', async () => {
  const acme = await company(staff().slice(0, 2), slow());
  await acme.sync();
  acme.app.failNext(new ConnectorError('unavailable', 'unknown', 'no answer'));
  acme.directory.state.rows = staff();
  await acme.sync(5_000);
  expect((await acme.loginOf('zoe'))?.operation).toMatchObject({ state: 'applying', kind: 'create' });
  await configure(acme, without(slow()));
  const made = creates(acme);
  await configure(acme, slow());
  await acme.time.advance(30 * 60_000);
  expect(creates(acme)).toBe(made);
  expect(await acme.word('zoe')).toBe('disassociated');
  await acme.stop();
});

it('withdraws what is asked in it, and nobody decides that any more', async () => {
  const acme = await company(staff(), configOf({ approval: { create: true } }));
  await acme.sync();
  const cards = await acme.openCards();
  expect(cards.length).toBeGreaterThan(0);
  await configure(acme, without(configOf()));
  expect(await acme.openCards()).toEqual([]);
  for (const card of cards) {
    const { text } = await acme.decide(card, card.circle.includes((await acme.personOf('bea')).id) ? 'bea' : 'ada');
    expect(text).toMatch(/^This request was withdrawn/);
  }
  expect(creates(acme)).toBe(0);
  await acme.stop();
});
