import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { scim } from '@better-auth/scim';
import { type BetterAuthPlugin, betterAuth } from 'better-auth';
import { memoryAdapter } from 'better-auth/adapters/memory';
import { getAuthTables } from 'better-auth/db';
import { toNodeHandler } from 'better-auth/node';
import type { Peer } from '../contracts/target.ts';
import { bareScim, groupNames, scimPeer, token } from './scim-peers.ts';

/** A strict real server: better-auth's SCIM, in memory. */
export async function startBetterAuthPeer(options: Record<string, unknown> = {}): Promise<Peer> {
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const plugin = scim({ connections: [{ id: 'rollcall', credentials: [{ type: 'bearer', id: 'one', token }] }] });
  /** Its types were not made for `exactOptionalPropertyTypes`. */
  const plugins = [plugin as unknown as BetterAuthPlugin];
  const tables = Object.values(getAuthTables({ plugins })).map(({ modelName }): [string, unknown[]] => [modelName, []]);
  const auth = betterAuth({
    baseURL: origin,
    secret: 'a secret of the test alone, 32 letters or more',
    database: memoryAdapter(Object.fromEntries(tables)),
    plugins,
    telemetry: { enabled: false },
    rateLimit: { enabled: false },
  });
  server.on('request', toNodeHandler(auth));
  const baseUrl = `${origin}/api/auth/scim/v2`;
  const bare = bareScim(baseUrl, token);
  for (const name of groupNames) await bare.createGroup(name);
  return scimPeer(baseUrl, options, async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
}
