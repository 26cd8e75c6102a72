import { describe, expect, it, vi } from 'vitest';
import type { DigestView } from '../../blocks/digest.ts';
import type { Config } from '../../src/core/config.ts';
import { type Digest, nextDigest } from '../../src/core/digest.ts';
import { ConnectorError } from '../../src/core/errors.ts';
import { system } from '../../src/core/event.ts';
import { weekdays } from '../../src/core/time-schema.ts';
import { createConnections } from '../../src/engine/connect/connect.ts';
import type { OutboxItem } from '../../src/engine/mail-ports.ts';
import type { Store } from '../../src/engine/store-ports.ts';
import { systemClock } from '../../src/engine/system-clock.ts';
import { verifyStore } from '../../src/engine/tell/audit.ts';
import { sendDigests } from '../../src/engine/tell/send-digest.ts';
import { memoryStore } from '../../src/store/memory.ts';
import { aLogin, anOperation, aPerson } from '../contracts/store/builders.ts';
import { row } from '../fakes/memory-directory.ts';
import { company, configOf, silent } from './company.ts';

vi.setConfig({ testTimeout: 30_000 });

const hour = 3_600_000;
const ops = { kind: 'operator', name: 'ops', via: 'cli' } as const;
const names = ['zoe', 'max', 'eva', 'tom'];
const people = (...who: string[]) => who.map((name) => row(name));
const titled = (title: string) => ['ada', ...names].map((name) => row(name, { title }));
const refusal = (text: string) => new ConnectorError('rejected', 'none', text);
const noZone = async () => null;

type Acme = Awaited<ReturnType<typeof company>>;
const withDigest = (digest: Record<string, unknown> = {}): Config =>
  configOf({}, { digest: { channel: '#access', at: '09:00', timezone: 'UTC', ...digest } });

/** The messages asked for, in the order of their ids; the store has no list of them. */
function watched(): { store: Store; wanted: Map<string, OutboxItem> } {
  const store = memoryStore();
  const wanted = new Map<string, OutboxItem>();
  const outbox: Store['outbox'] = {
    ...store.outbox,
    async want(item, now) {
      await store.outbox.want(item, now);
      const stored = await store.outbox.get(item.id);
      if (stored !== null) wanted.set(item.id, stored);
    },
  };
  return { store: { ...store, outbox }, wanted };
}

async function open(config: Config): Promise<Acme> {
  const acme = await company(people('ada', ...names), config);
  await acme.sync();
  return acme;
}

/** Three changes are refused for two reasons. */
async function broken(acme: Acme): Promise<void> {
  acme.app.failNext(
    refusal('title of seat 17 is too long'),
    refusal('title of seat 9 is too long'),
    refusal('manager is unknown'),
  );
  acme.directory.state.rows = titled('Lead');
  await acme.sync();
}

const digests = (wanted: Map<string, OutboxItem>) =>
  [...wanted.values()]
    .filter(({ kind }) => kind === 'digest')
    .map((item) => ({ ...item, told: JSON.parse(item.body ?? '') as Digest }));

