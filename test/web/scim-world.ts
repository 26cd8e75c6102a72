import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import express from 'express';
import { connector } from '../../connectors/scim-inbound/index.ts';
import { Config } from '../../src/core/config.ts';
import type { DirectoryConnector } from '../../src/core/connector.ts';
import { system } from '../../src/core/event.ts';
import { buildEngine } from '../../src/engine/ground.ts';
import type { Log } from '../../src/engine/ports.ts';
import type { Store } from '../../src/engine/store-ports.ts';
import { systemClock, systemRandom } from '../../src/engine/system-clock.ts';
import { memoryStore } from '../../src/store/memory.ts';
import { scimRouter } from '../../src/web/scim.ts';
import { silent } from '../engine/company.ts';
import { testSealing } from '../fakes/sealing.ts';

// biome-ignore lint/suspicious/noExplicitAny: what a server answers is looked at member by member.
export type Answer = { status: number; body: any; text: string; headers: Headers };
export type Given = { body?: unknown; text?: string; token?: string | null; headers?: Record<string, string> };

export const urn = {
  user: 'urn:ietf:params:scim:schemas:core:2.0:User',
  group: 'urn:ietf:params:scim:schemas:core:2.0:Group',
  enterprise: 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User',
  patch: 'urn:ietf:params:scim:api:messages:2.0:PatchOp',
};
export const patchOf = (...Operations: unknown[]) => ({ schemas: [urn.patch], Operations });

const day = 86_400_000;

/** A server with nothing but SCIM, on loopback, and directories that are pushed to; `read` is one that is not. */
export async function startScim(
  directories: readonly string[] = ['okta'],
  {
    store = memoryStore(),
    log = silent,
    clock = systemClock,
  }: { store?: Store; log?: Log; clock?: typeof systemClock } = {},
) {
  const connectors = {
    targets: new Map(),
    directories: new Map<string, DirectoryConnector>([[connector.name, connector as DirectoryConnector]]),
  };
  const ground = { store, connectors, clock, log, random: systemRandom, secret: () => undefined, ...testSealing() };
  const engine = await buildEngine(ground);
  const named = directories.map((name) => ({ name, connector: 'scim-inbound' }));
  await engine.configure(Config.parse({ version: 1, directories: named }), system('test'));
  const tokens = new Map<string, string>();
  const renew = async (name: string, overlap = day) => {
    const made = await engine.inbound.makePushToken(name, { overlap, lifetime: 30 * day }, system('test'));
    tokens.set(name, made.token);
    return made;
  };
  for (const name of directories) await renew(name);

  const app = express();
  const server = createServer(app);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  app.use('/scim/v2', scimRouter({ useCases: engine.inbound, clock, log, publicUrl: origin }));

  const call = async (method: string, path: string, given: Given = {}): Promise<Answer> => {
    const token = given.token === undefined ? tokens.get(directories[0] ?? '') : given.token;
    const text = given.text ?? (given.body === undefined ? undefined : JSON.stringify(given.body));
    const response = await fetch(`${origin}/scim/v2${path}`, {
      method,
      headers: {
        ...(token !== null && { authorization: `Bearer ${token}` }),
        'content-type': 'application/scim+json',
        ...given.headers,
      },
      ...(text !== undefined && { body: text }),
    });
    const answered = await response.text();
    const isJson = response.headers.get('content-type')?.includes('json') ?? false;
    return {
      status: response.status,
      body: isJson ? JSON.parse(answered) : null,
      text: answered,
      headers: response.headers,
    };
  };
  return {
    ...{ engine, store, origin, tokens, renew, call },
    stop: () =>
      new Promise<void>((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}
export type ScimWorld = Awaited<ReturnType<typeof startScim>>;
