import type { AnyBlock, KnownBlock } from '@slack/types';
import { type Message, message } from '../../blocks/kit.ts';
import { type Powers, refusalFor } from '../core/audience.ts';
import { audienceOfPress } from './actions/audience.ts';

/** What is shown to one person alone, without the buttons that person may not press. */
export function drawnFor(powers: Powers, drawn: Message): Message {
  const blocks = blocksFor(powers, drawn.blocks);
  const all = blocks.length === drawn.blocks.length && blocks.every((block, index) => block === drawn.blocks[index]);
  return all ? drawn : message(blocks);
}

/** The same of the blocks of a view. Those that stay as they are stay the same objects. */
export const blocksFor = (powers: Powers, blocks: readonly AnyBlock[]): KnownBlock[] =>
  // What we draw are blocks that Slack’s types know.
  (blocks as readonly KnownBlock[]).flatMap((block) => blockFor(powers, block) ?? []);

/** Null: nothing is left of it. */
function blockFor(powers: Powers, block: KnownBlock): KnownBlock | null {
  if (block.type === 'section' && block.accessory !== undefined && !mayPress(powers, block.accessory)) {
    const { accessory: _, ...text } = block;
    return text;
  }
  if (block.type !== 'actions') return block;
  const elements = block.elements.filter((element) => mayPress(powers, element));
  if (elements.length === 0) return null;
  return elements.length === block.elements.length ? block : { ...block, elements };
}

const mayPress = (powers: Powers, element: { type: string; action_id?: string }): boolean =>
  element.type !== 'button' || refusalFor(audienceOfPress(element.action_id ?? ''), powers) === null;
