import { Config } from '../core/config.ts';
import { milliseconds } from '../core/time-schema.ts';
import type { Timings } from './ports.ts';

/** What a configuration says of time, in milliseconds. */
export const timingsOf = (config: Config): Timings => {
  const { lease, deadline, settle, retry, retryMax, attempts } = config.settings.timings;
  return {
    ...{ lease: milliseconds(lease), deadline: milliseconds(deadline), settle: milliseconds(settle) },
    ...{ retry: milliseconds(retry), retryMax: milliseconds(retryMax), attempts },
  };
};

/** The timings a process starts with: the configuration's, or the defaults where there is none yet. */
export const startTimings = (config: Config | null): Timings => timingsOf(config ?? Config.parse({ version: 1 }));
