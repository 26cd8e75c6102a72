import { afterEach, beforeEach, describe, expect } from 'vitest';
import {
  type ConnectorContext,
  ConnectorError,
  type Directory,
  type DirectoryConnector,
  type RawRecord,
  type ReadEnd,
} from '../../src/core/connector.ts';
import { testReadFaults } from './directory-faults.ts';
import { readAll } from './reading.ts';
import { kitTests, type Skip } from './skips.ts';

export { readAll } from './reading.ts';

/** A source that holds nobody yet, and what can be done to it. */
export type Source = {
  connector: DirectoryConnector;
  config: Readonly<Record<string, unknown>>;
  /** Rows it gives at a time under this config; 500 where there are no pages but the connector's own. */
  pageSize?: number;
  /** Where its server listens, as the config says it: the kit puts the faults in between. Left out: it is no HTTP server. */
  origin?: string;
  /** What the connector is given beside the usual. */
  context?: Pick<ConnectorContext, 'pushed'>;
  /** Must never show in an error. */
  secrets?: readonly string[];
  /** From now on it holds exactly these. */
  hold(records: readonly RawRecord[]): Promise<void>;
  /** Spoils the entry of this id, so that it can be told whose it is and not what it says. */
  spoil(externalId: string): Promise<void>;
  /** Nothing can be read any more. */
  vanish(): Promise<void>;
  stop(): Promise<void>;
};

export type DirectoryKit = {
  name: string;
  start(): Promise<Source>;
  /** Config that cannot be right, by what is wrong with it. */
  nonsense: Readonly<Record<string, unknown>>;
  /** Tests or groups of tests that do not apply, each with the reason. */
  skip?: readonly Skip[];
  /** A record of the kit as this directory tells it, where that differs: ids that are numbers. */
  told?: (record: RawRecord) => RawRecord;
};

const soon = () => AbortSignal.timeout(20_000);

export const person = (n: number): RawRecord => ({
  externalId: `E${n}`,
  status: n % 7 === 3 ? 'suspended' : n % 11 === 5 ? 'left' : 'active',
  attributes: {
    employeeId: `E${n}`,
    email: `p${n}@acme.test`,
    givenName: 'Zoë',
    familyName: `O'Neil, "${n}"`,
    department: 'Sales & Marketing;EMEA',
    memberOf: ['staff', `team ${n % 3}`],
    startDate: '2026-02-28',
  },
});
/** A directory gives people in whatever order it has. */
const byId = (records: readonly RawRecord[]) => [...records].sort((a, b) => (a.externalId < b.externalId ? -1 : 1));
const people = (count: number) => Array.from({ length: count }, (_, index) => person(index + 1));