describe('what a digest tells', () => {
  it('groups failures by root cause, and names the first of each', async () => {
    const acme = await open(withDigest());
    await broken(acme);
    const { groups } = await acme.engine.useCases.digest();
    expect(groups).toMatchObject([
      { app: 'crm', appTitle: 'CRM', word: 'failed', count: 2, cause: 'title of seat … is too long.', retryable: true },
      { app: 'crm', count: 1, cause: 'manager is unknown.' },
    ]);
    expect(groups[0]?.people).toHaveLength(2);
    expect(groups.every(({ before }) => before === null)).toBe(true);
    await acme.stop();
  });

  it('tells a cause in its own words where they are the same for everybody, numbers and all', async () => {
    const acme = await open(withDigest());
    acme.app.failNext(refusal('all 20 seats are taken'), refusal('all 20 seats are taken'));
    acme.directory.state.rows = titled('Lead');
    await acme.sync();
    expect((await acme.engine.useCases.digest()).groups).toMatchObject([
      { count: 2, cause: 'all 20 seats are taken.' },
    ]);
    await acme.stop();
  });

  it('tells of an app in quarantine with what waits for it, and not of each of those', async () => {
    const acme = await open(withDigest());
    acme.app.breakDown(new ConnectorError('auth', 'none', 'crm answered 401.'));
    acme.directory.state.rows = titled('Lead');
    await acme.sync(30_000);
    const { groups, quarantined } = await acme.engine.useCases.digest();
    expect(groups).toEqual([]);
    expect(quarantined).toMatchObject([
      { app: 'crm', appTitle: 'CRM', waiting: 5, reason: expect.stringContaining('Invalid authentication') },
    ]);
    await acme.stop();
  });

  it('tells of accounts that vanished, of credentials that end, and of requests older than a day', async () => {
    const acme = await open(withDigest());
    acme.app.target.credentialsEnd = () => acme.time.clock.now() + 10 * 24 * hour;
    acme.app.failNext(new ConnectorError('missing', 'none', 'gone'));
    acme.directory.state.rows = [row('zoe', { title: 'Lead' }), ...people('ada', 'max', 'eva', 'tom')];
    await acme.sync();
    const digest = await acme.engine.useCases.digest();
    expect(digest.groups).toMatchObject([{ word: expect.stringMatching(/failed|missing/), retryable: false }]);
    expect(digest.expiring).toMatchObject([{ what: 'app', name: 'crm', title: 'CRM' }]);
    expect(digest.overdue.count).toBe(0);
    acme.app.target.credentialsEnd = () => acme.time.clock.now() + 60 * 24 * hour;
    expect((await acme.engine.useCases.digest()).expiring).toEqual([]);
    await acme.stop();
  });

  it('counts requests that nobody answered for a day', async () => {
    const acme = await company(people('ada', 'bea', 'zoe'), configOf({ approval: { create: true } }));
    await acme.sync();
    const waiting = (await acme.openCards()).length;
    expect(waiting).toBeGreaterThan(0);
    expect((await acme.engine.useCases.digest()).overdue.count).toBe(0);
    for (const before of await acme.openCards())
      await acme.store.approvals.swap([
        { before, after: { ...before, version: before.version + 1, createdAt: before.createdAt - 25 * hour } },
      ]);
    const { overdue } = await acme.engine.useCases.digest();
    expect(overdue).toMatchObject({ count: waiting, oldest: expect.any(Number) });
    await acme.stop();
  });
});

/** A store with two failed logins of one cause and one of another, an alarm clock set by hand, and no engine. */
async function desk(config: Config, watch = watched()) {
  const { store, wanted } = watch;
  const time = { now: Date.parse('2023-11-14T22:13:00Z') };
  const clock = { ...systemClock, now: () => time.now };
  const connections = createConnections({ targets: new Map(), directories: new Map() }, () => undefined, clock.now);
  const deps = { store, clock, connections, bell: { ring() {} }, log: silent };
  const seen = new Map<string, string>();
  const failing = (person: string, message: string) =>
    aLogin(person, 'crm', {
      operation: anOperation(person, 'crm', {
        state: 'failed',
        trouble: { kind: 'rejected', message, remedy: 'Mend it.', at: 1 },
      }),
    });
  await store.logins.insert([
    failing('p-1', 'seat 17 is taken'),
    failing('p-2', 'seat 9 is taken'),
    failing('p-3', 'no manager'),
  ]);
  await store.config.replace(null, { config, digest: 'd', edition: 1, at: 1, by: system('test') });
  return {
    ...{ store, wanted, time, deps },
    /** One ring of the alarm; what was sent, and when, is in `seen`. */
    async ring(zoneOf: (who: string) => Promise<string | null> = noZone): Promise<number> {
      const sent = await sendDigests(deps, zoneOf);
      for (const { id, to } of digests(wanted))
        if (!seen.has(id)) seen.set(id, `${to} ${new Date(time.now).toISOString().slice(0, 13)}`);
      return sent;
    },
    /** Just after the next time UTC's clock shows it. */
    until(at: string): void {
      time.now = nextDigest({ at, zone: 'UTC', hours: null }, time.now) + 60_000;
    },
    hoursOf: (to: string) => [...seen.values()].filter((one) => one.startsWith(`${to} `)).map((one) => one.slice(-2)),
    async cure(person: string): Promise<void> {
      const before = await store.logins.get(`${person}:crm`);
      if (before !== null) await store.logins.swap([{ before, after: { ...before, version: 1, operation: null } }]);
    },
  };
}

