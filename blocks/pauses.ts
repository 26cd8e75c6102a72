import type { KnownBlock } from '@slack/types';
import type { PauseView } from './governance-view.ts';
import { buttonRow, idButton } from './id-button.ts';
import { actionIds, commandName } from './ids.ts';
import { context, type Message, message, section } from './kit.ts';
import { withinMessage } from './list.ts';
import { bold, code, escaped, type Markup, md, moment, nothing } from './markup.ts';
import { count } from './words.ts';

export const leavingGoesOn = md`Leaving is never held up: whoever leaves is suspended or deleted all the same.`;

/** What was paused just now: the engine's sentence, until when, and what goes on all the same. */
export const paused = (text: string, until: number | null): Message =>
  message([section(md`${text}`), context(md`${endText(until)} ${leavingGoesOn}`)]);

const endText = (until: number | null): Markup =>
  until === null
    ? md`It holds until somebody resumes it: ${code(`${commandName} resume`)}.`
    : md`It ends by itself ${moment(until)}.`;

/** Everything that is paused now, each with the way to go on. */
export function pauseList(pauses: readonly PauseView[]): Message {
  if (pauses.length === 0) return message([section(md`Nothing is paused.`)]);
  const shown = withinMessage(pauses.slice(0, 20).map(pauseBlocks));
  return message([
    section(md`${count(pauses.length, 'pause holds', 'pauses hold')} changes up:`),
    ...shown,
    shown.length < pauses.length * 2 ? context(md`There are more; ${code('rollcall pause')} lists them all.`) : null,
    context(leavingGoesOn),
  ]);
}

function pauseBlocks({ subject, about, until, reason, by, at }: PauseView): KnownBlock[] {
  const end = until === null ? md`until it is resumed` : md`until ${moment(until)}`;
  const why = reason === null || reason === '' ? nothing : md`: ${escaped(reason, 200)}`;
  const { app, person } = subject;
  const row = buttonRow([
    idButton({
      id: actionIds.resume,
      label: 'Resume',
      ids: { ...(app === undefined ? {} : { app }), ...(person === undefined ? {} : { person }) },
      spoken: `Resume ${about}`,
    }),
  ]);
  const text = md`• ${bold(about, 120)} is paused ${end}${why}, by ${escaped(by, 80)} ${moment(at)}`;
  return row === null ? [section(text)] : [section(text), row];
}
