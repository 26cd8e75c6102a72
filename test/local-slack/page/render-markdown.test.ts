import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { renderMarkdown } from '../../../src/local-slack/page/render-markdown.ts';
import { hostile, readStrictly } from './strict-html.ts';

const render = (text: string) => renderMarkdown(text).markup;

describe('markdown', () => {
  test.each([
    ['# Title\ntext', '<p class="heading">Title</p><p>text</p>'],
    ['**b** *i* _i_ ~~s~~ `c`', '<p><b>b</b> <i>i</i> <i>i</i> <s>s</s> <code>c</code></p>'],
    ['- a\n- **b**\n\n1. x\n2. y', '<ul><li>a</li><li><b>b</b></li></ul><ol><li>x</li><li>y</li></ol>'],
    ['> q\n> r', '<blockquote>q<br>r</blockquote>'],
    ['```js\n<b> & **c**\n```', '<pre>&lt;b&gt; &amp; **c**</pre>'],
    ['a\n\nb\n---\nc', '<p>a</p><p>b</p><hr><p>c</p>'],
    ['[page](https://x.test/)', '<p><a href="https://x.test/" target="_blank" rel="noopener noreferrer">page</a></p>'],
    ['[page](javascript:alert(1))', '<p>[page](javascript:alert(1))</p>'],
    ['2 * 3 * 4 \\*not\\*', '<p>2 * 3 * 4 *not*</p>'],
    ['<b>raw</b>', '<p>&lt;b&gt;raw&lt;/b&gt;</p>'],
  ])('%j', (text, markup) => {
    expect(render(text)).toBe(markup);
  });

  test('any text becomes our tags only', () => {
    const pieces = [...'#*_~`[]()>-\n 1.a\\|', '```', '**', '~~', '](javascript:x)', '](https://x.test)', ...hostile];
    const text = fc.array(fc.constantFrom(...pieces), { maxLength: 40 }).map((parts) => parts.join(''));
    fc.assert(
      fc.property(text, (given) => {
        readStrictly(render(given));
      }),
      { numRuns: 300 },
    );
  });
});
