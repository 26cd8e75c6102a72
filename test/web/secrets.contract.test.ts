import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import express from 'express';
import { afterEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { Config } from '../../src/core/config.ts';
import { defineTarget } from '../../src/core/connector.ts';
import { RollcallError } from '../../src/core/errors.ts';
import type { ByPerson } from '../../src/engine/connect/connecting.ts';
import { onceRouter } from '../../src/web/once.ts';
import { type SecretsWebDeps, secretsRouter } from '../../src/web/secrets.ts';
import { company } from '../engine/company.ts';
import { keptLog } from '../engine/recording-store.ts';
import { memoryApp } from '../fakes/memory-app.ts';
import { row } from '../fakes/memory-directory.ts';

const publicUrl = 'https://rollcall.acme.test';
const secret = 'nobody-sees-this-4711';
const config = Config.parse({
  version: 1,
  settings: { admins: ['ada@acme.test'] },
  directories: [{ name: 'hr', connector: 'memory-directory' }],
});
const vault = defineTarget({
  ...memoryApp().connector,
  ...{ name: 'vault', title: 'Vault' },
  config: z.strictObject({
    auth: z.strictObject({
      token: z
        .string()
        .regex(/^[\x21-\x7e]+$/, 'no spaces')
        .meta({ secret: true, description: 'Of an administrator' }),
      privateKey: z.string().optional().meta({ secret: true }),
    }),
  }),
  connect: () => memoryApp().target,
});

const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

async function serve(useCases: SecretsWebDeps['useCases'], lines: string[] = []) {
  const deps = { clock: { now: Date.now }, log: keptLog(lines), publicUrl };
  const none = { oncePage: async () => null, showOnce: async () => null, setOnce: async () => null };
  const front = express().disable('x-powered-by');
  front.use('/once/secrets', secretsRouter({ ...deps, useCases }));
  front.use('/once', onceRouter({ ...deps, useCases: none }));
  const server = createServer(front);
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  closing.push(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  const at = (token: string) => `${url}/once/secrets/${token}`;
  const send = (token: string, body: URLSearchParams | string, headers: Record<string, string> = { Origin: url }) =>
    fetch(at(token), {
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded', ...headers },
      body,
    });
  const form = (token: string, fields: Record<string, string> = {}, headers?: Record<string, string>) =>
    send(token, new URLSearchParams(fields), headers);
  return { url, send, form, get: (token: string) => fetch(at(token)) };
}

/** An app on its way, its link made, and the pages served. */
async function open(title: string | null = 'The Vault') {
  const lines: string[] = [];
  const acme = await company([row('ada')], config, { also: vault as never });
  await acme.sync();
  closing.push(() => acme.stop());
  const { useCases } = acme.engine;
  const by: ByPerson = { kind: 'person', person: (await acme.personOf('ada')).id, name: 'Ada', via: 'slack' };
  const { draft } = await useCases.beginDraft({ kind: 'app', connector: 'vault', name: 'vault', title }, by);
  await useCases.saveStep(draft.id, 'connection', { connection: {} }, by);
  const link = async (): Promise<string> => {
    await useCases.openSecretPage(draft.id, by);
    return (await useCases.draft(draft.id))?.link?.url.split('/once/secrets/')[1] ?? '';
  };
  const kept = async () => (await acme.store.namedSecrets.all()).map(({ id, edition }) => [id, edition]);
  return { ...acme, ...(await serve(useCases, lines)), lines, link, kept, token: await link(), draft };
}

describe('the page on which credentials are entered', () => {
  it('asks for each, and looking at it uses nothing up', async () => {
    const acme = await open();
    for (let look = 0; look < 3; look += 1) {
      const response = await acme.get(acme.token);
      expect(response.status).toBe(200);
      const page = await response.text();
      expect(page).toContain('<h1>Credentials of The Vault</h1>');
      expect(page).toMatch(
        /<label for="field-0">Token<\/label>\s*<input id="field-0" name="auth.token" type="password"[^>]* required>/,
      );
      expect(page).toMatch(/Of an administrator/);
      expect(page).toMatch(/<textarea id="field-1" name="auth.privateKey"/);
    }
    await fetch(`${acme.url}/once/secrets/${acme.token}`, { method: 'HEAD' });
    expect(await acme.kept()).toEqual([]);
    expect((await acme.form(acme.token, { 'auth.token': secret, 'auth.privateKey': 'a\r\nb' })).status).toBe(200);
    expect(await acme.kept()).toEqual([
      ['VAULT_PRIVATEKEY', 1],
      ['VAULT_TOKEN', 1],
    ]);
  });

  it('takes one of many presses, and tells the others nothing', async () => {
    const acme = await open();
    const answers = await Promise.all(
      Array.from({ length: 40 }, (_, number) => acme.form(acme.token, { 'auth.token': `${secret}-${number}` })),
    );
    expect(answers.map(({ status }) => status).sort()).toEqual([200, ...Array.from({ length: 39 }, () => 404)]);
    expect(await acme.kept()).toEqual([['VAULT_TOKEN', 1]]);
    for (const answer of answers) expect(await answer.text()).not.toContain(secret);
  });

  it('says at its field what will not do, keeps the link, and repeats nothing', async () => {
    const acme = await open();
    for (const [fields, words] of [
      [{}, /it is missing/],
      [{ 'auth.token': '' }, /it is missing/],
      [{ 'auth.token': `${secret} and more` }, /no spaces/],
    ] as const) {
      const answer = await acme.form(acme.token, fields);
      expect(answer.status).toBe(422);
      const page = await answer.text();
      expect(page).toMatch(words);
      expect(page).toContain('aria-invalid="true"');
      expect(page).not.toContain(secret);
    }
    expect((await acme.form(acme.token, { 'auth.token': secret })).status).toBe(200);
  });

  it('gives one answer to every wrong link', async () => {
    const acme = await open();
    const old = acme.token;
    const token = await acme.link();
    const [id = '', mark = ''] = token.split('.');
    const wrong = [
      old,
      `${id}.${'x'.repeat(43)}`,
      `d-999.${mark}`,
      id,
      `${token}/`,
      `${token}/x`,
      '..%2f..',
      '%00',
      'x'.repeat(3_000),
    ];
    const pages = new Set<string>();
    for (const one of wrong)
      for (const answer of [await acme.get(one), await acme.form(one, { 'auth.token': secret })]) {
        expect(answer.status).toBe(404);
        pages.add((await answer.text()).replace(/nonce="[^"]*"/, ''));
      }
    expect(pages.size).toBe(1);
    await acme.time.advance(3_600_001);
    expect((await acme.get(token)).status).toBe(404);
    expect((await acme.form(token, { 'auth.token': secret })).status).toBe(404);
    expect(await acme.kept()).toEqual([]);
  });

  it('takes no form of another site, of another shape or size', async () => {
    const acme = await open();
    for (const headers of [{}, { Origin: 'https://evil.test' }, { Origin: 'null', 'Sec-Fetch-Site': 'cross-site' }])
      expect((await acme.form(acme.token, { 'auth.token': secret }, headers as never)).status).toBe(404);
    expect((await acme.send(acme.token, `auth.token=${secret}&auth.token=twice`)).status).toBe(422);
    expect((await acme.send(acme.token, `auth.token=${'x'.repeat(200_000)}`)).status).toBe(413);
    expect(
      (await acme.send(acme.token, '{"auth.token":"x"}', { Origin: acme.url, 'content-type': 'application/json' }))
        .status,
    ).toBe(422);
    expect((await acme.form(acme.token, { 'auth.token': secret }, { Origin: publicUrl })).status).toBe(200);
  });

  it('sets nothing but the fields it asks for', async () => {
    const acme = await open();
    await acme.form(acme.token, { 'auth.token': secret, url: 'https://evil.test', __proto__: 'x', 'auth.other': 'x' });
    expect(await acme.kept()).toEqual([['VAULT_TOKEN', 1]]);
    expect((await acme.store.drafts.get(acme.draft.id))?.connection).toEqual({ auth: { token: '${VAULT_TOKEN}' } });
  });

  it('is kept by nobody, framed by nobody, and free of what the title could smuggle in', async () => {
    const acme = await open('<script>alert(1)</script>"');
    const response = await acme.get(acme.token);
    expect(response.headers.get('cache-control')).toBe('no-store');
    expect(response.headers.get('content-security-policy')).toContain("default-src 'none'");
    expect(response.headers.get('content-security-policy')).toContain("frame-ancestors 'none'");
    expect(response.headers.get('referrer-policy')).toBe('no-referrer');
    expect(await response.text()).not.toContain('<script>');
  });

  it('leaves neither secret nor link in the log when something breaks', async () => {
    const lines: string[] = [];
    const token = `d-1.${'m'.repeat(43)}`;
    const broken = await serve(
      {
        secretPage: async () => ({
          title: 'V',
          kind: 'app',
          fields: [{ path: 'auth.token', title: 'Token', help: null, required: true, set: false }],
        }),
        setSecrets: async () => {
          throw new RollcallError('store-unavailable', 'retry', 'the store did not answer', 'Wait.');
        },
      },
      lines,
    );
    expect((await broken.form(token, { 'auth.token': secret })).status).toBe(500);
    expect(lines.join('\n')).toContain('the store did not answer');
    expect(lines.join('\n')).not.toMatch(/nobody-sees|mmmm/);
  });
});