/** What every directory must do. */
export function testDirectory(kit: DirectoryKit): void {
  const { name, start, nonsense, skip = [], told = (record) => record } = kit;
  describe(`directory ${name}`, () => {
    let source: Source;
    let directory: Directory;
    const { test, group, checkSkips } = kitTests(`directory ${name}`, skip);
    const connect = () =>
      source.connector.connect(source.connector.config.parse(source.config), {
        ...{ name, allowHosts: [], deadline: 10_000, now: Date.now, ...source.context },
      });
    const failure = async (call: Promise<unknown>): Promise<ConnectorError> => {
      const error = await call.then(
        () => expect.unreachable('the call succeeded'),
        (reason: unknown) => reason,
      );
      if (!(error instanceof ConnectorError)) throw error;
      return error;
    };

    beforeEach(async () => {
      source = await start();
      directory = connect();
    });
    afterEach(() => source.stop());

    test('reads its config strictly', async () => {
      expect(source.connector.config.safeParse(source.config).success).toBe(true);
      for (const [what, config] of Object.entries(nonsense))
        expect(source.connector.config.safeParse(config).success, what).toBe(false);
    });

    test('gives everybody once, in canonical names, over 1, a page, a page and one, and many', async () => {
      const page = source.pageSize ?? 500;
      for (const count of new Set([1, 2, page - 1, page, page + 1, 2_000].filter((some) => some > 0))) {
        await source.hold(people(count));
        const { records, problems, end } = await readAll(directory);
        expect(problems).toEqual([]);
        expect(byId(records), String(count)).toEqual(byId(people(count).map(told)));
        const complete: ReadEnd = { kind: 'full', complete: true, cursor: end.cursor, rows: count };
        expect(end).toEqual(complete);
      }
    });

    test('gives them in pages, so that a company of any size fits in memory', async () => {
      await source.hold(people(2_000));
      const { pages } = await readAll(directory);
      expect(Math.max(...pages.map(({ records }) => records.length))).toBeLessThanOrEqual(1_000);
    });

    test('follows what changes', async () => {
      await source.hold([person(1), person(2), person(4)]);
      await readAll(directory);
      const moved = {
        ...person(2),
        status: 'suspended',
        attributes: { ...person(2).attributes, title: 'CEO' },
      } as const;
      await source.hold([person(1), moved]);
      const { records, end } = await readAll(directory);
      expect(byId(records)).toEqual(byId([person(1), moved].map(told)));
      expect(end).toMatchObject({ complete: true, rows: 2 });
    });

    test('reports an entry it cannot read, by whose it is, and reads on', async () => {
      await source.hold(people(600));
      await source.spoil('E77');
      const { records, problems, end } = await readAll(directory);
      const { externalId: spoilt } = told(person(77));
      expect(records.map(({ externalId }) => externalId)).not.toContain(spoilt);
      expect(records).toHaveLength(599);
      expect(problems).toEqual([{ place: expect.any(String), message: expect.any(String), externalId: spoilt }]);
      expect(end.complete).toBe(true);
    });

    test('says nothing about absence when it finds nobody', async () => {
      await source.hold([]);
      const { end } = await readAll(directory);
      expect(end.complete).toBe(false);
      expect(end.reason).toMatch(/\w+ \w+/);
    });

    test('fails with a reason and a remedy when the source cannot be read', async () => {
      await source.hold(people(3));
      await source.vanish();
      const error = await failure(readAll(directory));
      expect(error).toMatchObject({ kind: 'unavailable', effect: 'none' });
      expect(error.remedy).toMatch(/\w+ \w+/);
      expect((await directory.fingerprint?.(soon())) ?? null).toBeNull();
    });

    test('stops when there is no time left', async () => {
      await source.hold(people(50));
      const error = await failure(readAll(directory, null, AbortSignal.abort()));
      expect(error).toMatchObject({ kind: 'unavailable', effect: 'none' });
    });

    test('lets go of the source when the reader goes away', async () => {
      await source.hold(people(2_000));
      for await (const _ of directory.read(null, soon())) break;
      expect((await readAll(directory)).records).toHaveLength(2_000);
    });

    test('has a fingerprint that stays while nothing changes and changes with the content', async () => {
      await source.hold(people(3));
      const before = await directory.fingerprint?.(soon());
      expect(before).toEqual(expect.any(String));
      await readAll(directory);
      expect(await connect().fingerprint?.(soon())).toBe(before);
      await source.hold(people(4));
      expect(await directory.fingerprint?.(soon())).not.toBe(before);
    });

    test('calls when the source changes, once per change, until it is told to stop', async () => {
      await source.hold(people(3));
      let calls = 0;
      const stop = directory.watch?.(() => {
        calls += 1;
      });
      // From the moment it is told to, however long the watch takes to begin.
      await source.hold(people(20));
      await expect.poll(() => calls, { timeout: 20_000 }).toBe(1);
      for (let changes = 2; changes <= 4; changes += 1) {
        await expect
          .poll(
            async () => {
              if (calls < changes) await source.hold(people(3 + changes));
              return calls;
            },
            { timeout: 20_000, interval: 1_500 },
          )
          .toBe(changes);
      }
      await stop?.();
      await source.hold(people(9));
      await new Promise((resolve) => setTimeout(resolve, 1_000));
      expect(calls).toBe(4);
    });

    testReadFaults(kit, { test, group, checkSkips }, people);
    checkSkips();
  });
}
