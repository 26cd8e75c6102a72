import { createHmac, randomUUID } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import express from 'express';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { connector } from '../../../connectors/onelogin/index.ts';
import { connector as scim } from '../../../connectors/scim/index.ts';
import { Config } from '../../../src/core/config.ts';
import { hooksRouter } from '../../../src/web/hooks.ts';
import { company } from '../../engine/company.ts';
import { keptLog } from '../../engine/recording-store.ts';
import { type FaultServer, startFaultServer } from '../../fakes/fault-server.ts';
import { type OneLogin, startOneLogin } from '../../fakes/onelogin.ts';
import { readNow, shows } from '../life.ts';

const secret = createHmac('sha256', 'hook').update('of the test').digest('hex');
let fake: OneLogin;
let app: FaultServer;
let acme: Awaited<ReturnType<typeof company>>;
let server: Server;
let hook: string;
let at: () => number = Date.now;
const lines: string[] = [];

const configOf = (): Config =>
  Config.parse({
    version: 1,
    settings: { admins: ['ada@acme.test'], approvers: ['ada@acme.test'] },
    directories: [
      { name: 'hr', connector: 'onelogin', config: { ...fake.config, hookHeader: 'X-Acme', hookSecret: secret } },
    ],
    roles: [{ name: 'Staff', apps: ['crm'] }],
    mappings: [
      { name: 'Staff', conditions: [{ attribute: 'roles', operator: '=', value: 'Staff' }], roles: ['Staff'] },
    ],
    apps: [
      {
        ...{
          name: 'crm',
          connector: 'scim',
          connection: { baseUrl: app.baseUrl, auth: { type: 'bearer', token: 'app-token' }, allowHosts: ['127.0.0.1'] },
        },
        provisioning: { enabled: true, approval: { create: false, reactivate: false } },
      },
    ],
  });

beforeEach(async () => {
  fake = await startOneLogin({ now: () => at() });
  app = await startFaultServer({ token: 'app-token' });
  fake.tenant.roles = [{ id: 71, name: 'Staff' }];
  for (const id of [1, 2, 3])
    fake.put({ id, email: `p${id}@acme.test`, firstname: 'P', lastname: String(id), role_ids: [71] });
  const options = { also: scim as never, directory: connector as never, log: keptLog(lines) };
  acme = await company([], configOf(), options);
  at = acme.time.clock.now;
  const front = express();
  front.use('/hooks', hooksRouter({ useCases: acme.engine.useCases, clock: acme.time.clock, log: keptLog(lines) }));
  server = createServer(front);
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  hook = `http://127.0.0.1:${(server.address() as AddressInfo).port}/hooks`;
});
afterEach(async () => {
  at = Date.now;
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  await acme.stop();
  await Promise.all([fake.stop(), app.stop()]);
});

/** What the app has of everybody: title and whether they may sign in. */
const accounts = async () => {
  const answer = await fetch(`${app.baseUrl}/Users?count=100`, { headers: { Authorization: 'Bearer app-token' } });
  const { Resources = [] } = (await answer.json()) as {
    Resources?: { userName: string; title?: string; active: boolean }[];
  };
  return Object.fromEntries(Resources.map(({ userName, title, active }) => [userName, `${title ?? '-'} ${active}`]));
};

const becomes = (wanted: object) => shows(acme, accounts, wanted);
const synced = () => readNow(acme);
const tell = (body: unknown, headers: Record<string, string> = { 'X-Acme': secret }, directory = 'hr') =>
  fetch(`${hook}/${directory}`, {
    method: 'POST',
    body: typeof body === 'string' ? body : JSON.stringify(body),
    headers,
  });
const reads = () => fake.log.filter(({ url }) => url.startsWith('/api/2/users?')).length;

