import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { html, link, safeUrl } from '../../../src/local-slack/page/html.ts';
import { hostile, readStrictly } from './strict-html.ts';

describe('html', () => {
  test('escapes text, keeps finished HTML, flattens lists, leaves nothing for undefined and false', () => {
    const name = `<"Ada" & 'Bob'>`;
    expect(html`<b title="${name}">${[html`<i>${1}</i>`, undefined, false, name]}</b>`.markup).toBe(
      '<b title="&lt;&quot;Ada&quot; &amp; &#39;Bob&#39;&gt;"><i>1</i>&lt;&quot;Ada&quot; &amp; &#39;Bob&#39;&gt;</b>',
    );
  });

  test('an object that looks like finished HTML is not', () => {
    const forged = JSON.parse('{ "markup": "<script>alert(1)</script>" }');
    expect(html`${forged}`.markup).toBe('[object Object]');
  });

  test('any text comes back out of element and attribute as it went in', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.string({ unit: 'grapheme' }), fc.constantFrom(...hostile)), (text) => {
        expect(readStrictly(html`<b title="${text}">${text}</b>`.markup).text).toBe(text);
      }),
    );
  });
});

describe('safeUrl', () => {
  test.each(['https://x.test/a?b=c', 'http://127.0.0.1:3000/', 'mailto:ada@acme.test'])('follows %s', (address) => {
    expect(safeUrl(address)).toBe(address);
  });

  test.each([
    'javascript:alert(1)',
    ' javascript:alert(1)',
    'java\nscript:alert(1)',
    'JAVASCRIPT:alert(1)',
    'data:text/html,<script>',
    'vbscript:x',
    'file:///etc/passwd',
    '//x.test',
    '/page',
    '',
  ])('does not follow %j', (address) => {
    expect(safeUrl(address)).toBeUndefined();
    expect(link(address, 'press').markup).toBe('press');
  });
});
