import type { Button, KnownBlock } from '@slack/types';
import { type Ids, idsValue } from './ids.ts';
import { actions, type ButtonInput, button, limits } from './kit.ts';

/** A button that carries ids; null where they are longer than Slack lets a button carry. */
export function idButton({ ids, ...input }: Omit<ButtonInput, 'value'> & { ids: Ids }): Button | null {
  const value = idsValue(ids);
  return value.length > limits.value ? null : button({ ...input, value });
}

/** The row of those buttons there are; null without any. */
export function buttonRow(buttons: readonly (Button | null)[]): KnownBlock | null {
  const present = buttons.filter((each) => each !== null);
  return present.length === 0 ? null : actions(present);
}
