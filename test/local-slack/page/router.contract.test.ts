import { request } from 'node:http';
import type { AddressInfo } from 'node:net';
import express from 'express';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { pageRouter } from '../../../src/local-slack/page/router.ts';
import { memoryWorkspace } from './memory-workspace.ts';

let memory: ReturnType<typeof memoryWorkspace>;
let port: number;
let stop: () => void;

beforeEach(async () => {
  memory = memoryWorkspace();
  const app = express();
  app.use(pageRouter(memory.workspace, { title: 'Test', notices: () => ['A <notice>'] }));
  app.get('/healthz', (_request, response) => void response.send('up'));
  const server = app.listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  port = (server.address() as AddressInfo).port;
  stop = () => {
    server.close();
    server.closeAllConnections();
  };
});
afterEach(() => stop());

type Answer = { status: number; headers: Record<string, unknown>; text: string };

function send(method: string, path: string, headers: Record<string, string> = {}, body?: string): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const sent = request({ host: '127.0.0.1', port, method, path, headers }, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (chunk) => {
        text += chunk;
      });
      response.on('end', () => resolve({ status: response.statusCode ?? 0, headers: response.headers, text }));
    });
    sent.on('error', reject).end(body);
  });
}

const own = () => ({ 'Content-Type': 'application/json', Origin: `http://127.0.0.1:${port}` });
const post = (action: string, body: unknown, headers: Record<string, string> = own()) =>
  send('POST', `/page/${action}`, headers, typeof body === 'string' ? body : JSON.stringify(body));

describe('who gets in', () => {
  test.each(['127.0.0.1', 'localhost', '[::1]'])('the page answers to %s', async (name) => {
    expect((await send('GET', '/', { Host: `${name}:${port}` })).status).toBe(200);
  });

  test.each(['evil.test', 'localhost.evil.test', '127.0.0.1.evil.test', '192.168.0.1'])(
    'and not to %j',
    async (Host) => {
      for (const path of ['/', '/page/main.js', '/page/stream?user=UADA&place=CACC']) {
        expect((await send('GET', path, { Host })).status).toBe(403);
      }
      expect((await send('GET', '/healthz', { Host })).status).toBe(200);
    },
  );

  test('a POST needs the page’s own origin', async () => {
    const body = { user: 'UADA', channel: 'CACC', text: 'hi' };
    const { Origin: _, ...without } = own();
    for (const headers of [
      without,
      { ...without, Origin: 'http://evil.test' },
      { ...without, Origin: 'null' },
      { ...without, Origin: `http://127.0.0.1:${port + 1}` },
    ]) {
      expect((await post('send', body, headers)).status).toBe(403);
    }
    expect(memory.done('say')).toEqual([]);
    expect((await post('send', body)).status).toBe(200);
    expect(memory.done('say')).toHaveLength(1);
  });

  test('another site cannot open the stream', async () => {
    const answer = await send('GET', '/page/stream?user=UADA&place=CACC', { 'Sec-Fetch-Site': 'cross-site' });
    expect(answer.status).toBe(403);
    expect(memory.listeners.size).toBe(0);
  });
});

test('the document runs its own script only and fits in no frame', async () => {
  const [first, second] = [await send('GET', '/'), await send('GET', '/')];
  const policy = String(first.headers['content-security-policy']);
  const [, nonce = ''] = /script-src 'nonce-([^']+)'/.exec(policy) ?? [];
  expect(policy).toContain("default-src 'none'");
  expect(policy).toContain("frame-ancestors 'none'");
  expect(first.headers['x-frame-options']).toBe('DENY');
  expect(
    first.text.match(/<(script|link rel="stylesheet")[^>]*>/g)?.every((tag) => tag.includes(`nonce="${nonce}"`)),
  ).toBe(true);
  expect(first.text).not.toMatch(/ (on\w+|style)=/);
  expect(second.text).not.toContain(nonce);
});