describe('a digest takes along', () => {
  it('an anchor of the audit: in the channel also where nothing else is told, so that silence is no quiet day', async () => {
    const { store, wanted } = watched();
    const hours = { days: weekdays, from: '00:00', to: '23:59' };
    const always = withDigest({ people: ['ada@acme.test'], hours });
    const acme = await company(people('ada', ...names), always, { store });
    await acme.sync();
    const ring = async () => {
      acme.time.leap(25 * hour);
      await acme.time.advance(60_000);
      const sending = acme.engine.alarms.digest(noZone);
      await acme.time.advance(60_000);
      await sending;
    };
    const anchors = async () => (await acme.store.events.list({ status: 'anchored' }, null, 10)).reverse();
    const told = () => digests(wanted).map(({ to, told: body }) => ({ to, hash: (body as DigestView).anchor?.hash }));
    await ring();
    await ring();
    const [quiet] = await anchors();
    expect(told()).toEqual([{ to: '#access', hash: quiet?.hash.slice(0, 16) }]);
    await broken(acme);
    await ring();
    const [, loud, ...others] = await anchors();
    expect(others).toEqual([]);
    const { id } = await acme.personOf('ada');
    expect(
      new Set(
        told()
          .slice(1)
          .map(({ to }) => to),
      ),
    ).toEqual(new Set(['#access', id]));
    for (const { hash } of told().slice(1)) expect(hash).toBe(loud?.hash.slice(0, 16));
    const seen = told().map(({ hash }) => hash ?? '');
    expect((await verifyStore(acme, { seen })).broken).toBeNull();
    await acme.stop();
  });
});

