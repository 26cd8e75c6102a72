import type { DirectoryConfig } from '../core/config.ts';
import { milliseconds } from '../core/time-schema.ts';
import type { Alarm } from './alarm.ts';

/** Reads the directory in its own schedule. */
export const syncDirectory = (
  directory: Pick<DirectoryConfig, 'name' | 'schedule'>,
  sync: (directory: string) => Promise<unknown>,
): Alarm => ({
  name: `sync:${directory.name}`,
  every: milliseconds(directory.schedule),
  run: async () => void (await sync(directory.name)),
});
