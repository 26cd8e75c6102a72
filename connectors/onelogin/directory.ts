import type { ConnectorContext, Directory } from '../../src/core/connector.ts';
import { type Account, minutes, type Read } from './account.ts';
import { readChanges } from './changes.ts';
import type { OneLoginConfig } from './config.ts';
import { readCursor } from './cursor.ts';
import { readNotice } from './hook.ts';
import { roleBook } from './roles.ts';
import { readEverybody } from './sweep.ts';
import { oneLoginWire } from './wire.ts';

/** A OneLogin account as a directory: everybody now and then, in between what changed and who was deleted. */
export function oneLoginDirectory(config: OneLoginConfig, context: ConnectorContext): Directory {
  const { name, now } = context;
  const wire = oneLoginWire(config, context);
  const account: Account = { config, name, now, wire, roles: roleBook(wire, config.roles, name), addresses: new Map() };
  return {
    read: (text, signal) => read(account, text, signal),
    hook: (delivery) => readNotice(config, delivery),
  };
}

/** Changes alone where the last full read is young enough; `readChanges` may still find that they are not enough. */
async function* read(account: Account, text: string | null, signal: AbortSignal): Read {
  const cursor = readCursor(text);
  const { config, roles, now } = account;
  const age = cursor === null ? Number.POSITIVE_INFINITY : now() - cursor.full;
  if (cursor !== null && age >= 0 && age < config.fullReadHours * 60 * minutes && roles.isOpen()) {
    const end = yield* readChanges(account, cursor, signal);
    if (end !== null) return end;
  }
  return yield* readEverybody(account, signal);
}
