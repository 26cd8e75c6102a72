import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Fault } from '../../fakes/fault-server.ts';
import { type OneLogin, startOneLogin } from '../../fakes/onelogin.ts';
import { failureOf, fill, open, readAll } from './reading.ts';

let fake: OneLogin;
beforeEach(async () => {
  fake = await startOneLogin();
});
afterEach(() => fake.stop());

const ids = (read: Awaited<ReturnType<typeof readAll>>) => read.records.map(({ externalId }) => Number(externalId));
const oneTo = (count: number) => Array.from({ length: count }, (_, index) => index + 1);
const sorted = (numbers: number[]) => [...numbers].sort((a, b) => a - b);
const pagesAsked = () => fake.log.filter(({ url }) => url.startsWith('/api/2/users?')).length;

describe('pages of OneLogin', () => {
  it.each([1, 49, 50, 51, 99, 100, 101, 150])('give each of %i users once', async (count) => {
    fill(fake, count);
    const read = await readAll(open(fake));
    expect(ids(read)).toEqual(oneTo(count));
    expect(read.end).toMatchObject({ kind: 'full', complete: true, rows: count });
    expect(pagesAsked()).toBe(Math.ceil(count / 50));
  });

  it('say nothing about absence where there is nobody', async () => {
    expect((await readAll(open(fake))).end).toMatchObject({ complete: false, reason: 'it has no users', cursor: null });
  });

  it('are begun again when a cursor is no longer known', async () => {
    fill(fake, 120);
    fake.fail(
      { kind: 'status', status: 400, body: { statusCode: 400, message: 'Invalid cursor' } },
      { path: /cursor=/ },
    );
    const read = await readAll(open(fake));
    expect(ids(read)).toEqual(oneTo(120));
    expect(read.end.complete).toBe(true);
  });

  it('are not complete while no cursor is ever taken', async () => {
    fill(fake, 120);
    for (let times = 0; times < 10; times += 1)
      fake.fail({ kind: 'status', status: 400, body: { message: 'Invalid cursor' } }, { path: /cursor=/ });
    const { end } = await readAll(open(fake));
    expect(end).toMatchObject({ complete: false, reason: 'the place in its list was no longer known', cursor: null });
  });

  it('are begun again when they go in a circle, or end in nothing', async () => {
    fill(fake, 120);
    const body = fake.tenant.users.slice(0, 50);
    const headers = { 'After-Cursor': 'eyJ4IjoxfQ==', 'Total-Count': '120' };
    for (let page = 1; page <= 2; page += 1)
      fake.fail({ kind: 'status', status: 200, headers, body }, { path: /2\/users/ });
    fake.fail({ kind: 'status', status: 200, headers, body: [] }, { path: /2\/users/ });
    const read = await readAll(open(fake));
    expect(sorted(ids(read))).toEqual(oneTo(120));
    expect(read.end).toMatchObject({ complete: true, rows: 120 });
    expect(pagesAsked()).toBe(2 + 1 + 3);
  });

  it('of roles that cannot be read fail the read, since roles left out would look like access lost', async () => {
    fill(fake, 3);
    fake.tenant.roles = [{ id: 71, name: 7 as never }];
    expect(await failureOf(readAll(open(fake)))).toMatchObject({ kind: 'unavailable', effect: 'none' });
  });

  it('of roles that grow shorter while they are read fail the read: one that moved up was passed over', async () => {
    fill(fake, 3);
    const roles = Array.from({ length: 60 }, (_, index) => ({ id: index + 1, name: `Role ${index + 1}` }));
    const page = (body: unknown, headers: Record<string, string>) =>
      fake.fail({ kind: 'status', status: 200, headers, body }, { path: /2\/roles/ });
    page(roles.slice(0, 50), { 'After-Cursor': 'eyJ4IjoxfQ==', 'Total-Count': '60' });
    page(roles.slice(51), { 'Total-Count': '59' });
    const error = await failureOf(readAll(open(fake)));
    expect(error).toMatchObject({ kind: 'unavailable', effect: 'none' });
    expect(error.message).toContain('did not list its roles whole: it grew shorter');
  });

  it.each([
    ['with its event', false, true, true],
    ['with its event, where no totals are told', false, false, true],
    ['in silence, where the list grows shorter', true, true, true],
    ['in silence, where the events may not be read', true, true, false],
    ['in silence, where nothing tells but a second pass', true, false, false],
  ])('lose nobody to a deletion while they are read, %s', async (_, silent, totals, events) => {
    fill(fake, 160);
    fake.state.totals = totals;
    fake.state.events = events;
    let deleted = false;
    fake.state.beforePage = (page) => {
      if (page !== 2 || deleted) return;
      deleted = true;
      fake.remove(10, { silent });
    };
    const read = await readAll(open(fake));
    expect(deleted).toBe(true);
    expect(sorted(ids(read))).toEqual(oneTo(160));
    expect(read.end.complete).toBe(true);
    expect(read.pages.flatMap(({ gone }) => gone)).toEqual(silent ? [] : ['10']);
  });

  it('are not complete where people keep being deleted under the read', async () => {
    fill(fake, 160);
    let next = 1;
    fake.state.beforePage = (page) => {
      if (page === 2) fake.remove(next++);
    };
    const { end } = await readAll(open(fake));
    expect(end).toMatchObject({ complete: false, reason: expect.stringMatching(/deleted|shorter/), cursor: null });
  });

  it('take newcomers as they come, and those pushed to the next page once', async () => {
    fill(fake, 100);
    let come = 0;
    fake.state.beforePage = (page) => {
      if (page === 2 && come++ === 0)
        fake.tenant.users.unshift({ id: 500, status: 1, state: 1, updated_at: '2026-01-01T00:00:00Z' });
    };
    const read = await readAll(open(fake));
    expect(new Set(ids(read)).size).toBe(ids(read).length);
    expect(sorted(ids(read)).slice(0, 100)).toEqual(oneTo(100));
    expect(read.end.complete).toBe(true);
  });

  it('count a user nobody can name against the read, and name the others with a problem', async () => {
    fill(fake, 60);
    fake.tenant.users.push({ id: 'none' as never, status: 1, state: 1, updated_at: '2026-01-01T00:00:00Z' });
    Object.assign(fake.tenant.users[4] ?? {}, { status: 'odd' });
    const read = await readAll(open(fake));
    expect(read.problems.map(({ externalId }) => externalId)).toEqual(['5', undefined]);
    expect(read.end).toMatchObject({ complete: false, reason: '1 users had no id that can be read' });
  });
});

