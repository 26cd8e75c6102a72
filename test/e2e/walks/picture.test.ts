import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { launch } from '../../local-slack/page/browser.ts';
import { expectPicture, readPicture } from './picture.ts';

let browser: Browser;
beforeAll(async () => {
  browser = await launch();
});
afterAll(() => browser.close());

async function pictureOf(markup: string): Promise<Buffer> {
  const page = await browser.newPage({ viewport: { width: 400, height: 300 } });
  await page.setContent(markup);
  const png = await page.screenshot();
  await page.close();
  return png;
}

describe('a picture', () => {
  it('of a page that drew nothing is refused', async () => {
    const blank = await pictureOf('<body style="background: #fff linear-gradient(to right, #404 25%, #fff 25%)">');
    expect(readPicture(blank)).toMatchObject({ width: 400, height: 300 });
    expect(() => expectPicture(blank, 'nothing')).toThrow('the picture nothing is blank');
  });

  it('of a page with text on it is taken', async () => {
    const text = await pictureOf(`<p>${'Create an account for Ada Okafor in CRM. '.repeat(20)}</p>`);
    expect(() => expectPicture(text, 'text')).not.toThrow();
  });
});
