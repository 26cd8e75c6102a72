import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { BoltEdge } from '../../src/slack/receiver.ts';

/** How Slack reaches the offices opened from now on. */
export const transport: { name: 'http' | 'socket' } = { name: 'http' };

/** The same manifest with Socket Mode on. */
export const onSocketMode = <M extends { settings: object }>(manifest: M): M => ({
  ...manifest,
  settings: { ...manifest.settings, socket_mode_enabled: true },
});

/** What lies between the workspace and the bot: a port, or connections that the bot opens. */
export type Wire = { botUrl: string; join(bolt: BoltEdge): Promise<void>; close(): Promise<void> };

export async function openHttp(): Promise<Wire> {
  let handler: BoltEdge['handler'] = (_request, response) => response.writeHead(503).end();
  const server = createServer((request, response) => handler?.(request, response));
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  return {
    botUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}/slack/events`,
    async join(bolt) {
      handler = bolt.handler;
    },
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

export async function openSocket(): Promise<Wire> {
  let joined: BoltEdge | null = null;
  return {
    botUrl: 'http://127.0.0.1:9/slack/events',
    async join(bolt) {
      joined = bolt;
      bolt.start();
      while (bolt.problem() !== null) await new Promise((resolve) => setTimeout(resolve, 2));
    },
    close: async () => joined?.stop(),
  };
}
