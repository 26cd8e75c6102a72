import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import express from 'express';
import { afterEach, describe, expect, it } from 'vitest';
import { Config } from '../../src/core/config.ts';
import { RollcallError } from '../../src/core/errors.ts';
import { type OnceWebDeps, onceRouter } from '../../src/web/once.ts';
import { company } from '../engine/company.ts';
import { keptLog } from '../engine/recording-store.ts';
import { row } from '../fakes/memory-directory.ts';

const publicUrl = 'https://rollcall.acme.test';
const chosen = 'vivid-otter-plays-banjo';
const another = 'quiet-walrus-hums-cello';

const configOf = (password: 'generated' | 'sso', title = 'CRM'): Config =>
  Config.parse({
    version: 1,
    settings: { admins: ['ada@acme.test'], approvers: ['ada@acme.test'], passwordMapping: true },
    directories: [{ name: 'hr', connector: 'memory-directory' }],
    roles: [{ name: 'Staff', apps: ['crm'] }],
    mappings: [{ name: 'Everybody', roles: ['Staff'] }],
    apps: [
      {
        ...{ name: 'crm', title, connector: 'memory', parameters: [{ target: 'password', password }] },
        provisioning: { enabled: true, approval: { create: false } },
      },
    ],
  });

const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

async function serve(useCases: OnceWebDeps['useCases'], lines: string[] = []) {
  const router = onceRouter({ useCases, clock: { now: Date.now }, log: keptLog(lines), publicUrl });
  const server = createServer(express().disable('x-powered-by').use('/once', router));
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  closing.push(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  const form = (
    token: string,
    fields: Record<string, string> = {},
    headers: Record<string, string> = { Origin: url },
  ) => fetch(`${url}/once/${token}`, { method: 'POST', headers, body: new URLSearchParams(fields) });
  return { url, form, get: (token: string) => fetch(`${url}/once/${token}`) };
}

/** One new account, its link on the way, and the pages served. */
async function open(password: 'generated' | 'sso', title?: string) {
  const lines: string[] = [];
  const acme = await company([row('zoe')], configOf(password, title));
  await acme.sync();
  const [item] = (await acme.store.outbox.due(acme.time.clock.now(), 100)).filter(({ kind }) => kind === 'once');
  const message = await acme.engine.useCases.onceMessage(item?.subject ?? '');
  closing.push(() => acme.stop());
  const served = await serve(acme.engine.useCases, lines);
  return { ...acme, ...served, lines, token: message?.link?.split('/once/')[1] ?? '' };
}
/** The password the account was made with. */
const made = ({ app }: Awaited<ReturnType<typeof open>>): string => [...app.passwords.values()][0] ?? 'none';

describe('the page of a generated password', () => {
  it('is used up by pressing its button, not by looking at it', async () => {
    const acme = await open('generated');
    for (let look = 0; look < 3; look += 1) {
      const response = await acme.get(acme.token);
      const page = await response.text();
      expect(response.status).toBe(200);
      expect(page).toContain('Show the password');
      expect(page).not.toContain(made(acme));
    }
    await fetch(`${acme.url}/once/${acme.token}`, { method: 'HEAD' });
    const shown = await acme.form(acme.token);
    expect(shown.status).toBe(200);
    expect(await shown.text()).toContain(`<output aria-describedby="what" translate="no">${made(acme)}</output>`);
    for (const again of [await acme.form(acme.token), await acme.get(acme.token)]) expect(again.status).toBe(404);
  });

  it('shows to one of many who press at once', async () => {
    const acme = await open('generated');
    const answers = await Promise.all(Array.from({ length: 8 }, () => acme.form(acme.token)));
    expect(answers.map(({ status }) => status).sort()).toEqual([200, ...Array.from({ length: 7 }, () => 404)]);
    const pages = await Promise.all(answers.map((one) => one.text()));
    expect(pages.filter((page) => page.includes(made(acme)))).toHaveLength(1);
  });

  it('answers alike whatever is wrong with a link', async () => {
    const acme = await open('generated');
    const [id = '', mark = ''] = acme.token.split('.');
    await acme.form(acme.token);
    const wrong = [
      acme.token,
      `${id}.${'A'.repeat(43)}`,
      `generated:o-none.${mark}`,
      id,
      'x',
      'a/b',
      '%2e%2e%2f',
      `${acme.token}/`,
    ];
    const bare = async (response: Response) => [response.status, (await response.text()).replace(/nonce="[^"]+"/, '')];
    const expected = await bare(await acme.get('nothing'));
    expect(expected[0]).toBe(404);
    expect(expected[1]).toContain('/provision password');
    for (const token of wrong) {
      expect(await bare(await acme.get(token)), token).toEqual(expected);
      expect(await bare(await acme.form(token)), token).toEqual(expected);
    }
  });

  it('is sent with headers that keep it here', async () => {
    const acme = await open('generated');
    for (const response of [await acme.get(acme.token), await acme.form(acme.token), await acme.get('nothing')]) {
      const { headers } = response;
      expect(headers.get('cache-control')).toBe('no-store');
      expect(headers.get('referrer-policy')).toBe('no-referrer');
      expect(headers.get('x-content-type-options')).toBe('nosniff');
      expect(headers.get('x-powered-by')).toBeNull();
      const policy = headers.get('content-security-policy') ?? '';
      const [, nonce = ''] = /style-src 'nonce-([^']+)'/.exec(policy) ?? [];
      expect(policy).toBe(
        `default-src 'none'; style-src 'nonce-${nonce}'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'`,
      );
      expect(nonce.length).toBeGreaterThan(20);
      const page = await response.text();
      expect(page).toContain(`<style nonce="${nonce}">`);
      expect(page).not.toMatch(/<script|https?:\/\//);
    }
  });

  it('does nothing for a form of another site', async () => {
    const acme = await open('generated');
    const foreign = [
      { Origin: 'https://evil.test' },
      { Origin: 'https://rollcall.acme.test.evil.test' },
      { Origin: 'null', 'Sec-Fetch-Site': 'cross-site' },
      { Origin: 'null', 'Sec-Fetch-Site': 'same-site' },
      { Referer: `${acme.url}/` },
    ];
    for (const headers of foreign) expect((await acme.form(acme.token, {}, headers as never)).status).toBe(404);
    const own = await acme.form(acme.token, {}, { Origin: 'null', 'Sec-Fetch-Site': 'same-origin' });
    expect(own.status).toBe(200);
    const second = await open('generated');
    expect((await second.form(second.token, {}, { Origin: publicUrl })).status).toBe(200);
  });

  it('escapes what an app is called', async () => {
    const acme = await open('generated', '<script>alert(1)</script> & "Söhne"');
    const page = await (await acme.get(acme.token)).text();
    expect(page).toContain('&lt;script&gt;alert(1)&lt;/script&gt; &amp; &quot;Söhne&quot;');
    expect(page).not.toContain('<script');
  });
});

describe('the page to set a password', () => {
  it('says what it is for, and takes one password once', async () => {
    const acme = await open('sso');
    const page = await (await acme.get(acme.token)).text();
    expect(page).toContain('Never use your company password here.');
    expect(page).toContain('you no longer change it in CRM');
    expect(page.match(/<label for="(password|again)"/g)).toHaveLength(2);
    const set = await acme.form(acme.token, { password: chosen, again: chosen });
    expect(set.status).toBe(200);
    expect(await set.text()).toContain('Your password is set');
    expect((await acme.form(acme.token, { password: another, again: another })).status).toBe(404);
    await acme.time.advance(30_000);
    expect([...acme.app.passwords.values()]).toEqual([chosen]);
  });

  it('takes one of two that come at once', async () => {
    const acme = await open('sso');
    const answers = await Promise.all(
      [chosen, another].map((password) => acme.form(acme.token, { password, again: password })),
    );
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 404]);
    await acme.time.advance(30_000);
    expect([...acme.app.passwords.values()]).toEqual([answers[0]?.status === 200 ? chosen : another]);
  });

  it('says why one will not do, never repeats it, and stays good', async () => {
    const acme = await open('sso');
    const refused: [Record<string, string>, RegExp][] = [
      [{ password: chosen, again: another }, /not the same/],
      [{ password: 'tiny-otter', again: 'tiny-otter' }, /shorter than 14/],
      [{ password: 'zoe-likes-long-walks', again: 'zoe-likes-long-walks' }, /your name/],
      [{}, /both fields/],
      [{ password: chosen }, /both fields/],
    ];
    for (const [fields, why] of refused) {
      const response = await acme.form(acme.token, fields);
      const page = await response.text();
      expect(response.status).toBe(422);
      expect(page).toMatch(why);
      expect(page).toContain('role="alert"');
      for (const typed of Object.values(fields)) expect(page).not.toContain(typed);
    }
    expect((await acme.form(acme.token, { password: chosen, again: chosen })).status).toBe(200);
  });

  it('reads no more than a form can hold, and nothing that is no form', async () => {
    const acme = await open('sso');
    const huge = await acme.form(acme.token, { password: 'x'.repeat(20_000), again: '' });
    expect(huge.status).toBe(413);
    const many = Object.fromEntries(Array.from({ length: 50 }, (_, index) => [`f${index}`, 'x']));
    expect((await acme.form(acme.token, many)).status).toBe(413);
    const headers = { Origin: acme.url, 'Content-Type': 'application/json' };
    const body = JSON.stringify({ password: chosen, again: chosen });
    const json = await fetch(`${acme.url}/once/${acme.token}`, { method: 'POST', headers, body });
    expect(json.status).toBe(422);
    expect(acme.lines.join('\n')).not.toContain('xxxx');
    expect((await acme.form(acme.token, { password: chosen, again: chosen })).status).toBe(200);
  });
});

