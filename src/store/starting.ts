import type { Connection } from 'mongoose';
import { createOwnership } from '../engine/ownership.ts';
import type { Clock } from '../engine/ports.ts';
import type { LeaseStore } from '../engine/store-ports.ts';
import { requireWhole } from './mongo/moves.ts';

type Starting = { connection: Connection; leases: LeaseStore; clock: Clock; owner: string };

/** How long the lease of a process that was killed at its start stands in the way of an import, milliseconds. */
const lease = 10_000;

/**
 * Says that a process begins to work on the store, and only then looks whether an import has it. An import does it the other way round,
 * its mark first and then the leases: whoever comes second sees the other, in whatever order the two go. `over`: the process holds
 * leases of its own by now.
 * @throws RollcallError `import-unfinished` (show)
 */
export async function starting({ connection, leases, clock, owner }: Starting): Promise<{ over(): Promise<void> }> {
  const ownership = createOwnership({ leases, clock, owner, lease });
  // Where another process is at its start, its lease says as much as ours.
  await ownership.acquire('start');
  try {
    await requireWhole(connection);
  } catch (error) {
    await ownership.releaseAll();
    throw error;
  }
  return { over: () => ownership.releaseAll() };
}