describe('a life with OneLogin as the directory and a SCIM app', () => {
  it('joins, moves, is suspended, comes back, leaves; each by a read of changes alone', async () => {
    expect(await synced()).toMatchObject({ result: 'read', kind: 'full', joined: 3 });
    await becomes({ 'p1@acme.test': '- true', 'p2@acme.test': '- true', 'p3@acme.test': '- true' });
    acme.time.leap(3_600_000);
    fake.put({ id: 4, email: 'p4@acme.test', role_ids: [71] });
    fake.put({ id: 1, title: 'CEO' });
    fake.put({ id: 2, status: 2 });
    expect(await synced()).toMatchObject({ kind: 'delta', joined: 1, changed: 2 });
    await becomes({
      'p1@acme.test': 'CEO true',
      'p2@acme.test': '- false',
      'p3@acme.test': '- true',
      'p4@acme.test': '- true',
    });
    acme.time.leap(3_600_000);
    fake.put({ id: 2, status: 1 });
    fake.put({ id: 1, role_ids: [] });
    fake.remove(3);
    expect(await synced()).toMatchObject({ kind: 'delta', left: 1 });
    await becomes({
      'p1@acme.test': 'CEO false',
      'p2@acme.test': '- true',
      'p3@acme.test': '- false',
      'p4@acme.test': '- true',
    });
    acme.time.leap(25 * 3_600_000);
    fake.remove(4, { silent: true });
    expect(await synced()).toMatchObject({ kind: 'full', left: 1 });
    await becomes({
      'p1@acme.test': 'CEO false',
      'p2@acme.test': '- true',
      'p3@acme.test': '- false',
      'p4@acme.test': '- false',
    });
  }, 60_000);

  it('reads at once when OneLogin calls, and once however often it does', async () => {
    await synced();
    await becomes({ 'p1@acme.test': '- true', 'p2@acme.test': '- true', 'p3@acme.test': '- true' });
    fake.put({ id: 2, status: 2 });
    const event = { uuid: randomUUID(), event_timestamp: '2026-03-01T08:00:00Z', event_type_id: 21, user_id: 2 };
    expect((await tell([event])).status).toBe(200);
    await becomes({ 'p1@acme.test': '- true', 'p2@acme.test': '- false', 'p3@acme.test': '- true' });
    const before = reads();
    expect((await tell([event, event])).status).toBe(200);
    expect((await tell(JSON.stringify(event))).status).toBe(200);
    expect(reads()).toBe(before);
    const lineOf = () => JSON.stringify({ ...event, uuid: randomUUID() });
    fake.put({ id: 3, status: 2 });
    const many = await Promise.all(Array.from({ length: 20 }, () => tell(`${lineOf()}\n${lineOf()}\n`)));
    expect(many.map(({ status }) => status)).toEqual(Array.from({ length: 20 }, () => 200));
    await becomes({ 'p1@acme.test': '- true', 'p2@acme.test': '- false', 'p3@acme.test': '- false' });
    expect(reads() - before).toBeLessThan(20);
    expect(reads() - before).toBeGreaterThan(0);
  }, 60_000);

  it('takes nothing that does not show that it comes from OneLogin', async () => {
    await synced();
    const before = reads();
    const batch = [{ uuid: randomUUID() }];
    const refused = [
      await tell(batch, {}),
      await tell(batch, { 'X-Acme': 'wrong' }),
      await tell(batch, { 'X-Acme': `${secret} x` }),
      await tell(batch, { Authorization: `Bearer ${secret}` }),
      await tell(batch, { 'X-Acme': secret }, 'nobody'),
      await tell(batch, { 'X-Acme': secret }, '__proto__'),
      await fetch(`${hook}/hr`, { headers: { 'X-Acme': secret } }),
    ];
    expect(refused.map(({ status }) => status)).toEqual(refused.map(() => 404));
    expect((await tell('x'.repeat(2_000_000))).status).toBe(413);
    expect(reads()).toBe(before);
    expect(lines.join('\n')).not.toContain(secret);
    expect((await tell('no json at all', { 'x-acme': `Bearer ${secret}` })).status).toBe(200);
  });
});
