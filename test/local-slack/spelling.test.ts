import fc from 'fast-check';
import { expect, test } from 'vitest';
import { spell } from '../../src/local-slack/spelling.ts';
import { ada, people, zoe } from './fixtures.ts';

const rooms = [
  { id: 'C0ACCESS01', name: 'access', private: false, members: [] },
  { id: 'D0DIRECT01', name: 'directmessage', private: true, with: ada, members: [] },
];
const command = (typed: string) => spell(typed, people, rooms, true);
const message = (typed: string) => spell(typed, people, rooms, false);

test('people and channels become ids, with their names in commands only', () => {
  expect(command('@ada in #access')).toBe(`<@${ada}|ada> in <#C0ACCESS01|access>`);
  expect(message('@ada in #access')).toBe(`<@${ada}> in <#C0ACCESS01>`);
});

test('punctuation after a name stays outside, dots within it inside', () => {
  expect(message('@zoe.kim. @zoe.kim... (@ada)')).toBe(`<@${zoe}>. <@${zoe}>... (<@${ada}>)`);
  expect(message('@ADA')).toBe(`<@${ada}>`);
});

test('what is no mention stays as it is', () => {
  for (const typed of ['ada@acme.test', '@nobody', '@adamant', '#directmessage', 'C#access', '@ @@ #']) {
    expect(message(typed)).toBe(typed);
  }
});

test('links are marked', () => {
  expect(message('see https://acme.test/a?b=1&c=2 now')).toBe('see <https://acme.test/a?b=1&amp;c=2> now');
});

test('nobody can type markup: what is in angle brackets is a mention or a link, whatever was typed', () => {
  const word = fc.constantFrom(
    '<',
    '>',
    '&',
    '<@U0ADA00001>',
    '<!channel>',
    '@ada',
    '#access',
    'http://x',
    '|',
    ' ',
    'a',
  );
  fc.assert(
    fc.property(fc.array(word), fc.boolean(), (words, names) => {
      const spelt = spell(words.join(''), people, rooms, names);
      const known = /<(@U0ADA00001(\|ada)?|#C0ACCESS01(\|access)?|https?:\/\/[^<>]+)>/g;
      expect(spelt.replace(known, '')).not.toMatch(/[<>]/);
    }),
  );
});
