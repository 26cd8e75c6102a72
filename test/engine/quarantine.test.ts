import { describe, expect, it, vi } from 'vitest';
import type { Config } from '../../src/core/config.ts';
import { ConnectorError } from '../../src/core/errors.ts';
import { quarantineText } from '../../src/core/quarantine.ts';
import { row } from '../fakes/memory-directory.ts';
import { company, configOf } from './company.ts';

vi.setConfig({ testTimeout: 30_000 });

const people = (...names: string[]) => names.map((name) => row(name));
const titled = (title: string, ...names: string[]) => names.map((name) => row(name, { title }));
const names = Array.from({ length: 12 }, (_, index) => `n${index}`);
const ops = { kind: 'operator', name: 'ops', via: 'cli' } as const;
const refused = new ConnectorError('auth', 'none', 'crm answered 401.');
const down = new ConnectorError('unavailable', 'none', 'crm was not reached: nothing listens at its address.');
const minute = 60_000;

type Acme = Awaited<ReturnType<typeof company>>;
const written = (acme: Acme, kind: string) => acme.app.calls.filter((call) => call.kind === kind);
const eventsOf = async (acme: Acme) =>
  (await acme.store.events.list({ app: 'crm' }, null, 500)).filter(({ type }) => type.startsWith('app.')).reverse();
/** Sixty times as fast: tries are at most 24 minutes apart, and leavers rest a minute at most. */
const quick = configOf({}, { timings: { retry: '500 milliseconds', retryMax: '1 minute' } });

/** Everybody has an account; the next changes are counted from here. */
async function settled(config: Config | null, ...who: string[]): Promise<Acme> {
  const acme = await company(people('ada', ...who), config ?? configOf());
  await acme.sync();
  acme.app.calls.length = 0;
  return acme;
}

describe('bad credentials', () => {
  it('quarantine the app at the first call, say Invalid authentication, and fail nobody', async () => {
    const acme = await settled(null, ...names);
    acme.app.breakDown(refused);
    acme.directory.state.rows = titled('Lead', 'ada', ...names);
    await acme.sync(30_000);
    const health = await acme.store.health.get('crm');
    expect(health?.quarantine).toMatchObject({ kind: 'auth', reason: 'Invalid authentication: crm answered 401.' });
    expect(written(acme, 'update').length).toBeLessThanOrEqual(16);
    for (const name of names) expect(await acme.word(name)).toBe('modifying');
    const trouble = (await acme.loginOf('n0'))?.operation?.trouble;
    expect(trouble).toMatchObject({
      kind: 'auth',
      message: expect.stringMatching(/^Invalid authentication: /),
      remedy: expect.stringContaining('Renew the connection of crm'),
    });
    expect(health?.quarantine && quarantineText(health.quarantine, 'crm')).toContain('Renew the connection of crm');
    expect(await eventsOf(acme)).toMatchObject([{ type: 'app.quarantined', app: 'crm', actor: { kind: 'system' } }]);
    await acme.stop();
  });

  it('are tried with one call at growing distance, and the first success lets everything go', async () => {
    const acme = await settled(null, ...names);
    acme.app.breakDown(refused);
    acme.directory.state.rows = titled('Lead', 'ada', ...names);
    await acme.sync(30_000);
    acme.app.calls.length = 0;
    const tries: number[] = [];
    for (let n = 0; n < 32; n += 1) {
      await acme.time.advance(minute);
      tries.push(acme.app.calls.length);
    }
    expect(tries.at(-1)).toBe(4);
    expect(tries.map((count, index) => count - (tries[index - 1] ?? 0)).every((more) => more <= 1)).toBe(true);
    acme.app.breakDown(null);
    await acme.time.advance(31 * minute);
    for (const name of names) expect(await acme.word(name)).toBe('provisioned');
    expect(await acme.store.health.get('crm')).toMatchObject({ quarantine: null, window: null, failures: 0 });
    expect((await eventsOf(acme)).map(({ type }) => type)).toEqual(['app.quarantined', 'app.recovered']);
    await acme.stop();
  });

  it('that one account alone refuses are that account’s trouble', async () => {
    const acme = await settled(null, ...names);
    acme.app.failNext(refused);
    acme.directory.state.rows = titled('Lead', 'ada', ...names);
    await acme.sync();
    const words = await Promise.all(names.map((name) => acme.word(name)));
    expect((await acme.store.health.get('crm'))?.quarantine ?? null).toBeNull();
    expect(words.filter((word) => word === 'provisioned').length).toBeGreaterThanOrEqual(names.length - 1);
    await acme.stop();
  });

  it('that already keep an app from being read say so', async () => {
    const acme = await company([]);
    acme.app.breakDown(refused);
    acme.directory.state.rows = people('ada', 'zoe');
    await acme.sync();
    expect((await acme.store.health.get('crm'))?.quarantine).toMatchObject({ kind: 'auth' });
    acme.app.breakDown(null);
    await acme.time.advance(10 * minute);
    expect((await acme.store.health.get('crm'))?.quarantine ?? null).toBeNull();
    await acme.stop();
  });
});

