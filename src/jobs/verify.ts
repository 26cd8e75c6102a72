import type { AppConfig } from '../core/app-schema.ts';
import { milliseconds } from '../core/time-schema.ts';
import type { Alarm } from './alarm.ts';

/** A list that failed is tried again after this long, not after a whole period. */
const lookEvery = 600_000;

/** Asks whether the app's accounts must be read again; `verify` reads them when the last complete list is older than the app allows. */
export const verifyApp = (
  app: { name: string; provisioning: Pick<AppConfig['provisioning'], 'verify'> },
  verify: (app: string, signal: AbortSignal) => Promise<unknown>,
): Alarm => ({
  name: `verify:${app.name}`,
  every: Math.min(milliseconds(app.provisioning.verify), lookEvery),
  run: async (signal) => void (await verify(app.name, signal)),
});
