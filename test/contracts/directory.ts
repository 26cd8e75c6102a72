import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  ConnectorError,
  type Directory,
  type DirectoryConnector,
  type DirectoryPage,
  type RawRecord,
  type ReadEnd,
} from '../../src/core/connector.ts';

/** A source that holds nobody yet, and what can be done to it. */
export type Source = {
  connector: DirectoryConnector;
  config: Readonly<Record<string, unknown>>;
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
};

const soon = () => AbortSignal.timeout(20_000);

/** Everything a read gave, and how it ended. */
export async function readAll(directory: Directory, cursor: string | null = null, signal = soon()) {
  const pages: DirectoryPage[] = [];
  const reading = directory.read(cursor, signal);
  for (;;) {
    const next = await reading.next();
    if (next.done === true) return { ...flat(pages), pages, end: next.value };
    pages.push(next.value);
  }
}
const flat = (pages: readonly DirectoryPage[]) => ({
  records: pages.flatMap(({ records }) => records),
  problems: pages.flatMap(({ problems }) => problems),
});

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
const people = (count: number) => Array.from({ length: count }, (_, index) => person(index + 1));

/** What every directory must do. */
export function testDirectory({ name, start, nonsense }: DirectoryKit): void {
  describe(`directory ${name}`, () => {
    let source: Source;
    let directory: Directory;
    const connect = () =>
      source.connector.connect(source.connector.config.parse(source.config), {
        ...{ name, allowHosts: [], deadline: 10_000, now: Date.now },
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

    it('reads its config strictly', () => {
      expect(source.connector.config.safeParse(source.config).success).toBe(true);
      for (const [what, config] of Object.entries(nonsense))
        expect(source.connector.config.safeParse(config).success, what).toBe(false);
    });

    it('gives everybody once, in canonical names, over one, many and very many', async () => {
      for (const count of [1, 2, 499, 500, 501, 2_000]) {
        await source.hold(people(count));
        const { records, problems, end } = await readAll(directory);
        expect(problems).toEqual([]);
        expect(records, String(count)).toEqual(people(count));
        const complete: ReadEnd = { kind: 'full', complete: true, cursor: end.cursor, rows: count };
        expect(end).toEqual(complete);
      }
    });

    it('gives them in pages, so that a company of any size fits in memory', async () => {
      await source.hold(people(2_000));
      const { pages } = await readAll(directory);
      expect(Math.max(...pages.map(({ records }) => records.length))).toBeLessThanOrEqual(1_000);
    });

    it('follows what changes', async () => {
      await source.hold([person(1), person(2), person(4)]);
      await readAll(directory);
      const moved = {
        ...person(2),
        status: 'suspended',
        attributes: { ...person(2).attributes, title: 'CEO' },
      } as const;
      await source.hold([person(1), moved]);
      const { records, end } = await readAll(directory);
      expect(records).toEqual([person(1), moved]);
      expect(end).toMatchObject({ complete: true, rows: 2 });
    });

    it('reports an entry it cannot read, by whose it is, and reads on', async () => {
      await source.hold(people(600));
      await source.spoil('E77');
      const { records, problems, end } = await readAll(directory);
      expect(records.map(({ externalId }) => externalId)).not.toContain('E77');
      expect(records).toHaveLength(599);
      expect(problems).toEqual([{ place: expect.any(String), message: expect.any(String), externalId: 'E77' }]);
      expect(end.complete).toBe(true);
    });

    it('says nothing about absence when it finds nobody', async () => {
      await source.hold([]);
      const { end } = await readAll(directory);
      expect(end.complete).toBe(false);
      expect(end.reason).toMatch(/\w+ \w+/);
    });

    it('fails with a reason and a remedy when the source cannot be read', async () => {
      await source.hold(people(3));
      await source.vanish();
      const error = await failure(readAll(directory));
      expect(error).toMatchObject({ kind: 'unavailable', effect: 'none' });
      expect(error.remedy).toMatch(/\w+ \w+/);
      expect((await directory.fingerprint?.(soon())) ?? null).toBeNull();
    });

    it('stops when there is no time left', async () => {
      await source.hold(people(50));
      const error = await failure(readAll(directory, null, AbortSignal.abort()));
      expect(error).toMatchObject({ kind: 'unavailable', effect: 'none' });
    });

    it('lets go of the source when the reader goes away', async () => {
      await source.hold(people(2_000));
      for await (const _ of directory.read(null, soon())) break;
      expect((await readAll(directory)).records).toHaveLength(2_000);
    });

    it('has a fingerprint that stays while nothing changes and changes with the content', async () => {
      await source.hold(people(3));
      const before = await directory.fingerprint?.(soon());
      expect(before).toEqual(expect.any(String));
      await readAll(directory);
      expect(await connect().fingerprint?.(soon())).toBe(before);
      await source.hold(people(4));
      expect(await directory.fingerprint?.(soon())).not.toBe(before);
    });

    it('calls when the source changes, once per change, until it is told to stop', async () => {
      await source.hold(people(3));
      let calls = 0;
      const stop = directory.watch?.(() => {
        calls += 1;
      });
      for (let changes = 1; changes <= 3; changes += 1) {
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
      expect(calls).toBe(3);
    });
  });
}