describe('an app that is down', () => {
  it('costs nobody their attempts, however long', async () => {
    const acme = await settled(quick, ...names);
    acme.app.breakDown(down);
    acme.directory.state.rows = titled('Lead', 'ada', ...names);
    await acme.sync(30_000);
    expect((await acme.store.health.get('crm'))?.quarantine).toMatchObject({ kind: 'unavailable' });
    await acme.time.advance(72 * minute);
    acme.app.breakDown(null);
    await acme.time.advance(25 * minute);
    for (const name of names) expect(await acme.word(name)).toBe('provisioned');
    await acme.stop();
  });

  it('is not judged by four failures, nor by an app that asks us to slow down', async () => {
    const acme = await settled(null, ...names);
    const slow = new ConnectorError('throttled', 'none', '429', { retryAfter: 1_000 });
    acme.app.failNext(down, down, down, down, ...Array.from({ length: 30 }, () => slow));
    acme.directory.state.rows = titled('Lead', 'ada', ...names);
    await acme.sync(10 * minute);
    expect(await eventsOf(acme)).toEqual([]);
    for (const name of names) expect(await acme.word(name)).toBe('provisioned');
    expect(await acme.store.health.get('crm')).toMatchObject({ pausedUntil: null, reason: null });
    await acme.stop();
  });

  it('whose records are refused, missing or taken one by one goes on with the others', async () => {
    const acme = await settled(null, ...names);
    acme.app.failNext(
      new ConnectorError('rejected', 'none', 'title is too long'),
      new ConnectorError('conflict', 'none', 'taken'),
      new ConnectorError('missing', 'none', 'gone'),
    );
    acme.directory.state.rows = titled('Lead', 'ada', ...names);
    await acme.sync();
    expect(await eventsOf(acme)).toEqual([]);
    const words = await Promise.all(['ada', ...names].map((name) => acme.word(name)));
    expect(words.filter((word) => word === 'provisioned')).toHaveLength(names.length - 2);
    await acme.stop();
  });
});

describe('leaving in quarantine', () => {
  it('goes ahead as soon as the app takes it, before its next try, and ends the quarantine', async () => {
    const acme = await settled(null, ...names);
    acme.app.breakDown(refused);
    acme.directory.state.rows = titled('Lead', 'ada', ...names);
    await acme.sync(35 * minute);
    const nextTry = (await acme.store.health.get('crm'))?.quarantine?.nextTry ?? 0;
    expect(nextTry - acme.time.clock.now()).toBeGreaterThan(10 * minute);
    acme.app.breakDown(null);
    acme.directory.state.rows = [...titled('Lead', 'ada', ...names.slice(1)), row('n0', {}, 'suspended')];
    await acme.sync(10_000);
    expect(await acme.word('n0')).toBe('suspended');
    expect(await acme.word('n1')).toBe('provisioned');
    await acme.stop();
  });

  it('is tried again at each try, and each longest retry at least, and never given up', async () => {
    const acme = await settled(quick, ...names);
    acme.app.breakDown(down);
    acme.directory.state.rows = [...titled('Lead', 'ada', ...names.slice(1)), row('n0', {}, 'suspended')];
    await acme.sync(30_000);
    await acme.time.advance(48 * minute);
    const suspends = written(acme, 'suspend').length;
    expect(suspends).toBeGreaterThan(40);
    expect(suspends).toBeLessThan(80);
    expect(await acme.word('n0')).toBe('suspending');
    acme.app.breakDown(null);
    await acme.time.advance(61_000);
    expect(await acme.word('n0')).toBe('suspended');
    await acme.stop();
  });
});

