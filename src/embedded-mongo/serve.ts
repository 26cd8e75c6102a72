import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { startServer } from './server.ts';
import { isCommitFailure } from './storage.ts';

/**
 * The store's process. Alone: `node --import tsx serve.ts --dir DIR [--socket PATH] [--map-bytes N] [--ttl-seconds N]` prints
 * `listening <uri>` and stops on SIGTERM or SIGINT. Started by `start.ts` it also reports by IPC and ends with its parent.
 */
export type Report = { readonly listening: string } | { readonly failed: string };

const { values } = parseArgs({
  options: {
    dir: { type: 'string' },
    socket: { type: 'string' },
    'map-bytes': { type: 'string' },
    'ttl-seconds': { type: 'string' },
  },
});

const numberOf = (name: 'map-bytes' | 'ttl-seconds'): number | undefined => {
  const text = values[name];
  if (text === undefined) return undefined;
  if (!(Number(text) > 0)) throw new Error(`--${name} must be a number above 0, not '${text}'`);
  return Number(text);
};

async function serve(): Promise<void> {
  if (values.dir === undefined) throw new Error('--dir DIR is required: the folder of the store');
  const dir = resolve(values.dir);
  process.umask(0o077);
  const server = await startServer({
    dir,
    socket: values.socket ?? join(dir, 'socket', 'mongo.sock'),
    mapBytes: numberOf('map-bytes'),
    ttlSeconds: numberOf('ttl-seconds'),
    log: (line) => process.stderr.write(`${line}\n`),
  });
  let stopping: Promise<void> | undefined;
  const stop = () => {
    stopping ??= server.stop().then(() => process.exit(0));
    return stopping;
  };
  // Terminals and service managers signal the whole group: a parent still needs the store to finish, and then disconnects.
  for (const signal of ['SIGTERM', 'SIGINT'] as const)
    process.on(signal, () => (process.connected ? undefined : stop()));
  process.on('disconnect', stop);
  process.on('unhandledRejection', onUnhandled);
  report({ listening: server.uri });
}

/** A failed commit is told to its clients; promises of its own that lmdb leaves rejected with it are no reason to end. */
function onUnhandled(reason: unknown): void {
  if (!isCommitFailure(reason)) throw reason;
}

function report(news: Report): void {
  if (process.send) process.send(news);
  else process.stdout.write('listening' in news ? `listening ${news.listening}\n` : `${news.failed}\n`);
}

serve().catch((error: unknown) => {
  report({ failed: error instanceof Error ? error.message : String(error) });
  process.exitCode = 1;
  if (process.connected) process.disconnect();
});
