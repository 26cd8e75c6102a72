import type { AddressInfo } from 'node:net';
import { connect, createServer, type Socket } from 'node:net';

/**
 * A way to a store that can be cut: nothing passes any more, and nobody is told, as when a cable is pulled. Mended, everything held
 * back arrives.
 */
export async function openLink(uri: string) {
  const [, host = '', rest = ''] = /^mongodb:\/\/(?:[^@/]*@)?([^/]+)\/(.*)$/.exec(uri) ?? [];
  const sockets = new Set<Socket>();
  let isCut = false;

  const server = createServer((client) => {
    const upstream = reach(decodeURIComponent(host));
    for (const [from, to] of [
      [client, upstream],
      [upstream, client],
    ] as const) {
      sockets.add(from);
      from.on('error', () => undefined);
      from.on('data', (chunk) => to.write(chunk));
      from.on('close', () => {
        sockets.delete(from);
        to.destroy();
      });
      if (isCut) from.pause();
    }
  });
  server.listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  return {
    uri: `mongodb://127.0.0.1:${(server.address() as AddressInfo).port}/${rest}`,
    cut(): void {
      isCut = true;
      for (const socket of sockets) socket.pause();
    },
    mend(): void {
      isCut = false;
      for (const socket of sockets) socket.resume();
    },
    async close(): Promise<void> {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
export type StoreLink = Awaited<ReturnType<typeof openLink>>;

function reach(host: string): Socket {
  if (host.startsWith('/')) return connect(host);
  const [name = '127.0.0.1', port = '27017'] = host.split(':');
  return connect(Number(port), name);
}
