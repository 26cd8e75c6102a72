import { system } from '../../core/event.ts';
import type { Progress } from '../governance.ts';
import type { Deps } from '../ports.ts';

/**
 * Imports the app's own entitlement values page by page. A read that does not come to its end (an error, a crash) leaves the list
 * as it was. Answers how many there are.
 * @throws ConnectorError when the values could not be read to their end.
 */
export async function importEntitlements(
  deps: Pick<Deps, 'store' | 'clock' | 'random' | 'connections'>,
  app: string,
  signal: AbortSignal,
  progress: Progress = () => undefined,
): Promise<number> {
  const { accounts } = deps.store;
  const sweep = deps.random.id('s');
  const expected = (await accounts.entitlements(app)).length;
  let read = 0;
  progress(read, expected === 0 ? null : expected);
  for await (const page of deps.connections.target(app).target.entitlements(signal)) {
    await accounts.putEntitlements(app, sweep, read, page);
    read += page.length;
    progress(read, expected < read ? null : expected);
  }
  const { count } = await accounts.finishEntitlements(app, sweep, deps.clock.now());
  return count;
}

export const verifier = system('verify');
