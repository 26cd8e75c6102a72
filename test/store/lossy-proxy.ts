import { connect, createServer, type Server, type Socket } from 'node:net';

/** A way to a MongoDB that loses replies: the command is carried out, but its answer never comes. */
export type LossyProxy = {
  uri: string;
  /** Loses the reply to the next commands of that name, so many times. */
  loseReplies(command: string, times: number): void;
  /** How many replies are still to be lost. */
  left(): number;
  close(): Promise<void>;
};

export async function openLossyProxy(uri: string): Promise<LossyProxy> {
  const { host, rest } = parts(uri);
  let [command, left] = ['', 0];
  const sockets = new Set<Socket>();

  const server = createServer((client) => {
    const upstream = reach(host);
    let losing = false;
    for (const socket of [client, upstream]) {
      sockets.add(socket);
      socket.on('error', () => undefined);
      socket.on('close', () => {
        client.destroy();
        upstream.destroy();
      });
    }
    client.on('data', (chunk) => {
      if (left > 0 && commandIn(chunk) === command) {
        left -= 1;
        losing = true;
      }
      upstream.write(chunk);
    });
    upstream.on('data', (chunk) => {
      if (losing) client.destroy();
      else client.write(chunk);
    });
  });
  const port = await listen(server);
  return {
    uri: `mongodb://127.0.0.1:${port}/${rest}`,
    loseReplies(name, times) {
      [command, left] = [name, times];
    },
    left: () => left,
    async close() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** The name of the command in an OP_MSG: the first element of its first document (MongoDB wire protocol). */
function commandIn(message: Buffer): string {
  const start = 26;
  return message.subarray(start, message.indexOf(0, start)).toString();
}

function parts(uri: string): { host: string; rest: string } {
  const [, host = '', rest = ''] = /^mongodb:\/\/(?:[^@/]*@)?([^/]+)\/(.*)$/.exec(uri) ?? [];
  return { host: decodeURIComponent(host), rest };
}

function reach(host: string): Socket {
  if (host.startsWith('/')) return connect(host);
  const [name = '127.0.0.1', port = '27017'] = host.split(':');
  return connect(Number(port), name);
}

async function listen(server: Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  return typeof address === 'object' && address !== null ? address.port : 0;
}
