import type { DirectoryPage, ReadEnd, RecordProblem } from '../../src/core/connector.ts';
import type { OneLoginConfig } from './config.ts';
import { deletionsSince } from './feed.ts';
import type { Addresses } from './people.ts';
import type { RoleBook } from './roles.ts';
import type { Wire } from './wire.ts';

/** What the reads of one directory share. */
export type Account = {
  config: OneLoginConfig;
  name: string;
  now: () => number;
  wire: Wire;
  roles: RoleBook;
  /** Addresses of the users seen since this process started. */
  addresses: Addresses;
};
export type Read = AsyncGenerator<DirectoryPage, ReadEnd, void>;

export const minutes = 60_000;

/** Who was deleted since; nothing where the events are not to be read. */
export const deletions = async ({ wire, config }: Account, since: number, signal: AbortSignal) =>
  config.events
    ? deletionsSince(wire, config.deletionEvents, since, signal)
    : { ids: new Set<string>(), unreadable: 'they are switched off' };

/** Said at every read until it is mended or the events are switched off, since deletions come late without them. */
export function eventProblem({ config }: Account, unreadable: string | null): RecordProblem[] {
  if (unreadable === null || !config.events) return [];
  const message = `deletions are only noticed by full reads: ${unreadable} Give the credential “Read all”, or write events: false.`;
  return [{ place: 'the events', message }];
}
