import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { ConnectorError } from '../../src/core/connector.ts';
import { system } from '../../src/core/event.ts';
import type { Meter } from '../../src/engine/meter.ts';
import type { Figures, Watched } from '../../src/engine/meter-figures.ts';
import { createMetrics } from '../../src/web/metrics.ts';
import { isNear } from '../../src/web/metrics-access.ts';
import { metricsPage } from '../../src/web/metrics-page.ts';
import { company, configOf } from '../engine/company.ts';
import { virtualClock } from '../fakes/virtual-clock.ts';

const row = (id: string, more: object = {}) => ({
  externalId: id,
  status: 'active' as const,
  attributes: { email: `${id}@acme.test`, displayName: `Person ${id}`, department: 'Sales', ...more },
});
const everybody = [row('ada'), row('bea'), row('zoe')];

/** The value of one series; undefined where it is not told. */
function told(text: string, series: string): number | undefined {
  const line = text.split('\n').find((one) => one.startsWith(`${series} `));
  return line === undefined ? undefined : Number(line.slice(series.length + 1));
}
const namesIn = (text: string) => new Set([...text.matchAll(/^# TYPE (\S+) (\S+)$/gm)].map(([, name]) => name ?? ''));

/** A company that is counted, and its page. */
async function counted(config = configOf(), rows = everybody) {
  const metrics = createMetrics();
  const acme = await company(rows, config, { meter: metrics.meter });
  const page = metricsPage({ metrics, watched: acme.engine.watched, clock: acme.time.clock });
  return { acme, page, meter: metrics.meter };
}

describe('metrics of a company at work', () => {
  it('count calls by what they were for and came to, and tell how everything stands', async () => {
    const { acme, page } = await counted();
    acme.app.failNext(new ConnectorError('throttled', 'none', 'slow down', { retryAfter: 1_000 }));
    await acme.sync();
    const text = await page();
    expect(told(text, 'rollcall_app_calls_total{app="crm",purpose="change",outcome="done"}')).toBe(3);
    expect(told(text, 'rollcall_app_calls_total{app="crm",purpose="change",outcome="throttled"}')).toBe(1);
    expect(told(text, 'rollcall_app_call_seconds_count{app="crm",purpose="change"}')).toBe(4);
    expect(told(text, 'rollcall_directory_reads_total{directory="hr",result="read"}')).toBe(1);
    const complete = told(text, 'rollcall_directory_complete_timestamp_seconds{directory="hr"}') ?? 0;
    expect(acme.time.clock.now() / 1_000 - complete).toBeLessThan(61);
    expect(told(text, 'rollcall_operations{app="crm",state="applied"}')).toBe(3);
    expect(told(text, 'rollcall_logins{app="crm",account="active"}')).toBe(3);
    expect(told(text, 'rollcall_leases_held{work="worker"}')).toBe(1);
    expect(told(text, 'rollcall_store_up')).toBe(1);
    expect(told(text, 'rollcall_events_unpublished')).toBe(0);
    expect(told(text, 'rollcall_app_quarantined{app="crm"}')).toBe(0);
    await acme.stop();
  });

  it('tell of approvals that wait, queues that stand and quarantine', async () => {
    const { acme, page } = await counted(configOf({ approval: { create: true } }));
    await acme.sync();
    expect(told(await page(), 'rollcall_leaver_waits_seconds{app="crm"}')).toBe(0);
    expect(told(await page(), 'rollcall_approvals_open')).toBe(3);
    expect(told(await page(), 'rollcall_approvals_overdue')).toBe(0);
    for (const hours of [40, 28]) {
      acme.time.leap(hours * 3_600_000);
      await acme.engine.alarms.approvals();
      await acme.time.advance(1_000);
    }
    expect(told(await page(), 'rollcall_approvals_overdue')).toBe(3);
    acme.app.breakDown(new ConnectorError('auth', 'none', 'crm answered 401'));
    const [card] = await acme.openCards();
    if (card === undefined) throw new Error('no card');
    await acme.decide(card, card.person === (await acme.personOf('ada')).id ? 'bea' : 'ada');
    await acme.time.advance(600_000);
    const text = await page();
    expect(told(text, 'rollcall_app_quarantined{app="crm"}')).toBe(1);
    expect(told(text, 'rollcall_queue_oldest_due_seconds{app="crm",lane="asked"}')).toBeGreaterThan(200);
    expect(told(text, 'rollcall_queue_oldest_due_seconds{app="crm",lane="leaving"}')).toBe(0);
    await acme.stop();
  });

  it('tell how long a leaver waits, however often that was tried', async () => {
    const { acme, page } = await counted();
    await acme.sync();
    acme.app.breakDown(new ConnectorError('unavailable', 'none', 'crm is away'));
    acme.directory.state.rows = [row('ada'), row('bea'), { ...row('zoe'), status: 'left' as const }];
    await acme.sync();
    await acme.time.advance(1_200_000);
    expect(acme.app.calls.filter(({ kind }) => kind === 'suspend').length).toBeGreaterThan(2);
    expect(told(await page(), 'rollcall_leaver_waits_seconds{app="crm"}')).toBeGreaterThan(1_200);
    acme.app.breakDown(null);
    await acme.time.advance(86_400_000 / 12);
    expect(told(await page(), 'rollcall_leaver_waits_seconds{app="crm"}')).toBe(0);
    await acme.stop();
  });

  it('name no person, whoever it was about', async () => {
    const { acme, page } = await counted();
    await acme.sync();
    const text = await page();
    for (const { id } of await acme.store.people.many(
      (await acme.store.people.search({}, null, 9)).map(({ id }) => id),
    ))
      expect(text).not.toContain(id);
    expect(text).not.toMatch(/ada|bea|zoe|acme\.test/i);
    await acme.stop();
  });

  it('tell a read that was refused, and keep the time of the last complete one', async () => {
    const rows = Array.from({ length: 10 }, (_, n) => row(`p${n}`));
    const { acme, page } = await counted(configOf(), [...everybody, ...rows]);
    await acme.sync();
    const before = told(await page(), 'rollcall_directory_complete_timestamp_seconds{directory="hr"}');
    acme.directory.state.rows = [row('ada')];
    await acme.sync();
    const text = await page();
    expect(told(text, 'rollcall_directory_refused{directory="hr"}')).toBe(1);
    expect(told(text, 'rollcall_directory_reads_total{directory="hr",result="refused"}')).toBe(1);
    expect(told(text, 'rollcall_directory_complete_timestamp_seconds{directory="hr"}')).toBe(before);
    expect(told(text, 'rollcall_directory_attempt_timestamp_seconds{directory="hr"}')).toBeGreaterThan(before ?? 0);
    await acme.stop();
  });
});

const nothing: Figures = {
  ...{ apps: [], directories: [], approvals: { open: 0, overdue: 0, oldest: 0 } },
  ...{ events: { size: 0, oldest: null }, outbox: { size: 4, oldest: null }, inbox: { size: 0, oldest: null } },
};

/** A page over what a test says is watched. */
function pageOver(watched: Partial<Watched>) {
  const time = virtualClock();
  const metrics = createMetrics();
  const all: Watched = { figures: async () => nothing, census: async () => [], leases: () => [], ...watched };
  return { time, page: metricsPage({ metrics, watched: all, clock: time.clock }) };
}

describe('a scrape', () => {
  it('says that the store does not answer, and shows nothing it does not know', async () => {
    let isDown = false;
    const figures = async () => {
      if (isDown) throw new Error('down');
      return nothing;
    };
    const { page } = pageOver({ figures });
    expect(told(await page(), 'rollcall_outbox_size')).toBe(4);
    isDown = true;
    const text = await page();
    expect(told(text, 'rollcall_store_up')).toBe(0);
    expect(told(text, 'rollcall_outbox_size')).toBeUndefined();
    isDown = false;
    expect(told(await page(), 'rollcall_outbox_size')).toBe(4);
  });

  it('asks the store once, however many scrape at once', async () => {
    let asked = 0;
    const figures = async () => {
      asked += 1;
      return nothing;
    };
    const { page } = pageOver({ figures });
    await Promise.all([page(), page(), page()]);
    expect(asked).toBe(1);
  });

  it('counts all logins in no more than a hundredth of the time', async () => {
    let counts = 0;
    const { time, page } = pageOver({
      census: async () => {
        counts += 1;
        time.leap(3_000);
        return [{ app: 'crm', account: 'active' as const, state: 'applied' as const, count: counts }];
      },
    });
    await page();
    time.leap(299_000);
    await page();
    expect(counts).toBe(1);
    time.leap(2_000);
    await page();
    expect(counts).toBe(2);
    expect(told(await page(), 'rollcall_operations{app="crm",state="applied"}')).toBe(2);
  });
});

describe('a count that fails', () => {
  it('is not begun again at every scrape', async () => {
    let counts = 0;
    const { time, page } = pageOver({
      census: async () => {
        counts += 1;
        time.leap(60_000);
        throw new Error('the store has ended the question');
      },
    });
    expect(told(await page(), 'rollcall_store_up')).toBe(1);
    time.leap(30_000);
    expect(told(await page(), 'rollcall_operations{app="crm",state="applied"}')).toBeUndefined();
    expect(counts).toBe(1);
    time.leap(6_000_000);
    await page();
    expect(counts).toBe(2);
  });
});

describe('who may read metrics', () => {
  const from = (remoteAddress: string | undefined, headers: Record<string, string> = {}) =>
    isNear({ socket: { remoteAddress }, headers } as Parameters<typeof isNear>[0]);

  it('is the machine itself and private networks', () => {
    const near = ['127.0.0.1', '::1', '10.1.2.3', '172.16.0.9', '192.168.1.1', '100.100.1.1', '169.254.3.3'];
    for (const address of [...near, 'fd00::1', 'fe80::1', '::ffff:10.1.2.3', '::ffff:127.0.0.1'])
      expect(from(address), address).toBe(true);
    const far = [
      '8.8.8.8',
      '172.32.0.1',
      '192.169.0.1',
      '100.128.0.1',
      '2606:4700::1',
      '::ffff:8.8.8.8',
      'no',
      undefined,
    ];
    for (const address of far) expect(from(address), address).toBe(false);
  });

  it('is nobody whose request a proxy passed on, whatever the proxy says of them', () => {
    for (const name of ['x-forwarded-for', 'x-forwarded-host', 'forwarded', 'via', 'x-real-ip', 'cf-connecting-ip'])
      expect(from('127.0.0.1', { [name]: '127.0.0.1' }), name).toBe(false);
  });
});

/** Of everything a busy process tells. */
async function allNames(): Promise<Set<string>> {
  const { acme, page, meter } = await counted();
  const each: Meter = meter;
  each.called({ app: 'crm', purpose: 'look', outcome: 'bug', isUnknown: true, seconds: 1 });
  each.paced('crm', 1);
  each.decided('kept', 1);
  each.stored('logins', 1, false);
  await acme.engine.useCases.sync('hr', system('test')).catch(() => undefined);
  const names = namesIn(await page());
  await acme.stop();
  return names;
}

describe('the documents about them', () => {
  const rules: { groups: { rules: { alert: string; expr: string; annotations: { summary: string } }[] }[] } = parse(
    readFileSync('docs/alerts.yml', 'utf8'),
  );
  const manual = readFileSync('docs/operating.md', 'utf8');
  const plain = (name: string): string => name.replace(/_(bucket|sum|count)$/, '');
  const mentioned = (text: string) => [...text.matchAll(/\brollcall_[a-z0-9_]+/g)].map(([name]) => name);

  it('name only metrics that exist, and all of our own', async () => {
    const names = await allNames();
    const known = (name: string) => names.has(name) || names.has(plain(name));
    const alerts = rules.groups.flatMap(({ rules: each }) => each);
    expect(alerts.length).toBeGreaterThan(10);
    for (const { alert, expr } of alerts) {
      expect(mentioned(expr).length, alert).toBeGreaterThan(0);
      for (const name of mentioned(expr)) expect(known(name), `${alert} asks for ${name}`).toBe(true);
    }
    for (const name of mentioned(manual)) expect(known(name), `docs/operating.md tells of ${name}`).toBe(true);
    const own = [...names].filter((name) => !/^rollcall_(process|nodejs)_/.test(name));
    for (const name of own) expect(manual, `docs/operating.md does not tell of ${name}`).toContain(`\`${name}`);
  });

  it('say what to do about every alert', () => {
    for (const { alert } of rules.groups.flatMap(({ rules: each }) => each)) expect(manual).toContain(`\`${alert}\``);
  });
});
