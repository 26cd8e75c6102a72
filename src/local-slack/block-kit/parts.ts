import { randomBytes } from 'node:crypto';
import type { KnownBlock } from '@slack/types';

/** An interactive element, as far as the workspace has to know it. */
export type Element = { type: string; action_id?: string } & Record<string, unknown>;

type Placed = { element: Element; at: readonly (string | number)[] };

const interactive = (candidate: unknown): candidate is Element =>
  typeof candidate === 'object' &&
  candidate !== null &&
  'type' in candidate &&
  typeof candidate.type === 'string' &&
  !['image', 'plain_text', 'mrkdwn'].includes(candidate.type);

/** The interactive elements of a block and where in it they are. */
export const elementsOf = (block: KnownBlock): Placed[] => {
  const placed: { element: unknown; at: readonly (string | number)[] }[] = [];
  if (block.type === 'section') placed.push({ element: block.accessory, at: ['accessory'] });
  if (block.type === 'input') placed.push({ element: block.element, at: ['element'] });
  if (block.type === 'actions' || block.type === 'context_actions') {
    placed.push(...block.elements.map((element, index) => ({ element, at: ['elements', index] })));
  }
  return placed.filter((each): each is Placed => interactive(each.element));
};

/** A copy in which every block has a block_id and every element an action_id, as Slack makes them up. */
export const withIds = (blocks: readonly KnownBlock[]): KnownBlock[] =>
  structuredClone(blocks).map((block) => {
    for (const { element } of elementsOf(block)) element.action_id ||= madeUp();
    return { ...block, block_id: block.block_id || madeUp() };
  });

const madeUp = (): string => randomBytes(4).toString('base64url').slice(0, 5);
