import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** Something goes wrong with every so many requests, one kind after the other. */
const every = 9;
const faults = ['throttled', 'outage', 'lost'] as const;

/**
 * An app behind a line on which things go wrong: it throttles, fails without doing anything, or does what it was asked and the answer
 * is lost. Answers its address, and how often each happened.
 */
export async function faultyLine(target: string) {
  const happened = { throttled: 0, outage: 0, lost: 0 };
  let seen = 0;
  const server = createServer((asked, answer) => {
    seen += 1;
    const fault = seen % every === 0 ? faults[(seen / every) % faults.length] : undefined;
    if (fault !== undefined) happened[fault] += 1;
    if (fault === 'throttled') return void answer.writeHead(429, { 'retry-after': '1' }).end();
    if (fault === 'outage') return void answer.writeHead(503).end();
    return void passOn({ target, asked, answer, isLost: fault === 'lost' });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    happened,
    async stop() {
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await closed;
    },
  };
}

type Passage = { target: string; asked: IncomingMessage; answer: ServerResponse; isLost: boolean };

function passOn({ target, asked, answer, isLost }: Passage): void {
  const { method, headers } = asked;
  const onward = request(`${target}${asked.url}`, { ...(method !== undefined && { method }), headers }, (response) => {
    if (isLost) {
      response.resume().once('end', () => answer.destroy());
      return;
    }
    answer.writeHead(response.statusCode ?? 502, response.headers);
    response.pipe(answer);
  });
  onward.once('error', () => answer.destroy());
  asked.pipe(onward);
}
