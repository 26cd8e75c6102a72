import { afterAll, beforeAll, expect } from 'vitest';
import type { ConnectorContext, Directory, RawRecord } from '../../src/core/connector.ts';
import { type FaultProxy, startFaultProxy } from '../fakes/fault-proxy.ts';
import type { DirectoryKit, Source } from './directory.ts';
import { expectDiscreet, faults, outcomeOf, patience } from './faults.ts';
import { readAll } from './reading.ts';
import type { KitTests } from './skips.ts';
import { countedTurns, retryAfters } from './turns.ts';

/** Two pages, and what the reading of them may take; each request of it meets each fault. */
export function testReadFaults(
  { name, start, told = (record) => record }: DirectoryKit,
  { test, group }: KitTests,
  people: (count: number) => RawRecord[],
): void {
  group('under faults', () => {
    let source: Source;
    let proxy: FaultProxy;
    const given = () => people((source.pageSize ?? 500) + 1);
    const held = () => given().map(told);
    let now: () => number = Date.now;
    const connect = (more: Pick<ConnectorContext, 'turn'> = {}): Directory =>
      source.connector.connect(source.connector.config.parse(proxy.through(source.config)), {
        ...{ name, allowHosts: [], deadline: 20_000, now: () => now(), ...more },
      });

    beforeAll(async () => {
      source = await start();
      if (source.origin === undefined)
        throw new Error('the kit must know the origin of the source, or leave out "under faults" with a reason');
      proxy = await startFaultProxy(source.origin);
      await source.hold(given());
    });
    afterAll(async () => {
      await proxy?.stop();
      await source.stop();
    });

    test('sends no request without a turn, so that no more arrive over any stretch than the source takes', async () => {
      proxy.begin();
      const turns = countedTurns(() => proxy.passed().length);
      expect((await readAll(connect({ turn: turns.turn }))).records).toEqual(held());
      turns.expectKept('the read');
    });

    test('keeps a Retry-After in seconds and as a date, and bounds what is neither', async () => {
      const at = Math.floor(Date.now() / 1_000) * 1_000;
      now = () => at;
      // What is short may be waited for.
      for (const { header, wait = 0 } of retryAfters(at).filter((one) => one.wait)) {
        const fault = { kind: 'status', status: 429, headers: { 'Retry-After': header } } as const;
        proxy.begin({ fault, at: (_passed, index) => index === 0 });
        const outcome = await outcomeOf(readAll(connect()));
        expect(outcome, header).toMatchObject({ ok: false, error: { kind: 'throttled', retryAfter: wait } });
      }
      now = Date.now;
    });

    for (const [title, { fault, verdict, endless, once }] of Object.entries(faults)) {
      test(`${title}: nobody is taken for gone`, async () => {
        proxy.begin();
        expect((await readAll(connect())).records).toEqual(held());
        const length = proxy.passed().length;
        expect(length, 'it reads through the faults').toBeGreaterThan(0);
        for (let at = once === true ? length - 1 : 0; at < length; at += 1) {
          const what = `request ${at + 1} of ${length}, ${title}`;
          const { signal, hit } = patience(endless === true);
          proxy.begin({ fault, at: (_passed, index) => index === at, hit });
          const outcome = await outcomeOf(readAll(connect(), null, signal));
          if (outcome.ok) {
            const { records, end } = outcome.value as Awaited<ReturnType<typeof readAll>>;
            if (end.complete) expect(records, `${what}: complete, and everybody`).toEqual(held());
            continue;
          }
          const { kind, effect, retryAfter } = outcome.error;
          expect({ kind, effect, retryAfter }, what).toEqual({
            ...{ kind: verdict.kind, effect: 'none', retryAfter: verdict.retryAfter },
          });
          expectDiscreet(outcome.error, source.secrets ?? [], what);
        }
      });
    }
  });
}
