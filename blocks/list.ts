import type { KnownBlock } from '@slack/types';
import { limits, section } from './kit.ts';
import { cutTo, join, type Markup, md, rawOf } from './markup.ts';

/** What a block counts towards the limit of a whole message. */
export const weightOf = (value: unknown): number =>
  typeof value !== 'object' || value === null
    ? 0
    : Object.entries(value).reduce(
        (sum, [key, inner]) => sum + (key === 'text' && typeof inner === 'string' ? inner.length : weightOf(inner)),
        0,
      );

/** Lists are cut here, so that what stands around them always fits beside. */
const listBudget = 8700;
export const half = listBudget / 2;

/** As many groups of blocks as a message has room for, in order. */
export function withinMessage(groups: readonly (readonly KnownBlock[])[], budget = listBudget): KnownBlock[] {
  let used = 0;
  const kept: KnownBlock[] = [];
  for (const group of groups) {
    used += weightOf(group) + group.length * limits.perBlock;
    if (used > budget) break;
    kept.push(...group);
  }
  return kept;
}

/**
 * One line for each item, in as few sections as hold them. What is beyond `budget` characters is not rendered but counted.
 * Two lists share a message by halves.
 */
export function list<T>(items: readonly T[], line: (item: T) => Markup, budget = listBudget): KnownBlock[] {
  const lines: Markup[] = [];
  let used = 0;
  for (const item of items) {
    const next = cutTo(line(item), 2000);
    used += rawOf(next).length + 1;
    if (used > budget && lines.length > 0) break;
    lines.push(next);
  }
  const more = items.length - lines.length;
  return packed(more > 0 ? [...lines, md`…and ${more.toLocaleString('en-US')} more.`] : lines).map(section);
}

/** Lines joined into texts that each fit a section. */
function packed(lines: readonly Markup[]): Markup[] {
  const texts: Markup[] = [];
  for (const line of lines) {
    const last = texts.at(-1);
    const joined = last === undefined ? null : join([last, line], '\n');
    if (joined === null || rawOf(joined).length > limits.text) texts.push(line);
    else texts[texts.length - 1] = joined;
  }
  return texts;
}
