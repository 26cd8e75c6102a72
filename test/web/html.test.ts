import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { html, sourceOf } from '../../src/web/html.ts';

describe('html', () => {
  it('escapes every text, in bodies, attributes and lists, and nothing twice', () => {
    const hostile = `<img src=x onerror="alert('1')">&amp;`;
    const safe = '&lt;img src=x onerror=&quot;alert(&#39;1&#39;)&quot;&gt;&amp;amp;';
    expect(sourceOf(html`<p title="${hostile}">${[hostile, html`<b>${hostile}</b>`]}</p>`)).toBe(
      `<p title="${safe}">${safe}<b>${safe}</b></p>`,
    );
    expect(sourceOf(html`${null}${7}${''}`)).toBe('7');
  });

  it('never lets a text open a tag or end an attribute', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        const inner = sourceOf(html`${text}`);
        expect(inner).not.toMatch(/[<>"']/);
        expect(inner.replace(/&(amp|lt|gt|quot|#39);/g, '')).not.toContain('&');
      }),
    );
  });
});
