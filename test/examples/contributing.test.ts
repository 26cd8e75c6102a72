import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

const read = (path: string) => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');
const [, chapter = ''] = /\n## Adding a connector, in two files\n([\s\S]*?)\n## /.exec(read('CONTRIBUTING.md')) ?? [];
const blocks = [...chapter.matchAll(/```ts\n([\s\S]*?)\n```/g)].map(([, code = '']) => code);
const files = ['examples/connector/desk.ts', 'test/examples/desk.contract.test.ts'];

/** The indentation is that of the page. */
const flat = (text: string) => text.replace(/^ +/gm, '');

describe('CONTRIBUTING', () => {
  it('shows the text of the example, and nothing else', () => {
    expect(blocks.length).toBeGreaterThan(5);
    for (const block of blocks)
      expect(
        files.some((file) => flat(read(file)).includes(flat(block))),
        `not in the example: ${block}`,
      ).toBe(true);
  });

  it('names only files that are there', () => {
    const named = [...chapter.matchAll(/`((?:connectors|test|src|examples|docs)\/[^\s`]*)`/g)].map(
      ([, path = '']) => path,
    );
    const own = named.filter((path) => !/^(connectors|test\/connectors)\/desk\./.test(path));
    expect(own.length).toBeGreaterThan(4);
    for (const path of own) expect(existsSync(new URL(`../../${path}`, import.meta.url)), path).toBe(true);
  });

  it('is read in ten minutes: 2,000 words at 200 a minute, code included', () => {
    expect(chapter.split(/\s+/).length).toBeLessThan(2_000);
  });
});
