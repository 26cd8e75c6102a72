import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { connector } from '../../../connectors/scim/index.ts';
import { ConnectorError, type Target } from '../../../src/core/connector.ts';
import { type Fault, type FaultServer, startFaultServer } from '../../fakes/fault-server.ts';
import type { Quirks } from '../../fakes/scim-app.ts';
import { account, bareScim, groupNames, token } from '../../fakes/scim-peers.ts';

const patient = 20_000;
const [sales, managers] = groupNames;

let server: FaultServer;
let target: Target;
let remoteId: string;

const connect = (baseUrl: string, now: () => number = Date.now) =>
  connector.connect(connector.config.parse({ baseUrl, auth: { type: 'bearer', token }, allowHosts: ['127.0.0.1'] }), {
    name: 'crm',
    allowHosts: [],
    deadline: patient,
    now,
  });

async function open(quirks: Partial<Quirks> = {}) {
  server = await startFaultServer({ token, quirks });
  for (const name of groupNames) await bareScim(server.baseUrl, token).createGroup(name);
  target = connect(server.baseUrl);
  remoteId = (await target.create({ ...account(1), entitlements: { groups: [sales] } }, soon())).remoteId;
}
const close = async () => {
  target.close?.();
  await server.stop();
};

/** Ends when a fault that never answers was met, so that no test depends on how fast this machine is. */
let impatience = new AbortController();
const soon = () => AbortSignal.any([AbortSignal.timeout(patient), impatience.signal]);
const state = () => JSON.stringify([[...server.app.users], [...server.app.groups]]);
const drain = async (pages: AsyncIterable<unknown>) => {
  for await (const _ of pages);
};

async function failure(call: Promise<unknown>): Promise<ConnectorError> {
  const error = await call.then(
    () => expect.unreachable('the call succeeded'),
    (reason: unknown) => reason,
  );
  if (!(error instanceof ConnectorError)) throw error;
  expect(`${error.message} ${error.remedy} ${error.stack} ${String(error.cause)}`).not.toContain(token);
  return error;
}

const regroup = { groups: { add: [managers], remove: [sales] } };
const joining = { groups: { add: [managers], remove: [] } };
const title = { set: { title: 'Manager' }, clear: [], entitlements: {} };

/** Every call, with the one request of it that changes something, if any. */
const calls: Record<string, { run: () => Promise<unknown>; writes?: { method: string; path?: RegExp } }> = {
  test: { run: () => target.test(soon()) },
  list: { run: () => drain(target.list(soon())) },
  get: { run: () => target.get(remoteId, soon()) },
  find: { run: () => target.find({ externalId: 'person-1' }, soon()) },
  entitlements: { run: () => drain(target.entitlements(soon())) },
  create: { run: () => target.create(account(2), soon()), writes: { method: 'POST' } },
  update: { run: () => target.update(remoteId, title, soon()), writes: { method: 'PATCH', path: /Users/ } },
  regroup: {
    run: () => target.update(remoteId, { set: {}, clear: [], entitlements: joining }, soon()),
    writes: { method: 'PATCH', path: /Groups/ },
  },
  suspend: { run: () => target.suspend(remoteId, soon()), writes: { method: 'PATCH' } },
  reactivate: { run: () => target.reactivate(remoteId, title, soon()), writes: { method: 'PATCH' } },
  delete: { run: () => target.delete(remoteId, soon()), writes: { method: 'DELETE' } },
};

