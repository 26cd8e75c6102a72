import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { App, HTTPReceiver, LogLevel } from '@slack/bolt';
import { WebClient } from '@slack/web-api';
import { startWorkspace, type Workspace, type WorkspaceOptions } from '../../src/local-slack/workspace.ts';
import { channels, manifest, people } from './fixtures.ts';

type Options = Partial<Omit<WorkspaceOptions, 'botUrl' | 'publicUrl'>>;
export type Running = Workspace & { url: string; client: WebClient };

const nowhere = 'http://127.0.0.1:9/slack/events';

type Address = { url: string; tokens: { botToken: string } };

export const clientFor = (workspace: Address, token = workspace.tokens.botToken): WebClient =>
  new WebClient(token, {
    slackApiUrl: `${workspace.url}/api/`,
    retryConfig: { retries: 0 },
    rejectRateLimitedCalls: true,
    logLevel: LogLevel.ERROR,
    logger: silent,
  });

/** A workspace whose bot is nowhere, and Slack's own client on it. */
export const startAlone = async (options: Options = {}): Promise<Running> => {
  const workspace = await startWorkspace({ manifest: manifest(), people, channels, botUrl: nowhere, ...options });
  return { ...workspace, client: clientFor(workspace) };
};

const nothing = () => undefined;
export const silent = {
  debug: nothing,
  info: nothing,
  warn: nothing,
  error: nothing,
  setLevel: nothing,
  getLevel: () => LogLevel.ERROR,
  setName: nothing,
};

export type WithBolt = Running & { bolt: App; botUrl: string };

/** A workspace and a real Bolt app that it delivers to by signed HTTP. `register` puts the listeners on. */
export const startWithBolt = async (register: (bolt: App) => void, options: Options = {}): Promise<WithBolt> => {
  let handle: HTTPReceiver['requestListener'] = (_request, response) => void response.writeHead(503).end();
  const server = createServer((request, response) => handle(request, response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const botUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}/slack/events`;
  const workspace = await startWorkspace({ manifest: manifest(), people, channels, botUrl, ...options });
  const receiver = new HTTPReceiver({ signingSecret: workspace.tokens.signingSecret, logger: silent });
  handle = receiver.requestListener;
  const bolt = new App({
    token: workspace.tokens.botToken,
    receiver,
    clientOptions: { slackApiUrl: `${workspace.url}/api/` },
    logger: silent,
  });
  register(bolt);
  const stop = async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
    await workspace.stop();
  };
  return { ...workspace, stop, bolt, botUrl, client: clientFor(workspace) };
};

/** Waits until `look` gives something, for at most five seconds. */
export const until = async <T>(look: () => T | undefined | false): Promise<T> => {
  for (let attempt = 0; attempt < 500; attempt += 1) {
    const found = look();
    if (found !== undefined && found !== false) return found;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  throw new Error('What the test waits for did not happen within five seconds.');
};

/** The error code of a refused call; fails when the call succeeds. */
export const refusal = async (call: Promise<unknown>): Promise<{ error: string } & Record<string, unknown>> => {
  try {
    await call;
  } catch (error) {
    if (error instanceof Error && 'data' in error) return error.data as { error: string };
    throw error;
  }
  throw new Error('The call was not refused.');
};

export const channelId = (workspace: Pick<Workspace, 'state'>, name: string): string => {
  const channel = workspace.state.channels.find((each) => each.name === name);
  if (!channel) throw new Error(`There is no channel ${name}.`);
  return channel.id;
};
