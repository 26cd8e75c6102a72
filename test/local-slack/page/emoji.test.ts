import { expect, test } from 'vitest';
import { emoji, withEmoji } from '../../../src/local-slack/page/emoji.ts';

test.each(
  'white_check_mark x warning lock key hourglass_flowing_sand no_entry bust_in_silhouette thumbsup +1 large_green_circle red_circle arrows_counterclockwise bell rotating_light wastebasket gear pencil octagonal_sign'.split(
    ' ',
  ),
)(':%s: has a character', (name) => {
  expect(emoji(name)).toMatch(/\p{Extended_Pictographic}/u);
});

test('skin tones follow the character; unknown and hostile names have none', () => {
  expect(emoji('wave::skin-tone-6')).toBe('👋🏿');
  expect(emoji('no_such_emoji')).toBeUndefined();
  expect(emoji('constructor')).toBeUndefined();
  expect(emoji('__proto__')).toBeUndefined();
});

test('texts keep what is no shortcode', () => {
  expect(withEmoji('at 10:30:45 :tada: :no_such: :')).toBe('at 10:30:45 🎉 :no_such: :');
});
