import { mkdirSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach } from 'vitest';
import { launch } from '../../local-slack/page/browser.ts';
import { type Bot, dataFolder, freePorts, quiet, startBot } from '../bot.ts';
import { unfinished } from '../company.ts';
import { type Walker, walkerAt } from './walker.ts';

type Viewport = { width: number; height: number };

export type WalkOptions = {
  /** Prepares what is there before the bot first starts, in its data folder; the apps will listen on the three ports after `port`. */
  before?(dataDir: string, port: number): Promise<void>;
  /** CSS pixels of the first window. */
  viewport?: Viewport;
  /** Of the bot, beside what every test gives it. */
  env?: Readonly<Record<string, string>>;
};

/** The real process, and somebody who walks through its workspace. */
export type Walk = Walker & {
  readonly bot: Bot;
  readonly dataDir: string;
  readonly page: Page;
  /** One more window on the workspace; it closes with the browser. */
  window(viewport: Viewport): Promise<Walker & { readonly page: Page }>;
  /** A window on a page that a link of the workspace leads to. */
  follow(link: string): Promise<Walker & { readonly page: Page }>;
};

const usual: Viewport = { width: 1180, height: 900 };
/** Pages that links lead to are short. */
const sheet: Viewport = { width: 720, height: 420 };
/** A busy machine draws late, and an app that did not answer in time is asked again later; nothing here is about time. Milliseconds. */
const patience = 120_000;

/**
 * For a test file that is one story: starts the bot on the built-in store with the local workspace, and Chromium in front of it. Once a
 * step fails the rest are skipped; the window as it was then, what the bot said and which changes wait are kept beside the pictures.
 */
export function useWalk({ before, viewport = usual, env = {} }: WalkOptions = {}): Walk {
  const folder = dataFolder();
  let bot: Bot;
  let browser: Browser;
  let page: Page;
  let broken = false;

  async function open(size: Viewport): Promise<Page> {
    const opened = await browser.newPage({ viewport: size, deviceScaleFactor: 1 });
    opened.setDefaultTimeout(patience);
    return opened;
  }
  async function visit(size: Viewport): Promise<Page> {
    const opened = await open(size);
    await opened.goto(bot.url);
    await opened.getByRole('log', { name: 'Messages' }).waitFor();
    return opened;
  }

  beforeAll(async () => {
    const port = await freePorts();
    await before?.(folder.dir, port);
    bot = await startBot(folder.dir, port, env);
    await quiet(folder.dir);
    browser = await launch();
    page = await visit(viewport);
  });
  beforeEach(({ skip, onTestFailed, task }) => {
    if (broken) skip('an earlier step of the walk failed');
    onTestFailed(async () => {
      broken = true;
      const kept = join(tmpdir(), 'rollcall-walks');
      mkdirSync(kept, { recursive: true });
      const name = join(kept, `failed at ${task.name.replaceAll('/', ' ')}`);
      const left = await Promise.all(['crm', 'wiki'].map((app) => unfinished(folder.dir, app)));
      writeFileSync(`${name}.log`, `${bot.output()}\n${JSON.stringify(left, null, 1)}\n`);
      await page.screenshot({ path: `${name}.png` });
    });
  });
  afterAll(async () => {
    await browser?.close();
    await bot?.stop();
    await folder.remove();
  });

  return {
    ...walkerAt(() => page),
    dataDir: folder.dir,
    get bot() {
      return bot;
    },
    get page() {
      return page;
    },
    async window(size) {
      const other = await visit(size);
      return { ...walkerAt(() => other), page: other };
    },
    async follow(link) {
      const other = await open(sheet);
      await other.goto(link);
      return { ...walkerAt(() => other), page: other };
    },
  };
}
