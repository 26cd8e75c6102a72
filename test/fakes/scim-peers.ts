import { type ChildProcess, fork } from 'node:child_process';
import { scryptSync } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { connector } from '../../connectors/scim/index.ts';
import type { NewAccount, TargetConnector } from '../../src/core/connector.ts';
import type { Peer } from '../contracts/target.ts';
import { startFaultServer } from './fault-server.ts';
import type { Quirks } from './scim-app.ts';

const userSchema = 'urn:ietf:params:scim:schemas:core:2.0:User';
const groupSchema = 'urn:ietf:params:scim:schemas:core:2.0:Group';
const patchSchema = 'urn:ietf:params:scim:api:messages:2.0:PatchOp';

/** A SCIM app's own side: calls it bare, as its console would. */
export function bareScim(baseUrl: string, token: string) {
  const call = async (method: string, path: string, body?: unknown) => {
    const response = await fetch(`${baseUrl}${path}`, {
      method,
      headers: { Authorization: `Bearer ${token}`, 'Content-Type': 'application/scim+json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${path} answered ${response.status}: ${text}`);
    return text === '' ? {} : JSON.parse(text);
  };
  const row = async (kind: 'Users' | 'Groups', attribute: string, value: string): Promise<Record<string, unknown>> => {
    const { Resources = [] } = await call('GET', `/${kind}?startIndex=1&count=100`);
    const found = Resources.find((candidate: Record<string, unknown>) => candidate[attribute] === value);
    if (found === undefined) throw new Error(`there is no ${value} among ${kind}`);
    return found;
  };
  return {
    createGroup: (displayName: string) => call('POST', '/Groups', { schemas: [groupSchema], displayName }),
    createAccount: async (userName: string): Promise<string> => {
      const emails = [{ value: userName, primary: true, type: 'work' }];
      await call('POST', '/Users', { schemas: [userSchema], userName, emails, active: true });
      return String((await row('Users', 'userName', userName)).id);
    },
    give: async (value: string, remoteId: string): Promise<void> => {
      const operation = { op: 'add', path: 'members', value: [{ value: remoteId }] };
      const { id } = await row('Groups', 'displayName', value);
      await call('PATCH', `/Groups/${id}`, { schemas: [patchSchema], Operations: [operation] });
    },
    holders: async (value: string): Promise<string[]> => {
      const { members = [] } = await row('Groups', 'displayName', value);
      return (members as { value: string }[]).map((member) => member.value);
    },
  };
}

export const token = 'canary-7f3a9c2e51b84d06';
export const groupNames = ['Sales and Marketing', 'Managers'] as const;

export const account = (n: number): NewAccount => ({
  externalId: `person-${n}`,
  attributes: {
    userName: `zoe.${n}@acme.test`,
    email: `zoe.${n}@acme.test`,
    givenName: 'Zoë',
    familyName: `O'Neil "${n}"`,
    displayName: `Zoë O'Neil ${n}`,
    title: 'Clerk',
    department: 'Sales & Marketing',
    employeeNumber: `E${n}`,
  },
  entitlements: {},
});

/** What makes a SCIM app at `baseUrl` a peer of the contract kit. */
export function scimPeer(baseUrl: string, options: Record<string, unknown>, stop: () => Promise<void>): Peer {
  const connection = { baseUrl, allowHosts: ['127.0.0.1'], options: { pageSize: 4, ...options } };
  return {
    connector: connector as TargetConnector,
    connection: { ...connection, auth: { type: 'bearer', token } },
    wrongSecret: { ...connection, auth: { type: 'bearer', token: `${token}-wrong` } },
    origin: new URL(baseUrl).origin,
    secrets: [token],
    pageSize: 4,
    account,
    invalid: { externalId: 'nobody', attributes: { title: 'No name' }, entitlements: {} },
    attributes: { changed: 'title', cleared: 'department', kept: 'employeeNumber' },
    entitlement: { target: 'groups', values: groupNames },
    outside: bareScim(baseUrl, token),
    stop,
  };
}

export const nonsense: Readonly<Record<string, unknown>> = {
  nothing: {},
  'no address': { baseUrl: 'crm', auth: { type: 'bearer', token } },
  'an address of another kind': { baseUrl: 'ftp://crm.test/', auth: { type: 'bearer', token } },
  'credentials in the address': { baseUrl: 'https://me:secret@crm.test/', auth: { type: 'bearer', token } },
  'no token': { baseUrl: 'https://crm.test', auth: { type: 'bearer' } },
  'a token with a line break': { baseUrl: 'https://crm.test', auth: { type: 'bearer', token: 'a\r\nX: b' } },
  'a misspelt option': { baseUrl: 'https://crm.test', auth: { type: 'bearer', token }, options: { groop: true } },
  'a network that is none': {
    baseUrl: 'https://crm.test',
    auth: { type: 'bearer', token },
    allowHosts: ['10.0.0.0/99'],
  },
};

/** The fault server, behaving. */
export async function startStrictPeer(
  options: Record<string, unknown> = {},
  quirks: Partial<Quirks> = {},
): Promise<Peer> {
  const server = await startFaultServer({ token, quirks });
  const bare = bareScim(server.baseUrl, token);
  for (const name of groupNames) await bare.createGroup(name);
  const accepts = async (id: string, password: string) => server.app.users.get(id)?.password === password;
  return { ...scimPeer(server.baseUrl, options, server.stop), passwords: { accepts, refused: 'qUx-7"' } };
}

const script = new URL('../../examples/acme/scim-server.ts', import.meta.url).pathname;

/** An app of the example company in a process of its own: a real server, scimmy. */
export async function startAcmeApp(file: string, args: readonly string[] = []) {
  const child = fork(script, ['--file', file, '--token-env', 'ACME_TOKEN', ...args], {
    execArgv: ['--import', 'tsx'],
    env: { ...process.env, ACME_TOKEN: token },
    stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
  });
  const lines = createInterface(child.stdout ?? process.stdin);
  const [line] = await Promise.race([once(lines, 'line'), once(child, 'exit')]);
  const url = /(http:\/\/[\d.:]+)\//.exec(String(line))?.[1];
  if (url === undefined) throw new Error(`the app did not start: ${String(line)}`);
  return {
    url,
    baseUrl: `${url}/scim/v2`,
    stop: () => stopped(child, 'parent gone'),
    kill: () => stopped(child, 'SIGKILL'),
  };
}

/** It outlives signals as long as its parent talks to it: it goes when the parent does, or is killed. */
async function stopped(child: ChildProcess, how: 'parent gone' | 'SIGKILL'): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exit = once(child, 'exit');
  if (how === 'SIGKILL') child.kill(how);
  else child.disconnect();
  await exit;
}

export async function startScimmyPeer(options: Record<string, unknown> = {}): Promise<Peer> {
  const folder = await mkdtemp(join(tmpdir(), 'rollcall-acme-'));
  const app = await startAcmeApp(join(folder, 'app.json'), ['--groups', groupNames.join(',')]);
  const peer = scimPeer(app.baseUrl, options, async () => {
    await app.stop();
    await rm(folder, { recursive: true });
  });
  const accepts = (id: string, password: string) => letsIn(join(folder, 'app.json'), id, password);
  return { ...peer, passwords: { accepts, refused: 'qUx-7"' } };
}

/** Against salt and hash as the app of the example company keeps them. */
export async function letsIn(file: string, id: string, password: string): Promise<boolean> {
  const { users } = JSON.parse(await readFile(file, 'utf8')) as { users: { id: string; password?: string }[] };
  const [salt = '', hash = ''] = users.find((user) => user.id === id)?.password?.split(':') ?? [];
  return hash !== '' && scryptSync(password, salt, 32).toString('hex') === hash;
}
