import { createReadStream } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import mongoose from 'mongoose';
import { writeArchive } from '../../../src/cli/store-file.ts';
import { openSnapshot } from '../../../src/embedded-mongo/snapshot.ts';
import { exportStore } from '../../../src/store/archive/export.ts';
import { importStore } from '../../../src/store/archive/import.ts';
import { mongoSource, snapshotSource } from '../../../src/store/archive/source.ts';

/**
 * A process of its own that moves a store: `import URI FILE [COMMAND]`, `export URI FILE` over the wire, or `export DIR FILE` from the folder.
 * COMMAND: the number of the command to the store at which it kills itself, as `kill -9` does.
 * Prints the most memory that it held, bytes, and not what was waiting to be collected: run with `--expose-gc`.
 */
const [, , action = '', place = '', file = '', deadly = '0'] = process.argv;
const version = '1.0.0';
let ticks = 0;
/** A mark that stands still is seen at once: seconds go by between any two looks. */
const clock = {
  now: () => Date.now(),
  monotonic: () => {
    ticks += 1_000;
    return ticks;
  },
  sleep: () => delay(1),
};

let most = 0;
const watch = setInterval(() => {
  globalThis.gc?.();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  most = Math.max(most, heapUsed + arrayBuffers);
}, 100);

const connection = place.startsWith('mongodb:')
  ? await mongoose.createConnection(place, { monitorCommands: true, autoCreate: false, autoIndex: false }).asPromise()
  : null;
let commands = 0;
connection?.getClient().on('commandStarted', () => {
  commands += 1;
  if (commands === Number(deadly)) process.kill(process.pid, 'SIGKILL');
});

const told = () => {};
if (action === 'import' && connection !== null) {
  const bytes = () => createReadStream(file);
  await importStore({ connection, clock, version, run: `${process.pid}`, bytes, told });
} else {
  const isServed = async () => false;
  const source =
    connection === null ? snapshotSource(() => openSnapshot({ dir: place }), isServed) : mongoSource(connection);
  await exportStore({ source, clock, version, whileRunning: true, told }, (pieces) => writeArchive(file, pieces));
}
clearInterval(watch);
await connection?.close();
process.stdout.write(`${most}\n`);
