import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { renderMrkdwn } from '../../../src/local-slack/page/render-mrkdwn.ts';
import { hostile, readStrictly } from './strict-html.ts';
import { ada } from './viewer.ts';

const viewer = ada();
const render = (text: string) => renderMrkdwn(text, viewer).markup;

describe('styles', () => {
  test.each([
    ['*bold*', '<b>bold</b>'],
    ['_italic_', '<i>italic</i>'],
    ['~strike~', '<s>strike</s>'],
    ['*_both_* (*in*), *two words*.', '<b><i>both</i></b> (<b>in</b>), <b>two words</b>.'],
    ['*a_b*', '<b>a_b</b>'],
    [
      '*see <https://x.test/a_b*c|the _page_>*',
      '<b>see <a href="https://x.test/a_b*c" target="_blank" rel="noopener noreferrer">the _page_</a></b>',
    ],
    ['*:key: `x`*', '<b><span role="img" class="emoji" aria-label="key">🔑</span> <code>x</code></b>'],
    ['`a *b* &lt;c&gt;`', '<code>a *b* &lt;c&gt;</code>'],
    ['*two\nlines*', '*two<br>lines*'],
  ])('%s', (text, markup) => {
    expect(render(text)).toBe(markup);
  });

  test.each(['5 * 3 * 2', 'snake_case_name', '* item *', '**double**', 'a*b*c', '~ x ~', '*', '__', '*open', '``'])(
    '%s stays as it is',
    (text) => {
      expect(render(text)).toBe(text);
    },
  );
});

describe('lines', () => {
  test.each([
    ['a\nb', 'a<br>b'],
    ['&gt; one\n> two\nthree', '<blockquote>one<br>two</blockquote>three'],
    ['a ```x *y*\n  z``` b', 'a <pre>x *y*\n  z</pre> b'],
    ['```\na\n```\nb', '<pre>a</pre>b'],
    ['never ```closed', 'never ```closed'],
  ])('%j', (text, markup) => {
    expect(render(text)).toBe(markup);
  });
});

describe('entities', () => {
  test.each([
    ['&lt;b&gt; &amp;amp; a < b > c & d', '<b> &amp; a < b > c & d'],
    ['<@UADA> and <@UBOB|bob>, <@U404|zoe>, <@U404>', '@Ada Lovelace and @Bob Babbage, @zoe, @U404'],
    ['<#CACC|access> <#CXXX|gone>', '#access #gone'],
    ['<!channel> <!here> <!subteam^S1|@ops>', '@channel @here @ops'],
    ['<https://x.test> <https://x.test|page> <mailto:a@b.c>', 'https://x.test page a@b.c'],
    ['<foo> <> <javascript:x|y>', '<foo> <> <javascript:x|y>'],
    ['https://x.test/a_b_c?d=1&amp;e=2, *https://y.test*.', 'https://x.test/a_b_c?d=1&e=2, https://y.test.'],
    [':tada: :+1: :large_green_circle: :wave::skin-tone-3: :no_such: 10:30:45', '🎉 👍 🟢 👋🏼 :no_such: 10:30:45'],
  ])('%s reads %s', (text, read) => {
    expect(readStrictly(render(text)).text).toBe(read);
  });

  test('links go where they say', () => {
    const text = '<https://x.test/?a=1&amp;b=2|x> https://y.test/(a). &lt;https://z.test&gt; <#CACC>';
    expect(readStrictly(render(text)).links).toEqual([
      'https://x.test/?a=1&b=2',
      'https://y.test/(a',
      'https://z.test/',
      '#CACC',
    ]);
  });

  test('a private channel keeps its name from those outside', () => {
    const bob = { ...viewer, user: { ...viewer.user, id: 'UBOB' } };
    expect(readStrictly(renderMrkdwn('<#CPRI|access-private>', bob).markup)).toEqual({
      text: '🔒 private channel',
      links: [],
    });
  });

  test('dates are on the reader’s clock and may be links', () => {
    const date = (rest: string) => readStrictly(render(`<!date^1796299200^${rest}>`));
    expect(date('{date_short_pretty} at {time}|then').text).toBe('today at 1:00 PM');
    expect(date('{date_num}^https://x.test/|then').links).toEqual(['https://x.test/']);
    expect(readStrictly(render('<!date^soon^{date}|some day>')).text).toBe('some day');
  });

  test('verbatim leaves addresses alone', () => {
    expect(renderMrkdwn('https://x.test', viewer, true).markup).toBe('https://x.test');
  });
});

const pieces = [
  ...'*_~`<>|&"\'\n :@#!ab1',
  '```',
  '<@UADA>',
  '<#CACC>',
  '<https://x.test|',
  '<javascript:',
  '<!date^1^{date}|',
  ':tada:',
  '&lt;',
  'https://x.test/',
];
const markup = fc.oneof(
  fc.array(fc.constantFrom(...pieces), { maxLength: 40 }).map((parts) => parts.join('')),
  fc.array(fc.constantFrom(...hostile), { maxLength: 3 }).map((parts) => parts.join(' ')),
  fc.string({ unit: 'grapheme' }),
);

describe('any text', () => {
  test('becomes our tags only, well nested, with safe links', () => {
    fc.assert(
      fc.property(markup, (text) => {
        for (const target of readStrictly(render(text)).links) expect(target).toMatch(/^(https?:|mailto:|#C)/);
      }),
      { numRuns: 1000 },
    );
  });

  test('without markup reads as it was written', () => {
    const plain = fc.string({ unit: 'grapheme' }).filter((text) => !/[*_~`<>&:]/.test(text));
    fc.assert(
      fc.property(plain, (text) => {
        expect(readStrictly(render(text)).text).toBe(text);
      }),
    );
  });

  test('that was escaped shows every bracket and ampersand of it', () => {
    const typed = fc
      .array(fc.constantFrom('<', '>', '&', 'a', ' ', '&lt;', '<@UADA>', '<!channel>'))
      .map((parts) => `a${parts.join('')}`);
    fc.assert(
      fc.property(typed, (text) => {
        const escaped = text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;');
        expect(readStrictly(render(escaped)).text).toBe(text);
      }),
    );
  });
});