describe('actions', () => {
  test.each([
    ['send', { user: 'UADA', channel: 'CACC' }, 'text'],
    ['press', { user: 'UADA', container: {}, blockId: 'b', actionId: 'a', raw: [], values: {} }, 'container'],
    ['submit', { user: 'UADA', view: 'V1', values: { b: 1 } }, 'values.b'],
    ['close', { view: 'V1' }, 'user'],
  ])('%s names the field that is wrong', async (action, body, field) => {
    const answer = await post(action, body);
    expect(answer.status).toBe(400);
    expect(JSON.parse(answer.text)).toMatchObject({
      ok: false,
      error: 'invalid_arguments',
      message: expect.stringContaining(field),
    });
  });

  test('broken JSON, unknown people and unknown actions are refused in words', async () => {
    expect((await post('send', '{')).status).toBe(400);
    expect((await post('close', { user: 'UBOT', view: 'V1' })).text).toContain('No such person');
    expect((await post('close', { user: 'UOLD', view: 'V1' })).text).toContain('No such person');
    expect((await post('destroy', { user: 'UADA' })).status).toBe(404);
  });

  test('what a person cannot see they cannot press or write to', async () => {
    const blocks = [
      {
        type: 'actions' as const,
        block_id: 'b',
        elements: [{ type: 'button' as const, action_id: 'a', text: { type: 'plain_text' as const, text: 'Go' } }],
      },
    ];
    const hidden = memory.post('CPRI', 'card', {}, blocks);
    const whisper = memory.post('CACC', 'card', { ephemeralFor: 'UADA' }, blocks);
    for (const { channel, ts } of [hidden, whisper]) {
      const answer = await post('press', {
        user: 'UBOB',
        container: { message: { channel, ts } },
        blockId: 'b',
        actionId: 'a',
        raw: [],
        values: {},
      });
      expect(JSON.parse(answer.text)).toMatchObject({ ok: false, error: 'element_not_found' });
    }
    expect(JSON.parse((await post('send', { user: 'UBOB', channel: 'CPRI', text: 'hi' })).text)).toMatchObject({
      error: 'channel_not_found',
    });
    expect(memory.done('press')).toEqual([]);
    expect(memory.done('say')).toEqual([]);
  });

  test('a line that starts with / is a command, but not in a thread', async () => {
    await post('send', { user: 'UADA', channel: 'CACC', text: '/ping now' });
    expect(memory.done('command')).toEqual([['UADA', 'CACC', '/ping now']]);
    const answer = await post('send', { user: 'UADA', channel: 'CACC', text: '/ping', threadTs: '1.1' });
    expect(JSON.parse(answer.text)).toMatchObject({ ok: false, error: 'not_in_threads' });
  });
});

describe('stream', () => {
  test('sends every region at once, then only what changed, and lets go of the workspace at the end', async () => {
    const controller = new AbortController();
    const response = await fetch(`http://127.0.0.1:${port}/page/stream?user=UADA&place=CACC`, {
      signal: controller.signal,
    });
    const reader = response.body?.getReader();
    let received = '';
    const until = async (part: string) => {
      while (!received.includes(part)) received += new TextDecoder().decode((await reader?.read())?.value);
      const regions = [...received.matchAll(/"region":"(\w+)"/g)].map(([, region]) => region);
      received = '';
      return regions;
    };
    expect(await until('"region":"modal"')).toEqual(['notices', 'sidebar', 'main', 'modal']);
    memory.post('CACC', 'news');
    expect(await until('news')).toEqual(['main']);
    memory.post('CGEN', 'elsewhere');
    expect(await until('has-unread')).toEqual(['sidebar']);
    expect(memory.done('read')).toContainEqual(['UADA', 'CACC']);
    expect(memory.listeners.size).toBe(1);
    controller.abort();
    await expect.poll(() => memory.listeners.size).toBe(0);
  });

  test('a workspace that fails is told on the page and does not end the process', async () => {
    const controller = new AbortController();
    const response = await fetch(`http://127.0.0.1:${port}/page/stream?user=UADA&place=CACC`, {
      signal: controller.signal,
    });
    const reader = response.body?.getReader();
    Object.assign(memory.workspace.state, {
      messages: () => {
        throw new Error('journal closed');
      },
    });
    memory.changed();
    let received = '';
    while (!received.includes('journal closed')) received += new TextDecoder().decode((await reader?.read())?.value);
    controller.abort();
  });

  test.each(['user=UXXX&place=CACC', 'user=UBOT&place=CACC', 'place=CACC', 'user=UADA&place=CACC&limit=many'])(
    '%s is not found',
    async (query) => {
      expect((await send('GET', `/page/stream?${query}`)).status).toBe(404);
    },
  );
});