describe('the way out', () => {
  it('is retry: one call is tried at once, and everything follows', async () => {
    const acme = await settled(null, ...names);
    acme.app.breakDown(refused);
    acme.directory.state.rows = titled('Lead', 'ada', ...names);
    await acme.sync(35 * minute);
    acme.app.calls.length = 0;
    const stillBad = acme.engine.useCases.retry({ app: 'crm' }, ops);
    await acme.time.advance(30_000);
    expect((await stillBad).text).toContain('CRM was in quarantine: one call is tried now');
    expect(acme.app.calls).toHaveLength(1);
    expect((await acme.store.health.get('crm'))?.quarantine).not.toBeNull();
    acme.app.breakDown(null);
    const good = acme.engine.useCases.retry({ app: 'crm' }, ops);
    await acme.time.advance(30_000);
    await good;
    for (const name of names) expect(await acme.word(name)).toBe('provisioned');
    expect((await eventsOf(acme)).map(({ type }) => type)).toEqual([
      ...['app.quarantined', 'app.retried', 'app.retried', 'app.recovered'],
    ]);
    await acme.stop();
  });

  it('is found by testing the connection where nothing is due', async () => {
    const acme = await settled(null, 'zoe');
    acme.app.breakDown(refused);
    acme.directory.state.rows = titled('Lead', 'ada', 'zoe');
    await acme.sync(30_000);
    acme.directory.state.rows = people('ada', 'zoe');
    await acme.sync(30_000);
    expect((await acme.store.health.get('crm'))?.quarantine).not.toBeNull();
    acme.app.breakDown(null);
    await acme.time.advance(10 * minute);
    expect((await acme.store.health.get('crm'))?.quarantine).toBeNull();
    await acme.stop();
  });

  it('holds for all partitions of an app, each of which lets leavers go', async () => {
    const config = configOf();
    const [crm] = config.apps;
    if (crm === undefined) throw new Error('no app');
    const sharded = { ...config, apps: [{ ...crm, provisioning: { ...crm.provisioning, shards: 4 } }] };
    const acme = await company(people('ada', ...names), sharded);
    await acme.sync();
    acme.app.breakDown(refused);
    acme.directory.state.rows = titled('Lead', 'ada', ...names);
    await acme.sync(30_000);
    acme.app.calls.length = 0;
    await acme.time.advance(31 * minute);
    expect(acme.app.calls.length).toBeLessThanOrEqual(4);
    acme.app.breakDown(null);
    await acme.time.advance(33 * minute);
    for (const name of names) expect(await acme.word(name)).toBe('provisioned');
    expect((await eventsOf(acme)).map(({ type }) => type)).toEqual(['app.quarantined', 'app.recovered']);
    await acme.stop();
  });
});

it('the status of whoever waits for an app in quarantine gives its reason and the way out', async () => {
  const acme = await settled(null, ...names);
  acme.app.breakDown(refused);
  acme.directory.state.rows = titled('Lead', 'ada', ...names);
  await acme.sync(30_000);
  const [view] = await acme.engine.useCases.logins({ person: (await acme.personOf('n3')).id }, null, 1);
  expect(view?.word).toBe('failed');
  expect(view?.explanation).toMatch(/^crm is in quarantine since .*: Invalid authentication: crm answered 401\. /);
  expect(view?.explanation).toContain('`/provision retry crm`');
  const { apps } = await acme.engine.useCases.overview();
  expect(apps[0]?.health?.quarantine).toMatchObject({ kind: 'auth' });
  await acme.stop();
});
