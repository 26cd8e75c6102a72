import type { KnownBlock } from '@slack/types';
import { context } from './kit.ts';
import { escaped, md } from './markup.ts';
import { count } from './words.ts';

/** Notes told one by one. */
const told = 4;

/** What stands below the inputs of a form. `left`: inputs for which there was no room. */
export function noteBlocks(notes: readonly string[], left: readonly { label: string }[]): KnownBlock[] {
  const more = notes.length - told;
  return [
    ...notes.slice(0, told).map((note) => context(md`${escaped(note, 300)}`)),
    ...(more > 0 ? [context(md`${count(more, 'more is kept as it is', 'more are kept as they are')}.`)] : []),
    ...(left.length === 0 ? [] : [context(leftText(left.map(({ label }) => label)))]),
  ];
}

const leftText = (labels: readonly string[]) =>
  md`Too much for one form, and kept as it is: ${escaped(labels.slice(0, 8).join(', '), 300)}${labels.length > 8 ? md` and ${count(labels.length - 8, 'more', 'more')}` : md``}. The file has room for it: rollcall config export FILE.`;
