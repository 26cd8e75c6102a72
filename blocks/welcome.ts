import type { Welcome } from '../src/core/welcome.ts';
import { commandName, signOnId } from './ids.ts';
import { actions, context, linkButton, type Message, message, section } from './kit.ts';
import { half, list } from './list.ts';
import { bold, code, enumerate, type Markup, md, nothing } from './markup.ts';
import { count, statusWord } from './words.ts';

/** Who reads a welcome: whoever it is about; their manager, while they are not in Slack; and the manager once they are. */
export type Reader = 'joiner' | 'manager' | 'informed';

/** What somebody new got and how they sign on. */
export function welcomeMessage(welcome: Welcome, to: Reader): Message {
  const { apps, coming } = welcome;
  const links = apps.filter(({ signOn }) => signOn !== null).slice(0, mostLinks);
  return message(
    [
      section(headText(welcome, to)),
      ...list(apps, appLine, half),
      links.length === 0 || to !== 'joiner' ? null : actions(links.map(signOnButton)),
      coming.length === 0 ? null : section(comingText(coming)),
      context(notes[to]),
    ],
    ...links.map(({ title, signOn }) => md`Sign on to ${title}: ${signOn ?? ''}`),
  );
}

/** A row of buttons holds as many. */
const mostLinks = 20;

const notes: Readonly<Record<Reader, Markup>> = {
  joiner: md`${code(`${commandName} person`)} shows your logins at any time. Never give anybody a password, nor type one here.`,
  manager: md`Rollcall writes to them itself once they are in Slack. Please tell them until then.`,
  informed: md`Rollcall has written to them itself. There is nothing left for you to do.`,
};

function headText({ personName, apps }: Welcome, to: Reader): Markup {
  const [name, accounts] = [bold(personName, 80), count(apps.length, 'account', 'accounts')];
  if (to === 'joiner') return md`Welcome, ${name}! You have ${accounts}:`;
  return to === 'manager'
    ? md`${name} is not in Slack yet, and has ${accounts}:`
    : md`${name} is in Slack now, and has ${accounts}:`;
}

function appLine({ title, userName, signOn }: Welcome['apps'][number]): Markup {
  const as = userName === null ? nothing : md`, as ${code(userName, 120)}`;
  const at = signOn === null ? nothing : md` at ${code(signOn, 200)}`;
  return md`• ${bold(title, 80)}${signOn === null && userName === null ? nothing : md`: sign on`}${at}${as}`;
}

const signOnButton = ({ app, title, signOn }: Welcome['apps'][number]) =>
  linkButton({ id: signOnId(app), label: `Sign on to ${title}`, url: signOn ?? '' });

function comingText(coming: Welcome['coming']): Markup {
  const shown = coming.slice(0, 10).map(({ title, word }) => md`${bold(title, 60)} (${statusWord(word)})`);
  const more = coming.length - shown.length;
  return md`On the way: ${enumerate(more > 0 ? [...shown, md`${count(more, 'other', 'others')}`] : shown)}.`;
}
