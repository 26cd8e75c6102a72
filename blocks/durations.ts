import { section } from './kit.ts';
import { escaped, md } from './markup.ts';
import type { PlanPreview } from './view.ts';
import { titleOf } from './words.ts';

const most = 3;

/** How long the changes take, in the apps that document how fast they may be called. `titles`: app → title. */
export const durationBlocks = (
  { durations = [] }: Pick<PlanPreview, 'durations'>,
  titles: Readonly<Record<string, string>> = {},
) =>
  durations
    .slice(0, most)
    .map(({ app, text }) => section(md`*In ${escaped(titleOf(titles, app), 40)} this takes*  ${escaped(text, 100)}.`));
