import { afterAll, beforeAll, expect } from 'vitest';
import type { AccountChange, ConnectorContext, ListedAccount, NewAccount, Target } from '../../src/core/connector.ts';
import { type FaultProxy, type Passed, startFaultProxy } from '../fakes/fault-proxy.ts';
import { type Case, expectDiscreet, faults, type Outcome, outcomeOf, patience } from './faults.ts';
import { all, heldOf, idOf, none, type Peer, soon, type TargetKit } from './peer.ts';
import type { KitTests } from './skips.ts';
import { countedTurns, retryAfters } from './turns.ts';

/** Whom a call is about: of a create, not there yet. */
type Subject = { account: NewAccount; remoteId: string };
/** One call of the contract. `done` of what changes something: does the app show it? */
type Act = {
  run(target: Target, subject: Subject, signal: AbortSignal, peer: Peer): Promise<unknown>;
  done?(found: readonly ListedAccount[], peer: Peer): boolean | Promise<boolean>;
  /** Is the account suspended when it is called? */
  suspended?: true;
  needs?: 'suspend' | 'delete' | 'entitlements';
};

const byId = (rows: readonly ListedAccount[]) => [...rows].sort((a, b) => a.remoteId.localeCompare(b.remoteId));
const only = (found: readonly ListedAccount[]) => (found.length === 1 ? found[0] : undefined);
const valuesOf = (peer: Peer) => peer.entitlement?.values ?? ['', ''];
const targetOf = (peer: Peer) => peer.entitlement?.target ?? '';
const changing = (peer: Peer): AccountChange => ({ ...none, set: { [peer.attributes.changed]: 'Quite new' } });
const isChanged = (found: readonly ListedAccount[], peer: Peer) =>
  only(found)?.attributes[peer.attributes.changed] === 'Quite new';

const acts: Readonly<Record<string, Act>> = {
  test: { run: (target, _subject, signal) => target.test(signal) },
  list: { run: async (target, _subject, signal) => byId(await all(target.list(signal))) },
  get: { run: (target, { remoteId }, signal) => target.get(remoteId, signal) },
  find: { run: async (target, { account }, signal, peer) => byId(await target.find(idOf(account, peer), signal)) },
  entitlements: { run: (target, _subject, signal) => all(target.entitlements(signal)), needs: 'entitlements' },
  create: {
    run: (target, { account }, signal, peer) =>
      target.create(peer.entitlement === undefined ? account : { ...account, ...givenFirst(peer) }, signal),
    done: (found) => only(found)?.active === true,
  },
  update: {
    run: (target, { remoteId }, signal, peer) => target.update(remoteId, changing(peer), signal),
    done: isChanged,
  },
  regroup: {
    run: (target, { remoteId }, signal, peer) => target.update(remoteId, gaining(peer), signal),
    done: async (found, peer) => {
      const account = only(found);
      return account !== undefined && (await heldOf(account, peer))?.includes(valuesOf(peer)[1]) === true;
    },
    needs: 'entitlements',
  },
  suspend: {
    run: (target, { remoteId }, signal) => target.suspend(remoteId, signal),
    done: (found) => only(found)?.active === false,
    needs: 'suspend',
  },
  reactivate: {
    run: (target, { remoteId }, signal, peer) => target.reactivate(remoteId, changing(peer), signal),
    done: (found, peer) => only(found)?.active === true && isChanged(found, peer),
    ...{ suspended: true, needs: 'suspend' },
  },
  delete: {
    run: (target, { remoteId }, signal) => target.delete(remoteId, signal),
    done: (found) => found.length === 0,
    needs: 'delete',
  },
};
const givenFirst = (peer: Peer) => ({ entitlements: { [targetOf(peer)]: [valuesOf(peer)[0]] } });
const gaining = (peer: Peer): AccountChange => ({
  ...none,
  entitlements: { [targetOf(peer)]: { add: [valuesOf(peer)[1]], remove: [] } },
});

/**
 * Every call meets every fault at every one of its requests, over an app of their own. A call that fails says the right kind, and
 * "none" only where nothing happened; one that holds out has the right result; nothing is sent twice; no secret shows.
 */
