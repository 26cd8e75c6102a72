import { directory, target } from '../../../connectors/google-workspace/index.ts';
import { ConnectorError, type NewAccount } from '../../../src/core/connector.ts';
import type { Google } from '../../fakes/google.ts';

export const soon = () => AbortSignal.timeout(20_000);
const context = (now: () => number = Date.now) => ({ name: 'google', allowHosts: [], deadline: 10_000, now });

/** The directory on a fake, as the engine opens it. */
export const openDirectory = (fake: Google, change: object = {}) =>
  directory.connect(directory.config.parse({ ...fake.settings, waitSeconds: 0, ...change }), context());

/** The app on a fake, as the engine opens it. */
export const openTarget = (fake: Google, options: object = {}, now?: () => number) =>
  target.connect(target.config.parse({ ...fake.settings, options }), context(now));

export async function failureOf(call: Promise<unknown>): Promise<ConnectorError> {
  const error = await call.then(
    () => new Error('the call succeeded'),
    (reason: unknown) => reason,
  );
  if (!(error instanceof ConnectorError)) throw error;
  return error;
}

/** The n-th account of its kind; all its values are new to the app. */
export const account = (n: number): NewAccount => ({
  externalId: `person-${n}`,
  attributes: {
    ...{ userName: `zoe.${n}@acme.test`, givenName: 'Zoë', familyName: `O'Neil "${n}"`, title: 'Clerk' },
    ...{ department: 'Sales & Marketing', employeeId: `E${n}`, phone: `+4930${n}` },
  },
  entitlements: {},
});

export const none = { set: {}, clear: [], entitlements: {} };
