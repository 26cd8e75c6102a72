import type { KnownBlock } from '@slack/types';
import { limits } from './kit.ts';

/** What a part of a view counts towards the size of the whole, in bytes as it is sent. */
export const bytesOf = (value: unknown): number => Buffer.byteLength(JSON.stringify(value));

/** Left for what stands around the inputs, such as what a change would do: it may grow, and the inputs stay the same. */
const around = { bytes: 70_000, blocks: 24 };

/** The inputs there is room for in one view, in order, and those left out. */
export type Fitting<F> = { blocks: KnownBlock[]; left: F[] };

/**
 * As many inputs as Slack takes in one view. Where they are too much, menus are searched instead of sent whole (`searched`); an
 * input that still finds no room is left out, to be told of: what it stands for stays as it is.
 */
export function fitting<F>(fields: readonly F[], draw: (field: F, searched: boolean) => KnownBlock): Fitting<F> {
  const budget = limits.view - around.bytes;
  const menus = fields.map((field) => draw(field, false));
  const drawn = bytesOf(menus) <= budget ? menus : fields.map((field) => draw(field, true));
  const [blocks, left]: [KnownBlock[], F[]] = [[], []];
  let used = 0;
  for (const [index, field] of fields.entries()) {
    const block = drawn[index];
    const size = block === undefined ? 0 : bytesOf(block) + 1;
    const fits = used + size <= budget && blocks.length < limits.viewBlocks - around.blocks;
    if (block === undefined || !fits) left.push(field);
    else blocks.push(block);
    used += fits ? size : 0;
  }
  return { blocks, left };
}
