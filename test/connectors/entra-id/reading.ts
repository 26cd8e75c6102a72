import { directory, target } from '../../../connectors/entra-id/index.ts';
import { ConnectorError, type Directory, type Target } from '../../../src/core/connector.ts';
import type { Entra } from '../../fakes/entra.ts';

/** An id as Entra ID has them, out of a number. */
export const guid = (n: number): string => `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`;

type Now = () => number;

/** The directory on a fake, as the engine opens it. */
export const openDirectory = (fake: Entra, change: object = {}, now: Now = Date.now, deadline = 10_000): Directory =>
  directory.connect(directory.config.parse({ ...fake.config, lagSeconds: 0, waitSeconds: 1, ...change }), {
    ...{ name: 'entra', allowHosts: [], deadline, now },
  });

export const openTarget = (fake: Entra, change: object = {}, now: Now = Date.now, deadline = 10_000): Target =>
  target.connect(target.config.parse({ ...fake.config, lagSeconds: 0, ...change }), {
    ...{ name: 'entra', allowHosts: [], deadline, now },
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
export function fill(fake: Entra, count: number): void {
  for (let n = 1; n <= count; n += 1)
    fake.tenant.put({ id: guid(n), userPrincipalName: `p${n}@acme.test`, mail: `p${n}@acme.test`, userType: 'Member' });
}
