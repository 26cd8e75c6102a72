import { connector } from '../../../connectors/onelogin/index.ts';
import { ConnectorError, type Directory, type DirectoryPage } from '../../../src/core/connector.ts';
import type { OneLogin } from '../../fakes/onelogin.ts';

/** The directory on a fake, as the engine opens it. */
export const open = (fake: OneLogin, change: object = {}, deadline = 10_000, now: () => number = Date.now) =>
  connector.connect(connector.config.parse({ ...fake.config, ...change }), {
    ...{ name: 'onelogin', allowHosts: [], deadline, now },
  });

export async function failureOf(call: Promise<unknown>): Promise<ConnectorError> {
  const error = await call.then(
    () => new Error('the call succeeded'),
    (reason: unknown) => reason,
  );
  if (!(error instanceof ConnectorError)) throw error;
  return error;
}

/** So many users with the ids 1 to `count`. */
export function fill(fake: OneLogin, count: number): void {
  for (let id = 1; id <= count; id += 1) fake.put({ id, email: `p${id}@acme.test`, role_ids: [] });
}

/** Everything a read gave, and how it ended. */
export async function readAll(directory: Directory, cursor: string | null = null) {
  const pages: DirectoryPage[] = [];
  const reading = directory.read(cursor, AbortSignal.timeout(20_000));
  for (;;) {
    const next = await reading.next();
    if (next.done === true) {
      const records = pages.flatMap((page) => page.records);
      return { records, problems: pages.flatMap((page) => page.problems), pages, end: next.value };
    }
    pages.push(next.value);
  }
}
