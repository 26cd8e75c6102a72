import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { type Fault, spoilAnswer } from '../../fakes/fault-server.ts';
import { type Answer, type Asked, createScimApp, type Tree } from '../../fakes/scim-app.ts';
import type { Seeded } from '../random.ts';

/** What people see of an account. */
export type SeenAccount = { active: unknown; title: unknown; groups: string[] };

const groupSchema = 'urn:ietf:params:scim:schemas:core:2.0:Group';

/** What may go wrong with a call; half of those that may have had their effect had it. */
const faults: readonly ((random: Seeded) => Fault)[] = [
  () => ({ kind: 'status', status: 429, headers: { 'Retry-After': '1' } }),
  () => ({ kind: 'status', status: 500 }),
  (random) => ({ kind: 'status', status: 503, effect: random.chance(0.5) }),
  (random) => ({ kind: 'silence', effect: random.chance(0.5) }),
  (random) => ({ kind: 'reset', effect: random.chance(0.5) }),
  (random) => ({ kind: 'truncated', effect: random.chance(0.5) }),
  (random) => ({ kind: 'late', delay: random.between(0, 400) }),
];

/** A SCIM app on a loopback port whose calls go wrong by a seed, a share of them, until `calm`. */
export async function startManyApp(random: Seeded, token: string, share: number, groups: readonly string[]) {
  const app = createScimApp();
  for (const displayName of groups) app.handle(asked('POST', ['Groups'], { schemas: [groupSchema], displayName }));
  const timers = new Set<NodeJS.Timeout>();
  const met = new Map<string, number>();
  let made = 0;
  let odds = share;

  const handle = (call: Asked): Answer => {
    const answer = app.handle(call);
    if (call.method === 'POST' && call.path[0] === 'Users' && answer.status === 201) made += 1;
    return answer;
  };

  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', 'http://app.test');
    const sent = await text(request);
    if (request.headers.authorization !== `Bearer ${token}`) return send(response, { status: 401 });
    const path = url.pathname.split('/').slice(2).map(decodeURIComponent);
    const call = asked(request.method ?? 'GET', path, sent === '' ? undefined : JSON.parse(sent), url.searchParams);
    if (!random.chance(odds)) return send(response, handle(call));
    const fault = random.pick(faults)(random);
    met.set(fault.kind, (met.get(fault.kind) ?? 0) + 1);
    const answer = fault.effect === true ? handle(call) : { status: 200, body: {} };
    if (fault.kind === 'late') timers.add(setTimeout(() => handle(call), fault.delay));
    spoilAnswer(response, fault, answer, timers);
  }

  const server = createServer((request, response) => {
    serve(request, response).catch(() => response.destroy());
  });
  server.listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/scim`,
    /** From now on nothing goes wrong. */
    calm(): void {
      odds = 0;
    },
    /** How often each fault met a call. */
    met: (): Readonly<Record<string, number>> => Object.fromEntries(met),
    /** Accounts ever made. */
    made: (): number => made,
    accounts: (): { name: string; account: SeenAccount }[] => accountsOf(app),
    async stop(): Promise<void> {
      for (const timer of timers) clearTimeout(timer);
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

const asked = (method: string, path: readonly string[], body: unknown, query = new URLSearchParams()): Asked => ({
  ...{ method, path, body, query },
});

function accountsOf({ users, groups }: ReturnType<typeof createScimApp>): { name: string; account: SeenAccount }[] {
  const isIn = (group: Tree, id: string) =>
    Array.isArray(group.members) && group.members.some((member: Tree) => member.value === id);
  return [...users.values()].map((user) => ({
    name: String(user.userName),
    account: {
      active: user.active ?? true,
      title: user.title,
      groups: [...groups.values()]
        .filter((group) => isIn(group, user.id))
        .map(({ displayName }) => String(displayName)),
    },
  }));
}

function send(response: ServerResponse, { status, body, headers }: Answer): void {
  const content = body === undefined ? {} : { 'Content-Type': 'application/scim+json' };
  response.writeHead(status, { ...content, ...headers });
  response.end(body === undefined ? undefined : JSON.stringify(body));
}
