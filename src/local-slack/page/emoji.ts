import { get } from 'node-emoji';

/** Slack's names where node-emoji (Unicode's) differ. */
const slackNames: Record<string, string> = {
  thumbsup: '👍',
  thumbsdown: '👎',
  large_green_circle: '🟢',
  large_yellow_circle: '🟡',
  large_orange_circle: '🟠',
  large_purple_circle: '🟣',
  large_green_square: '🟩',
  large_red_square: '🟥',
  large_yellow_square: '🟨',
  double_vertical_bar: '⏸️',
  black_square_for_stop: '⏹️',
  octagonal_sign: '🛑',
  satellite_antenna: '📡',
  spiral_calendar_pad: '🗓️',
  heavy_exclamation_mark: '❗',
  simple_smile: '🙂',
  pencil: '📝',
  hammer_and_wrench: '🛠️',
  gear: '⚙️',
  shield: '🛡️',
  wastebasket: '🗑️',
};

/** The character of a Slack shortcode (name without colons, perhaps `::skin-tone-2`), or undefined for an unknown one. */
export function emoji(name: string): string | undefined {
  const [base = '', tone] = name.toLowerCase().split('::skin-tone-');
  const character = (Object.hasOwn(slackNames, base) && slackNames[base]) || get(base);
  if (!character || tone === undefined) return character || undefined;
  return character.replace('\u{fe0f}', '') + String.fromCodePoint(0x1f3f9 + Number(tone));
}

/** Shortcodes in a text replaced by their characters; unknown ones stay. */
export function withEmoji(text: string): string {
  return text.replace(/:([\w+'-]+(?:::skin-tone-[2-6])?):/g, (code, name: string) => emoji(name) ?? code);
}