describe('faults of OneLogin', () => {
  const faults: Fault[] = [
    { kind: 'status', status: 500 },
    { kind: 'status', status: 503 },
    { kind: 'status', status: 403 },
    { kind: 'silence' },
    { kind: 'reset' },
    { kind: 'truncated' },
    { kind: 'drip' },
    { kind: 'huge', bytes: 40 * 1024 * 1024 },
    { kind: 'gzip-bomb', bytes: 40 * 1024 * 1024 },
    { kind: 'bad-json' },
    { kind: 'html', status: 200 },
    { kind: 'html', status: 404 },
    { kind: 'redirect', to: 'https://elsewhere.test/', status: 302 },
    { kind: 'empty' },
  ];

  it.each(faults)('on the first page are told and take nobody for gone: %j', async (fault) => {
    fill(fake, 120);
    const directory = open(fake, {}, 500);
    const hits: string[] = [];
    fake.fail(fault, { path: /^\/api\/2\/users\?/, hit: () => void hits.push('hit') });
    const error = await failureOf(readAll(directory));
    expect(hits).toHaveLength(1);
    expect(error.effect).toBe('none');
    expect(error.remedy).toMatch(/\w+ \w+/);
    expect(`${error.message} ${error.remedy}`).not.toContain(fake.client.secret);
    expect((await readAll(directory)).end).toMatchObject({ complete: true, rows: 120 });
  });

  it.each(faults)('on a later page never end in a complete read that lacks somebody: %j', async (fault) => {
    fill(fake, 120);
    const directory = open(fake, {}, 500);
    fake.fail(fault, { path: /cursor=/ });
    const outcome = await readAll(directory).catch((error: unknown) => error as Error);
    if (outcome instanceof Error) expect(outcome.name).toBe('ConnectorError');
    else expect(outcome.end.complete && outcome.end.rows < 120).toBe(false);
  });

  it.each(faults)('of the look-up behind a deletion take nobody for gone: %j', async (fault) => {
    fill(fake, 3);
    const directory = open(fake, {}, 500);
    const { end } = await readAll(directory);
    fake.remove(2);
    fake.fail(fault, { path: /^\/api\/2\/users\/2$/ });
    const outcome = await readAll(directory, end.cursor).catch((error: unknown) => error as Error);
    if (!(outcome instanceof Error)) expect(outcome.pages.flatMap(({ gone }) => gone)).toEqual([]);
    expect((await readAll(directory, end.cursor)).pages.flatMap(({ gone }) => gone)).toEqual(['2']);
  });

  it('of its tokens are cured by another one, or told as what they are', async () => {
    fill(fake, 120);
    const directory = open(fake);
    await readAll(directory);
    fake.endTokens();
    expect((await readAll(directory)).end.complete).toBe(true);
    const wrong = await failureOf(readAll(open(fake, { clientSecret: 'wrong-s3cret-0815' })));
    expect(wrong).toMatchObject({ kind: 'auth', effect: 'none' });
    expect(wrong.message).not.toContain('wrong-s3cret-0815');
    expect(wrong.message).toContain('Authentication Failure');
  });

  it('of its limit are waited out where that is short, and told with the time where it is long', async () => {
    fill(fake, 120);
    fake.fail({ kind: 'status', status: 429, headers: { 'Retry-After': '0' } }, { path: /cursor=/ });
    expect((await readAll(open(fake))).end).toMatchObject({ complete: true, rows: 120 });
    fake.state.remaining = 4;
    fake.state.reset = 1_800;
    expect(await failureOf(readAll(open(fake)))).toMatchObject({ kind: 'throttled', retryAfter: 1_800_000 });
    fake.state.remaining = null;
    for (let times = 0; times < 5; times += 1)
      fake.fail({ kind: 'status', status: 429, headers: { 'Retry-After': '0' } }, { path: /cursor=/ });
    expect(await failureOf(readAll(open(fake)))).toMatchObject({ kind: 'throttled' });
  });
});
