import { commandName } from './ids.ts';
import { type Message, message, section } from './kit.ts';
import { code, md } from './markup.ts';

/** What is left of a card where it may not stand any more: nobody's name, and nothing to press. */
export const movedCard = (): Message =>
  message([
    section(
      md`↪️ This request moved: it is decided elsewhere. Whoever may decide finds it with ${code(`${commandName} pending`)}.`,
    ),
  ]);