describe('the pages themselves', () => {
  it('say that the fault is ours, and log neither link nor password', async () => {
    const lines: string[] = [];
    const error = new RollcallError('unsealable', 'show', 'sealed under key k1', 'Put the key back.');
    const broken = {
      oncePage: async () => ({ purpose: 'set' as const, apps: ['CRM'] }),
      showOnce: async () => null,
      setOnce: async () => {
        throw error;
      },
    };
    const { form } = await serve(broken, lines);
    const response = await form('sso:p-1.mark-of-the-link', { password: chosen, again: chosen });
    expect(response.status).toBe(500);
    expect(lines).toHaveLength(1);
    expect(lines[0]).toContain('Put the key back.');
    expect(`${lines[0]}${await response.text()}`).not.toMatch(/mark-of-the-link|vivid-otter/);
  });

  it('go slower for an address that asks too much, and do nothing meanwhile', async () => {
    const asked: string[] = [];
    const useCases = {
      oncePage: async (token: string) => {
        asked.push(token);
        return null;
      },
      showOnce: async () => null,
      setOnce: async () => null,
    };
    const { get } = await serve(useCases);
    const answers = [];
    for (let count = 0; count < 40; count += 1)
      answers.push(...(await Promise.all([1, 2, 3, 4, 5].map(() => get('x')))));
    const slowed = answers.filter(({ status }) => status === 429);
    expect(slowed.length).toBeGreaterThan(10);
    expect(slowed[0]?.headers.get('retry-after')).toBe('60');
    expect(asked.length + slowed.length).toBe(200);
  });
});
