import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { App, HTTPReceiver, LogLevel, type Receiver, SocketModeReceiver } from '@slack/bolt';
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

/** How Slack reaches a bot. Everything a person does looks the same over both. */
export const transports = ['http', 'socket'] as const;
export type Transport = (typeof transports)[number];

/** The same manifest with Socket Mode on. */
export const onSocketMode = (given: unknown): unknown => {
  const { settings, ...rest } = given as ReturnType<typeof manifest>;
  return { ...rest, settings: { ...settings, socket_mode_enabled: true } };
};

/** A workspace and a real Bolt app that it delivers to. `register` puts the listeners on. */
export const startWithBolt = async (
  register: (bolt: App) => void,
  { transport = 'http', ...options }: Options & { transport?: Transport } = {},
): Promise<WithBolt> => {
  const { connect, receiverOf, botUrl, close } = await (transport === 'http' ? overHttp() : overSocket());
  const given = options.manifest ?? manifest();
  const declared = transport === 'http' ? given : onSocketMode(given);
  const workspace = await startWorkspace({ people, channels, botUrl, ...options, manifest: declared });
  const bolt = new App({
    token: workspace.tokens.botToken,
    receiver: receiverOf(workspace),
    clientOptions: { slackApiUrl: `${workspace.url}/api/` },
    logger: silent,
  });
  register(bolt);
  await connect(bolt);
  const stop = async () => {
    await close(bolt);
    await workspace.stop();
  };
  return { ...workspace, stop, bolt, botUrl, client: clientFor(workspace) };
};

type Wiring = {
  botUrl: string;
  receiverOf(workspace: Workspace & { url: string }): Receiver;
  connect(bolt: App): Promise<unknown>;
  close(bolt: App): Promise<unknown>;
};

async function overHttp(): Promise<Wiring> {
  let handle: HTTPReceiver['requestListener'] = (_request, response) => void response.writeHead(503).end();
  const server = createServer((request, response) => handle(request, response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    botUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}/slack/events`,
    receiverOf({ tokens: { signingSecret } }) {
      const receiver = new HTTPReceiver({ signingSecret, logger: silent });
      handle = receiver.requestListener;
      return receiver;
    },
    connect: async () => undefined,
    close() {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(resolve));
    },
  };
}

async function overSocket(): Promise<Wiring> {
  return {
    botUrl: nowhere,
    receiverOf: (workspace) => socketReceiver(workspace),
    connect: (bolt) => bolt.start(),
    close: (bolt) => bolt.stop(),
  };
}

/** Slack's own Socket Mode client in Bolt's receiver. */
export const socketReceiver = (
  { url, tokens }: Pick<Workspace & { url: string }, 'url' | 'tokens'>,
  options: { appToken?: string; clientPingTimeout?: number } = {},
): SocketModeReceiver =>
  new SocketModeReceiver({
    appToken: tokens.appToken,
    logger: silent,
    ...options,
    installerOptions: { clientOptions: { slackApiUrl: `${url}/api/`, retryConfig: { retries: 0 } } },
  });

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
