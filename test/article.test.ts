import { readdirSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';

/** `docs/article.md` names the tests that show each promise: a renamed or removed test must not go unnoticed. */
const read = (path: string) => readFileSync(new URL(`../${path}`, import.meta.url), 'utf8');
const sources = readdirSync(new URL('./e2e', import.meta.url), { recursive: true })
  .map(String)
  .filter((name) => name.endsWith('.test.ts'))
  .map((name) => read(`test/e2e/${name}`));
const titles = [...read('docs/article.md').matchAll(/`([^`]+ > [^`]+)`/g)].map(([, title = '']) => title);

it('docs/article.md names tests', () => {
  expect(titles.length).toBeGreaterThan(20);
});

it.each([...new Set(titles)])('there is an end-to-end test %s', (title) => {
  const [group = '', name = ''] = title.split(' > ');
  const found = sources.filter((text) => text.includes(`describe('${group}'`) && text.includes(`'${name}'`));
  expect(found).toHaveLength(1);
});
