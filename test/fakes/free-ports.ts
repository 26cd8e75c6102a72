import { createServer } from 'node:net';

/** Above it are the ports that Linux gives to outgoing connections: one may be taken between the look and the start. */
const highest = 32_000;

/** A port with its three followers free: the bot and the three example apps. */
export async function freePorts(): Promise<number> {
  for (;;) {
    const port = 20_000 + Math.floor(Math.random() * (highest - 20_000));
    const free = await Promise.all([0, 1, 2, 3].map((which) => isFree(port + which)));
    if (free.every(Boolean)) return port;
  }
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
  });
}