type Verdict = { kind: string; effect: 'none' | 'unsure'; retryAfter?: number };
const unavailable = { kind: 'unavailable', effect: 'unsure' } as const;
/** `unsure`: unknown for a write, none for a read. */
const faults: Record<string, { fault: Fault; verdict: Verdict; only?: readonly string[] }> = {
  'bad token': { fault: { kind: 'status', status: 401 }, verdict: { kind: 'auth', effect: 'none' } },
  forbidden: { fault: { kind: 'status', status: 403 }, verdict: { kind: 'auth', effect: 'none' } },
  conflict: {
    fault: { kind: 'status', status: 409 },
    verdict: { kind: 'conflict', effect: 'none' },
    only: ['test', 'list', 'get', 'find', 'entitlements', 'create', 'update', 'regroup', 'reactivate'],
  },
  'a conflict where no name is written': {
    fault: { kind: 'status', status: 409 },
    verdict: { kind: 'unavailable', effect: 'none' },
    only: ['suspend'],
  },
  'a conflict of what holds an account': {
    fault: { kind: 'status', status: 409 },
    verdict: { kind: 'rejected', effect: 'none' },
    only: ['delete'],
  },
  'changed meanwhile': { fault: { kind: 'status', status: 412 }, verdict: { kind: 'unavailable', effect: 'none' } },
  'too many, in seconds': {
    fault: { kind: 'status', status: 429, headers: { 'Retry-After': '7' } },
    verdict: { kind: 'throttled', effect: 'none', retryAfter: 7_000 },
  },
  'too many, as a 500': {
    fault: { kind: 'status', status: 500, body: { detail: 'ratelimit exceeded' } },
    verdict: { kind: 'throttled', effect: 'none' },
  },
  'request timeout': { fault: { kind: 'status', status: 408 }, verdict: unavailable },
  'server error': { fault: { kind: 'status', status: 500 }, verdict: unavailable },
  'server error after the effect': { fault: { kind: 'status', status: 502, effect: true }, verdict: unavailable },
  maintenance: {
    fault: { kind: 'status', status: 503, headers: { 'Retry-After': '30' } },
    verdict: { ...unavailable, retryAfter: 30_000 },
  },
  'not implemented': { fault: { kind: 'status', status: 501 }, verdict: { kind: 'rejected', effect: 'none' } },
  silence: { fault: { kind: 'silence' }, verdict: unavailable },
  'silence after the effect': { fault: { kind: 'silence', effect: true }, verdict: unavailable },
  reset: { fault: { kind: 'reset' }, verdict: unavailable },
  'reset after the effect': { fault: { kind: 'reset', effect: true }, verdict: unavailable },
  'half an answer': { fault: { kind: 'truncated', effect: true }, verdict: unavailable },
  drip: { fault: { kind: 'drip', effect: true }, verdict: unavailable },
  'bad JSON': { fault: { kind: 'bad-json', effect: true }, verdict: unavailable },
  'a web page': { fault: { kind: 'html', status: 200, effect: true }, verdict: unavailable },
  'a web page for a 404': { fault: { kind: 'html', status: 404 }, verdict: { kind: 'unavailable', effect: 'none' } },
  'a huge answer': {
    fault: { kind: 'huge', bytes: 34_000_000, effect: true },
    verdict: unavailable,
    only: ['get', 'create'],
  },
  'a gzip bomb': {
    fault: { kind: 'gzip-bomb', bytes: 60_000_000, effect: true },
    verdict: unavailable,
    only: ['get', 'create'],
  },
  'a redirect': {
    fault: { kind: 'redirect', status: 307, to: 'http://127.0.0.1:1/' },
    verdict: { kind: 'rejected', effect: 'none' },
  },
};

/** A filter the app refuses is not the end of a search: it goes through the whole list. */
const searchesOn = (verdict: Verdict) => verdict.kind === 'rejected';

