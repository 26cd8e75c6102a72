import type { Button } from '@slack/types';
import { buttonRow, idButton } from './id-button.ts';
import { numberId } from './ids.ts';
import { context, type Message, message, section } from './kit.ts';
import { bold, enumerate, escaped, type Markup, md } from './markup.ts';

/** A browser that wants to be signed on as somebody: what it may show, where it is, and what became of it. */
export type NumbersView = {
  id: string;
  title: string;
  numbers: readonly number[];
  from: string;
  state: 'open' | 'confirmed' | 'refused' | 'over';
  text: string;
};

/** Asks the person whether it is theirs, by the number it shows; later, what became of it. `name`: the person’s. */
export const numbersMessage = (view: NumbersView, name: string): Message =>
  view.state === 'open' ? asking(view, name) : settled(view, view.state);

function asking({ id, title, numbers, from }: NumbersView, name: string): Message {
  return message(
    [
      section(md`${bold(name, 80)}: a browser wants to sign on to ${bold(title, 80)} as you.`),
      section(fromText(from)),
      section(md`Pick the number it shows:`),
      buttonRow([...numbers.map((number, place) => numberButton(id, title, number, place)), denyButton(id, title)]),
      context(
        md`If you are not signing on this moment, press *This was not me*: nobody gets in, and the admins find it in the history. Rollcall asks for this number nowhere else.`,
      ),
    ],
    md`The numbers: ${enumerate(numbers.map((number) => md`${number}`))}`,
  );
}

const fromText = (from: string): Markup => md`From: ${escaped(from, 300)}`;

const numberButton = (id: string, title: string, number: number, place: number): Button | null =>
  idButton({
    ...{ id: numberId(place), label: String(number), ids: { signOn: id, number: String(number) } },
    spoken: `It shows ${number}: sign on to ${title}`,
  });

const denyButton = (id: string, title: string): Button | null =>
  idButton({
    ...{ id: numberId('none'), label: 'This was not me', ids: { signOn: id }, style: 'danger' },
    spoken: `This was not me: ${title}`,
    confirm: {
      ...{ title: 'Was this not you?', confirm: 'It was not me', danger: true },
      text: 'The browser is not signed on, and the admins find it in the history.',
    },
  });

/** The sentence of a confirmed one says all there is. */
function settled({ title, from, text }: NumbersView, state: 'confirmed' | 'refused' | 'over'): Message {
  if (state === 'confirmed') return message([section(md`✅ ${text}`), context(fromText(from))]);
  const head =
    state === 'refused'
      ? md`🚫 Signing on to ${bold(title, 80)} was refused.`
      : md`⌛ Signing on to ${bold(title, 80)} is over.`;
  return message([section(head), section(md`${text}`), context(fromText(from))]);
}