export function testFaults({ name, start }: TargetKit, { test, group }: KitTests): void {
  group('under faults', () => {
    let peer: Peer;
    let proxy: FaultProxy;
    /** Past the faults. */
    let direct: Target;
    let made = 0;
    const lengths = new Map<string, number>();

    let now: () => number = Date.now;

    const connect = (connection: unknown, more: Pick<ConnectorContext, 'turn'> = {}): Target =>
      peer.connector.connect(peer.connector.config.parse(connection), {
        ...{ name, allowHosts: [], deadline: 20_000, now: () => now(), ...more },
      });
    const next = (): NewAccount => {
      made += 1;
      return peer.account(made);
    };
    const isWrite = ({ method, url }: Passed) =>
      !['GET', 'HEAD'].includes(method) && peer.harmless?.test(url.split('?')[0] ?? '') !== true;
    const applies = ({ needs }: Act) => needs === undefined || peer.connector.capabilities[needs] === true;

    const subjectOf = async (act: Act, named: string): Promise<Subject> => {
      const account = next();
      if (named === 'create') return { account, remoteId: '' };
      const { remoteId } = await direct.create(account, soon());
      if (act.suspended) await direct.suspend(remoteId, soon());
      return { account, remoteId };
    };
    const stateOf = async ({ account, remoteId }: Subject): Promise<ListedAccount[]> => {
      if (remoteId === '') return [...(await direct.find(idOf(account, peer), soon()))];
      const found = await direct.get(remoteId, soon());
      return found === null ? [] : [found];
    };
    const cleared = async (subject: Subject) => {
      if (peer.connector.capabilities.delete !== true) return;
      for (const { remoteId } of await stateOf(subject)) await direct.delete(remoteId, soon());
    };
    const called = async (act: Act, subject: Subject, signal: AbortSignal): Promise<Outcome> => {
      const target = connect(proxy.through(peer.connection));
      const outcome = await outcomeOf(act.run(target, subject, signal, peer));
      target.close?.();
      return outcome;
    };
    /** How many requests the call takes when all goes well. */
    const lengthOf = async (named: string, act: Act): Promise<number> => {
      const known = lengths.get(named);
      if (known !== undefined) return known;
      const subject = await subjectOf(act, named);
      proxy.begin();
      const outcome = await called(act, subject, soon());
      if (!outcome.ok) throw outcome.error;
      lengths.set(named, proxy.passed().length);
      await cleared(subject);
      return proxy.passed().length;
    };

    const judge = (outcome: Outcome, at: number, { verdict }: Case, what: string): void => {
      const log = proxy.passed();
      const writes = log.filter(isWrite).map(({ method, url, body }) => `${method} ${url} ${body}`);
      if (verdict.kind !== 'auth') expect(new Set(writes).size, `${what}: nothing is sent twice`).toBe(writes.length);
      if (outcome.ok) return;
      const { kind, effect, retryAfter } = outcome.error;
      const faulted = log[at];
      const unsure = verdict.effect === 'unsure' && faulted !== undefined && isWrite(faulted);
      const expected = log.slice(0, at).some(isWrite) || unsure ? 'unknown' : 'none';
      expect({ kind, effect, retryAfter }, what).toEqual({
        ...{ kind: verdict.kind, effect: expected, retryAfter: verdict.retryAfter },
      });
      expectDiscreet(outcome.error, peer.secrets, what);
    };

    const meet = async (named: string, act: Act, at: number, met: Case, what: string): Promise<void> => {
      const subject = await subjectOf(act, named);
      const before = await stateOf(subject);
      const { signal, hit } = patience(met.endless === true);
      proxy.begin({ fault: met.fault, at: (_passed, index) => index === at, hit });
      const outcome = await called(act, subject, signal);
      judge(outcome, at, met, what);
      const after = await stateOf(subject);
      if (!outcome.ok && outcome.error.effect === 'none') expect(after, `${what}: nothing happened`).toEqual(before);
      if (outcome.ok && act.done !== undefined)
        expect(await act.done(after, peer), `${what}: it succeeded, and the app shows it`).toBe(true);
      if (outcome.ok && act.done === undefined)
        expect(outcome.value, `${what}: it succeeded with the right answer`).toEqual(
          await act.run(direct, subject, soon(), peer),
        );
      if (named === 'create') expect(after.length, `${what}: one account at most`).toBeLessThanOrEqual(1);
      await cleared(subject);
    };

    beforeAll(async () => {
      peer = await start();
      if (peer.origin === undefined)
        throw new Error('the kit must know the origin of the app, or leave out "under faults" with a reason');
      proxy = await startFaultProxy(peer.origin);
      direct = connect(peer.connection);
      for (let count = 0; count <= peer.pageSize; count += 1) await direct.create(next(), soon());
    });
    afterAll(async () => {
      direct?.close?.();
      await proxy?.stop();
      await peer.stop();
    });

    for (const [title, met] of Object.entries(faults)) {
      test(title, async () => {
        for (const [named, act] of Object.entries(acts)) {
          if (!applies(act) || (met.once && !['get', 'create'].includes(named))) continue;
          const length = await lengthOf(named, act);
          expect(length, `${named} goes through the faults`).toBeGreaterThan(0);
          for (let at = met.once ? length - 1 : 0; at < length; at += 1)
            await meet(named, act, at, met, `${named}, request ${at + 1} of ${length}, ${title}`);
        }
      });
    }

    test('sends no request without a turn, so that no more arrive over any stretch than the app takes', async () => {
      for (const [named, act] of Object.entries(acts)) {
        if (!applies(act)) continue;
        const subject = await subjectOf(act, named);
        proxy.begin();
        const turns = countedTurns(() => proxy.passed().length);
        const target = connect(proxy.through(peer.connection), { turn: turns.turn });
        const outcome = await outcomeOf(act.run(target, subject, soon(), peer));
        target.close?.();
        if (!outcome.ok) throw outcome.error;
        turns.expectKept(named);
        await cleared(subject);
      }
    });

    test('keeps a Retry-After in seconds and as a date, and bounds what is neither', async () => {
      const at = Math.floor(Date.now() / 1_000) * 1_000;
      now = () => at;
      for (const { header, wait } of retryAfters(at))
        for (const named of ['get', 'create'] as const) {
          const act = acts[named] ?? expect.unreachable(named);
          const met: Case = {
            fault: { kind: 'status', status: 429, headers: { 'Retry-After': header } },
            verdict: { kind: 'throttled', effect: 'none', ...(wait !== undefined && { retryAfter: wait }) },
          };
          await meet(named, act, (await lengthOf(named, act)) - 1, met, `${named}, Retry-After "${header}"`);
        }
      now = Date.now;
    });

    /** The write of a create goes wrong so. */
    const loseCreate = async (account: NewAccount, fault: Case['fault'], target: Target): Promise<void> => {
      const { signal, hit } = patience(fault.kind === 'silence');
      proxy.begin({ fault, at: isWrite, hit });
      const outcome = await outcomeOf(target.create(account, signal));
      expect(outcome, fault.kind).toMatchObject({ ok: false, error: { effect: 'unknown' } });
    };
    const lost = [{ kind: 'silence' }, { kind: 'reset' }, { kind: 'status', status: 503 }] as const;

    test('finds the account whose creation was not answered, by our id and by its name, and makes no second', async () => {
      const target = connect(proxy.through(peer.connection));
      for (const fault of [...lost, { kind: 'truncated' } as const]) {
        const account = next();
        await loseCreate(account, { ...fault, effect: true }, target);
        const found = await target.find(idOf(account, peer), soon());
        expect(found, fault.kind).toMatchObject([{ active: true, attributes: account.attributes }]);
        expect(await target.find({ userName: String(account.attributes.userName) }, soon())).toEqual(found);
        if (peer.connector.capabilities.uniqueKey !== true) continue;
        const again = await outcomeOf(target.create(account, soon()));
        expect(again).toMatchObject({ ok: false, error: { kind: 'conflict', effect: 'none' } });
        expect(await target.find(idOf(account, peer), soon())).toEqual(found);
      }
      target.close?.();
    });

    test('finds nothing where the creation did not arrive, and makes the account then', async () => {
      const target = connect(proxy.through(peer.connection));
      for (const fault of lost) {
        const account = next();
        await loseCreate(account, fault, target);
        expect(await target.find(idOf(account, peer), soon()), fault.kind).toEqual([]);
        const created = await target.create(account, soon());
        expect(await target.find(idOf(account, peer), soon()), fault.kind).toEqual([created]);
      }
      target.close?.();
    });

    test('finds an account that came to be after the failure', async () => {
      const target = connect(proxy.through(peer.connection));
      const account = next();
      await loseCreate(account, { kind: 'late', delay: 0 }, target);
      expect(await target.find(idOf(account, peer), soon())).toEqual([]);
      await proxy.catchUp();
      expect(await target.find(idOf(account, peer), soon())).toMatchObject([{ active: true }]);
      target.close?.();
    });
  });
}