describe('a digest is sent', () => {
  it('at its time, once, however often the alarm rings and whoever rings it', async () => {
    const one = await desk(withDigest());
    expect(await one.ring()).toBe(0);
    one.until('08:30');
    expect(await one.ring()).toBe(0);
    one.until('09:00');
    expect(await one.ring()).toBe(1);
    expect(await one.ring()).toBe(0);
    expect(digests(one.wanted)).toMatchObject([
      { to: '#access', told: { groups: [{ count: 2 }, { count: 1 }], since: null } },
    ]);
    one.until('10:00');
    expect(await one.ring()).toBe(0);
  });

  it('once by any number of processes at the same moment', async () => {
    const one = await desk(withDigest());
    await one.ring();
    one.until('09:00');
    await Promise.all(Array.from({ length: 10 }, () => one.ring()));
    expect(digests(one.wanted)).toHaveLength(1);
    await one.ring();
    expect(digests(one.wanted)).toHaveLength(1);
  });

  it('once although the process dies between asking for the message and ticking it off', async () => {
    const watch = watched();
    const { swap } = watch.store.digests;
    const one = await desk(withDigest(), watch);
    await one.ring();
    one.until('09:00');
    watch.store.digests.swap = async () => {
      throw new Error('killed');
    };
    await expect(one.ring()).rejects.toThrow('killed');
    watch.store.digests.swap = swap;
    one.until('11:00');
    expect(await one.ring()).toBe(1);
    expect(digests(one.wanted)).toHaveLength(1);
  });

  it('when it is late, and not for each day that was missed', async () => {
    const one = await desk(withDigest());
    await one.ring();
    for (let day = 0; day < 5; day += 1) one.until('14:00');
    expect([await one.ring(), await one.ring()]).toEqual([1, 0]);
  });

  it('never while all is well and no anchor is made', async () => {
    const one = await desk(withDigest());
    for (const person of ['p-1', 'p-2', 'p-3']) await one.cure(person);
    for (let day = 0; day < 3; day += 1) {
      expect(await one.ring()).toBe(0);
      one.until('09:00');
    }
    expect(digests(one.wanted)).toEqual([]);
  });

  it('with what is new, still there and cured since the one before', async () => {
    const one = await desk(withDigest());
    await one.ring();
    one.until('09:00');
    await one.ring();
    for (const person of ['p-1', 'p-3']) await one.cure(person);
    one.until('09:00');
    await one.ring();
    const second = digests(one.wanted).at(-1)?.told;
    expect(second?.groups).toMatchObject([{ count: 1, before: 2, cause: 'seat 9 is taken.' }]);
    expect(second?.cured).toMatchObject([{ app: 'CRM', cause: 'no manager.', count: 1 }]);
    expect(second?.since).not.toBeNull();
  });

  it('to people at their own time of day, on their working days; who is gone gets none', async () => {
    const one = await desk(withDigest({ people: ['admins', 'zoe@acme.test', 'gone@acme.test', 'U0SOMEBODY'] }));
    const named = (id: string, email: string, change = {}) =>
      aPerson(id, { keys: [`email=${email}`], attributes: { email }, ...change });
    await one.store.people.insert([
      // Of the address that is Ada’s by now.
      named('p-eve', 'ada@acme.test', { attributes: { email: 'eve@acme.test' } }),
      named('p-ada', 'ada@acme.test'),
      named('p-zoe', 'zoe@acme.test', { attributes: { email: 'zoe@acme.test', timezone: 'Asia/Tokyo' } }),
      named('p-gone', 'gone@acme.test', { status: 'left' }),
    ]);
    const zoneOf = async (who: string) => (who === 'p-ada' ? 'America/New_York' : null);
    // From Tuesday evening, for eight days.
    for (let hours = 0; hours <= 8 * 24; hours += 1) {
      await one.ring(zoneOf);
      one.time.now += hour;
    }
    expect(one.hoursOf('#access')).toEqual(Array(8).fill('09'));
    expect(one.hoursOf('p-ada')).toEqual(Array(6).fill('14'));
    expect(one.hoursOf('p-eve')).toEqual([]);
    expect(one.hoursOf('p-zoe')).toEqual(Array(6).fill('00'));
    expect(one.hoursOf('U0SOMEBODY')).toEqual(Array(6).fill('09'));
    expect(new Set(digests(one.wanted).map(({ to }) => to)).size).toBe(4);
  });

  it('to people who were asleep when the bot came back only once they work again', async () => {
    const one = await desk(withDigest({ people: ['U0SOMEBODY'] }));
    await one.ring();
    one.until('09:00');
    one.until('23:00');
    await one.ring();
    expect([one.hoursOf('#access'), one.hoursOf('U0SOMEBODY')]).toEqual([['23'], []]);
    one.until('08:00');
    await one.ring();
    expect(one.hoursOf('U0SOMEBODY')).toEqual(['08']);
  });

  it('at the new time of day once that is changed', async () => {
    const one = await desk(withDigest());
    await one.ring();
    const stored = await one.store.config.read();
    if (stored === null) throw new Error('no configuration');
    await one.store.config.replace(1, { ...stored, config: withDigest({ at: '06:30' }), edition: 2 });
    await one.ring();
    one.until('06:30');
    expect([await one.ring(), digests(one.wanted).length]).toEqual([1, 1]);
  });
});

describe('retry of all like this', () => {
  it('is shown before: how many, some names, and what would be left out', async () => {
    const acme = await open(withDigest());
    await broken(acme);
    const [group] = (await acme.engine.useCases.digest()).groups;
    const named = { app: 'crm', cause: group?.code ?? '' };
    const before = await acme.engine.useCases.retryPreview(named, ops);
    expect(before).toMatchObject({ count: 2, text: '2 changes of CRM would be tried again.' });
    expect([...before.people].sort()).toEqual([...(group?.people ?? [])].sort());
    expect((await acme.loginOf('zoe'))?.operation?.state).not.toBe('applied');
    const retried = acme.engine.useCases.retry(named, ops);
    await acme.time.advance(30_000);
    expect((await retried).text).toBe('2 changes of CRM are tried again.');
    expect((await acme.engine.useCases.digest()).groups).toMatchObject([{ count: 1, cause: 'manager is unknown.' }]);
    expect(await acme.engine.useCases.retryPreview(named, ops)).toMatchObject({ count: 0, people: [] });
    await acme.stop();
  });
});
