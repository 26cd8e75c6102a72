import type { KnownBlock } from '@slack/types';
import { buttonRow, idButton } from './id-button.ts';
import { actionIds, commandName } from './ids.ts';
import { context, type Message, message, section, sectionWith } from './kit.ts';
import { list } from './list.ts';
import { openButton, type Reader } from './look-up.ts';
import { bold, code, cutTo, escaped, type Markup, md, nothing } from './markup.ts';
import { appLine, loginLine } from './status.ts';
import { byUrgency, urgent } from './urgency.ts';
import type { AppOverview, LoginView } from './view.ts';
import { count, statusWord } from './words.ts';

/** An app's people: all of them, those of one status word, or those whose name holds a text. */
export type AppPeople = {
  app: AppOverview;
  word: string | null;
  /** Empty: nobody was sought. */
  text?: string;
  logins: readonly LoginView[];
  more: boolean;
  reader: Reader;
};

/** Rows with a button of their own, and people in all; a reply is read, not scrolled. */
const [mostButtons, mostPeople] = [10, 60];

/** One app: how many in each state, then its people under their status words; *Search* opens all of them, page by page. */
export function appPeople(view: AppPeople): Message {
  const { app, word, logins, more, reader } = view;
  const sorted = logins.slice(0, mostPeople).sort(byUrgency);
  const rows = sorted.filter((login) => urgent.includes(login.word)).slice(0, mostButtons);
  const rest = sorted.filter((login) => !rows.includes(login));
  return message([
    section(md`${appLine(app)}.`),
    logins.length === 0 ? section(emptyText(view)) : null,
    ...rows.map((login) => row(login, reader)),
    ...list(lines(rest), (line) => line, 5_000),
    more ? context(md`There are more than these ${count(logins.length, 'person', 'people')}.`) : null,
    buttonRow([searchButton(view)]),
    context(
      md`Typed: ${code(`${commandName} app ${app.app} ${word ?? 'failed'}`, 200)} shows those of one status, ${code(`--find NAME`)} whose name holds it; ${code(`${commandName} person PERSON`)} everything of one person.`,
    ),
  ]);
}

const row = (login: LoginView, reader: Reader): KnownBlock =>
  sectionWith(cutTo(loginLine(login, 'person'), 500), openButton(login, reader));

function emptyText({ word, text = '' }: AppPeople): Markup {
  const who = text === '' ? md`Nobody` : md`Nobody called “${text.slice(0, 100)}”`;
  return word === null ? md`${who} has a login in it${text === '' ? md` yet` : md``}.` : md`${who} in it is ${word}.`;
}

/** People under their words, the most urgent word first. */
function lines(logins: readonly LoginView[]): Markup[] {
  const words = [...new Set(logins.map(({ word }) => word))];
  return words.flatMap((word) => {
    const group = logins.filter((login) => login.word === word);
    return [bold(statusWord(word), 80), ...group.map((login) => plainLine(login))];
  });
}

/** The word stands above; of accounts that are as they should be there is nothing else to say. */
function plainLine({ personName, word, explanation }: LoginView): Markup {
  const why = word === 'provisioned' || explanation === '' ? nothing : md`: ${escaped(explanation, 300)}`;
  return md`• ${bold(personName, 80)}${why}`;
}

const searchButton = ({ app, word }: AppPeople) =>
  idButton({
    id: actionIds.allPeople,
    label: 'Search and page',
    ids: { app: app.app, ...(word === null ? {} : { word }) },
    spoken: `Search the people in ${app.title}`,
  });
