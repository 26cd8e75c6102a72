import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createFront } from '../../src/web/front.ts';

const front = createFront();
front.get('/', (request, response) => void response.send(request.ip));
const server = createServer(front);
let url = '';
beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
});
afterAll(() => new Promise((resolve) => server.close(resolve)));

const seen = async (forwarded?: string): Promise<string> =>
  (await fetch(url, forwarded === undefined ? {} : { headers: { 'X-Forwarded-For': forwarded } })).text();

it('takes the address the nearest proxy of our own saw, and nothing that was said before', async () => {
  expect(await seen()).toBe('127.0.0.1');
  expect(await seen('203.0.113.7')).toBe('203.0.113.7');
  expect(await seen('203.0.113.7, 10.0.0.2')).toBe('203.0.113.7');
  expect(await seen('198.51.100.1, 203.0.113.7')).toBe('203.0.113.7');
  expect(await seen('127.0.0.1, 203.0.113.7, 192.168.1.1')).toBe('203.0.113.7');
});
