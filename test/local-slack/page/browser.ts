import type { AddressInfo } from 'node:net';
import express from 'express';
import { type Browser, chromium } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect } from 'vitest';
import { pageRouter } from '../../../src/local-slack/page/router.ts';
import type { PageWorkspace } from '../../../src/local-slack/page/stream.ts';
import { type Bot, memoryWorkspace } from './memory-workspace.ts';

const flags =
  '--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking --disable-component-update --disable-sync';

/** The machine's Chromium, or the one `CHROMIUM_PATH` names. */
export const launch = (): Promise<Browser> =>
  chromium.launch({ executablePath: process.env.CHROMIUM_PATH ?? '/usr/bin/chromium', args: flags.split(' ') });

/** The page of a workspace on a server of its own, and a window on it. `trouble` collects script errors and blocked resources. */
export async function showPage(browser: Browser, workspace: PageWorkspace, viewport = { width: 1200, height: 800 }) {
  const server = express().use(pageRouter(workspace)).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  const context = await browser.newContext({ viewport });
  const trouble: string[] = [];
  const visit = async () => {
    const page = await context.newPage();
    page.setDefaultTimeout(10_000);
    page.on('pageerror', ({ message }) => trouble.push(message));
    page.on('console', (line) => line.type() === 'error' && trouble.push(line.text()));
    await page.goto(url);
    await page.getByRole('log', { name: 'Messages' }).waitFor();
    return page;
  };
  const drop = () => server.closeAllConnections();
  const close = async () => {
    await context.close();
    server.close();
    drop();
  };
  return { page: await visit(), visit, trouble, drop, close };
}

/** For a test file: starts the browser, and gives the function that opens a workspace in memory with its page. Trouble fails the test. */
export function useBrowser() {
  let browser: Browser;
  let cleanUp: (() => Promise<void>)[] = [];
  beforeAll(async () => {
    browser = await launch();
  });
  afterEach(async () => {
    for (const step of cleanUp) await step();
    cleanUp = [];
  });
  afterAll(() => browser.close());
  return async (bot: Bot = {}, viewport?: { width: number; height: number }) => {
    const memory = memoryWorkspace(bot);
    const shown = await showPage(browser, memory.workspace, viewport);
    cleanUp.push(async () => {
      await shown.close();
      expect(shown.trouble).toEqual([]);
    });
    return { ...memory, ...shown };
  };
}
