import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type express from 'express';

type Served = {
  port: number;
  /** What it says, in one line, once it listens on this address. */
  says(url: string): string;
  /** Done once everything is on disk. */
  saved(): Promise<void>;
};

/** Serves on 127.0.0.1 only (port 0: any), and ends on SIGTERM or with the process that started it. Answers its own address. */
export function serve(app: express.Express, { port, says, saved }: Served): () => string {
  const server = createServer(app);
  const url = () => `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const stop = () => {
    server.close();
    server.closeAllConnections();
    void saved().then(() => process.exit(0));
  };
  server.listen(port, '127.0.0.1', () => void process.stdout.write(`${says(url())}\n`));
  for (const signal of ['SIGTERM', 'SIGINT'] as const)
    process.on(signal, () => (process.connected ? undefined : stop()));
  process.once('disconnect', stop);
  return url;
}

/** Pages for people at this machine only: a page elsewhere that points its own name here gets nothing. */
export function toPeopleHere(request: express.Request, response: express.Response, next: express.NextFunction): void {
  response.set({
    'Content-Security-Policy': "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'",
    'Cache-Control': 'no-store',
  });
  if (['127.0.0.1', 'localhost'].includes(request.hostname)) next();
  else response.status(403).type('text').send('Open this page as 127.0.0.1.');
}
