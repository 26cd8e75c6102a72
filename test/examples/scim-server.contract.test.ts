import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { bareScim, startAcmeApp, token } from '../fakes/scim-peers.ts';

let folder: string;
let file: string;
const running: { stop(): Promise<void> }[] = [];
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rollcall-acme-'));
  file = join(folder, 'app.json');
});
afterEach(async () => {
  for (const app of running.splice(0)) await app.stop();
  await rm(folder, { recursive: true });
});
async function start(...args: string[]) {
  const app = await startAcmeApp(file, args);
  running.push(app);
  return { ...app, bare: bareScim(app.baseUrl, token), page: async () => (await fetch(app.url)).text() };
}

describe('an app of the example company', () => {
  it('keeps every account it acknowledged through kill -9', async () => {
    const first = await start('--groups', 'Sales');
    const ids: string[] = [];
    for (let n = 0; n < 10; n += 1) ids.push(await first.bare.createAccount(`p${n}@acme.test`));
    await Promise.all(ids.map((id) => first.bare.give('Sales', id)));
    await first.kill();
    const second = await start('--groups', 'Sales');
    expect((await second.bare.holders('Sales')).sort()).toEqual(ids.sort());
    expect(await second.page()).toContain('10 accounts');
  });

  it('starts from its seed once, with groups made once', async () => {
    const seed = join(folder, 'seed.json');
    await writeFile(
      seed,
      JSON.stringify({ users: [{ userName: 'old@acme.test' }], groups: [{ displayName: 'Sales' }] }),
    );
    const first = await start('--seed', seed, '--groups', 'Sales, Managers');
    expect(await first.page()).toContain('old@acme.test');
    await first.bare.createAccount('new@acme.test');
    await first.stop();
    const second = await start('--seed', seed, '--groups', 'Sales, Managers');
    const page = await second.page();
    expect(page).toContain('2 accounts');
    expect(page.match(/<b>Sales<\/b>/g)).toHaveLength(1);
  });

  it('takes no call without its token, and a name only once', async () => {
    const { baseUrl, bare } = await start();
    for (const wrong of ['', 'Bearer', 'Bearer nonsense', `Basic ${token}`]) {
      const response = await fetch(`${baseUrl}/Users`, { headers: { Authorization: wrong } });
      expect(response.status, wrong).toBe(401);
      expect(await response.text()).not.toContain(token);
    }
    await bare.createAccount('zoe@acme.test');
    await expect(bare.createAccount('ZOE@acme.test')).rejects.toThrow('409');
  });

  it('gives no more active accounts than it has seats, until its own page adds some', async () => {
    await writeFile(file, JSON.stringify({ users: [], groups: [], seats: 1 }));
    const { url, bare, page } = await start();
    const first = await bare.createAccount('zoe@acme.test');
    await expect(bare.createAccount('max@acme.test')).rejects.toThrow('400');
    expect(await page()).toContain('1 of 1 seats are taken');
    const origin = new URL(url).origin;
    const add = (from: string) => fetch(new URL('/seats', url), { method: 'POST', headers: { origin: from } });
    expect((await add('https://evil.test')).status).toBe(403);
    await expect(bare.createAccount('max@acme.test')).rejects.toThrow('400');
    expect((await add(origin)).status).toBe(200);
    expect(await bare.createAccount('max@acme.test')).not.toBe(first);
    expect(await page()).toContain('2 of 11 seats are taken');
  });

  it('shows its accounts to people here, escaped, and to no other host', async () => {
    const { url, bare, page } = await start('--name', '<crm>', '--groups', '<b>');
    await bare.give('<b>', await bare.createAccount('<script>alert(1)</script>@acme.test'));
    const shown = await page();
    expect(shown).toContain('&lt;script&gt;alert(1)&lt;/script&gt;@acme.test');
    expect(shown).toContain('&lt;crm&gt;');
    expect(shown).not.toMatch(/<script|<crm>|<b><b>/);
    const status = await new Promise((resolve, reject) => {
      const asked = request(url, { headers: { Host: 'evil.test' } }, (response) => resolve(response.statusCode));
      asked.on('error', reject);
      asked.end();
    });
    expect(status).toBe(403);
  });
});