describe('scim under faults', () => {
  beforeEach(() => open());
  afterEach(close);

  for (const [what, { fault, verdict, only }] of Object.entries(faults)) {
    it(`classes ${what}, and says "none" only where nothing happened`, async () => {
      const tried = Object.entries(calls).filter(
        ([name]) => only?.includes(name) ?? !(name === 'find' && searchesOn(verdict)),
      );
      for (const [name, { run, writes }] of tried) {
        const before = state();
        const endless = fault.kind === 'silence' || fault.kind === 'drip';
        impatience = new AbortController();
        server.fail(fault, { ...writes, hit: () => endless && setTimeout(() => impatience.abort(), 30) });
        const sent = server.log.length;
        const error = await failure(run());
        const effect = verdict.effect === 'none' || writes === undefined ? 'none' : 'unknown';
        expect({ kind: error.kind, effect: error.effect }, name).toEqual({ kind: verdict.kind, effect });
        expect(error.retryAfter, name).toBe(verdict.retryAfter);
        expect(error.message.length, name).toBeLessThan(300);
        if (effect === 'none') expect(state(), name).toBe(before);
        const again = server.log.slice(sent).filter(({ method }) => method === writes?.method);
        if (writes !== undefined) expect(again, `${name} is sent once`).toHaveLength(1);
        impatience = new AbortController();
        await close();
        await open();
      }
    }, 60_000);
  }

  /** Something in front of the app, which knows of no such address for the next `times` requests of this path. */
  const gateway = (path: RegExp, times = 1) => {
    for (let count = 0; count < times; count += 1)
      server.fail({ kind: 'status', status: 404, body: { message: 'no Route matched with those values' } }, { path });
  };
  const one = /Users\/.+/;
  const all = /Users$/;

  it('takes no account for gone where all of them are not there', async () => {
    for (const name of ['get', 'update', 'suspend', 'reactivate', 'delete']) {
      const before = state();
      gateway(one);
      gateway(all);
      const error = await failure(calls[name]?.run() ?? Promise.resolve());
      expect({ kind: error.kind, effect: error.effect }, name).toEqual({ kind: 'unavailable', effect: 'none' });
      expect(error.message, name).toContain('answered 404, and so it does for all its Users');
      expect(error.remedy, name).toContain('whether its credentials may still see accounts');
      expect(state(), name).toBe(before);
    }
  });

  it('takes one for gone where the others are there, and asks for them only after a 404 that is none of SCIM', async () => {
    gateway(one);
    expect(await target.get(remoteId, soon())).toBeNull();
    gateway(one);
    expect(await failure(target.suspend(remoteId, soon()))).toMatchObject({ kind: 'missing', effect: 'none' });
    gateway(one);
    await target.delete(remoteId, soon());
    const sent = server.log.length;
    expect(await target.get('no-such-account', soon())).toBeNull();
    expect(server.log.slice(sent)).toHaveLength(1);
  });

  it('asks by a filter again where it was the whole app that was not there, and not the filter that was refused', async () => {
    gateway(all, 2);
    expect(await failure(target.find({ externalId: 'person-1' }, soon()))).toMatchObject({ kind: 'rejected' });
    const sent = server.log.length;
    expect(await target.find({ externalId: 'person-1' }, soon())).toHaveLength(1);
    expect(server.log[sent]?.url).toContain('filter=');
  });

  it('takes a Retry-After that is a date', async () => {
    const dated = connect(server.baseUrl, () => Date.parse('2026-11-25T12:00:00Z'));
    server.fail({ kind: 'status', status: 429, headers: { 'Retry-After': 'Wed, 25 Nov 2026 12:01:30 GMT' } });
    expect(await failure(dated.test(soon()))).toMatchObject({ kind: 'throttled', retryAfter: 90_000 });
    dated.close?.();
  });

  it('says what the app said, in short and without the token', async () => {
    server.fail({
      kind: 'status',
      status: 400,
      body: { detail: `title is wrong\n(Bearer ${token}) ${'x'.repeat(5_000)}` },
    });
    const error = await failure(target.get(remoteId, soon()));
    expect(error.message).toContain('crm answered 400: title is wrong (Bearer [secret])');
    expect(error.message.length).toBeLessThan(300);
  });

  it('reads again where a good answer holds nothing', async () => {
    for (const name of ['suspend', 'reactivate', 'update']) {
      server.fail({ kind: 'empty', effect: true }, { method: 'PATCH' });
      expect(await calls[name]?.run()).toEqual(await target.get(remoteId, soon()));
    }
  });

  it('finds an account whose creation was answered with nothing', async () => {
    server.fail({ kind: 'empty', effect: true }, { method: 'POST' });
    expect(await target.create(account(2), soon())).toMatchObject({ externalId: 'person-2', active: true });
    server.fail({ kind: 'empty' }, { method: 'POST' });
    expect(await failure(target.create(account(3), soon()))).toMatchObject({ kind: 'unavailable', effect: 'unknown' });
  });

  it('gives and takes all groups but one that is refused, and names that one', async () => {
    for (const name of ['Book club', 'Chess']) await bareScim(server.baseUrl, token).createGroup(name);
    const asked = { groups: { add: ['Book club', 'Chess', managers], remove: [sales] } };
    const update = () => target.update(remoteId, { set: {}, clear: [], entitlements: asked }, soon());
    for (const status of [400, 404, 409]) {
      // The first group of the four that is changed.
      server.fail({ kind: 'status', status }, { method: 'PATCH', path: /Groups\/.+/ });
      if (status === 404) server.fail({ kind: 'status', status }, { method: 'PATCH', path: /Groups\/.+/ });
      const error = await failure(update());
      expect(error).toMatchObject({ kind: status === 409 ? 'conflict' : 'rejected', effect: 'unknown' });
      expect(error.message).toContain(`refused the group "${sales}"`);
      expect((await target.get(remoteId, soon()))?.entitlements.groups).toEqual(
        ['Book club', 'Chess', managers, sales].sort(),
      );
      const undone = { groups: { add: [], remove: ['Book club', 'Chess', managers] } };
      await target.update(remoteId, { set: {}, clear: [], entitlements: undone }, soon());
    }
  });

  it('names a group the app does not have, gives the others, and fails cleanly when only that one is left', async () => {
    const asked = { groups: { add: ['No such group', managers, 'Nor this'], remove: [] } };
    const update = () => target.update(remoteId, { set: {}, clear: [], entitlements: asked }, soon());
    const first = await failure(update());
    expect(first).toMatchObject({ kind: 'rejected', effect: 'unknown' });
    expect(first.message).toContain('refused 2 groups ("No such group", "Nor this"): crm has no group "No such group"');
    expect(first.remedy).toContain('Create the group in the app');
    expect((await target.get(remoteId, soon()))?.entitlements.groups).toEqual([managers, sales].sort());
    expect(await failure(update())).toMatchObject({ kind: 'rejected', effect: 'none' });
  });

  it('stops at a failure of the whole app, whatever groups are left', async () => {
    for (const status of [401, 429, 503]) {
      server.fail({ kind: 'status', status }, { method: 'PATCH', path: /Groups\/.+/ });
      const before = state();
      await failure(target.update(remoteId, { set: {}, clear: [], entitlements: regroup }, soon()));
      expect(state(), String(status)).toBe(before);
    }
  });

  it('is unsure once a part of the change is made', async () => {
    const both = { ...title, entitlements: regroup };
    for (const status of [400, 401, 429, 500]) {
      server.fail({ kind: 'status', status }, { path: /Groups\/.+/ });
      expect((await failure(target.update(remoteId, both, soon()))).effect, String(status)).toBe('unknown');
    }
    server.fail({ kind: 'status', status: 503 }, { path: /Users\/.+/, method: 'GET' });
    expect(
      (await failure(target.suspend(remoteId, soon()).then(() => target.update(remoteId, both, soon())))).effect,
    ).toBe('unknown');
    expect((await target.update(remoteId, both, soon())).entitlements.groups).toEqual([managers]);
  });

  it('leaves a late effect unknown, and sees it when it came', async () => {
    server.fail({ kind: 'late', delay: 50 }, { method: 'POST' });
    expect(await failure(target.create(account(2), soon()))).toMatchObject({ kind: 'unavailable', effect: 'unknown' });
    await expect.poll(() => target.find({ externalId: 'person-2' }, soon())).toHaveLength(1);
  });

  it('says that nothing listens', async () => {
    await close();
    target = connect(server.baseUrl);
    const error = await failure(target.create(account(2), soon()));
    expect(error).toMatchObject({ kind: 'unavailable', effect: 'none' });
    expect(error.message).toContain('nothing listens');
    await open();
  });

  it('says where the base URL leads nowhere', async () => {
    const lost = connect(`${server.baseUrl}/v3`);
    for (const call of [lost.test(soon()), drain(lost.list(soon())), lost.create(account(2), soon())]) {
      const error = await failure(call);
      expect(error).toMatchObject({ kind: 'rejected', effect: 'none' });
      expect(error.message).toContain('no /Users');
    }
    lost.close?.();
  });
});
