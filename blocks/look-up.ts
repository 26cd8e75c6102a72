import type { KnownBlock, ModalView } from '@slack/types';
import { statusWords } from '../src/core/status.ts';
import { buttonRow, idButton } from './id-button.ts';
import { actionIds, callbackIds, commandName, lookUpInputs } from './ids.ts';
import { context, limits, lineInput, menuInput, option, plainText, section, sectionWith, viewBlocks } from './kit.ts';
import { bold, code, cutTo, escaped, type Markup, md, nothing } from './markup.ts';
import { appLine, loginLine } from './status.ts';
import type { AppOverview, LoginView, Powers } from './view.ts';
import { statusWord } from './words.ts';

/** Who looks: what a button promises is what they may do. */
export type Reader = { person: string } & Omit<Powers, 'auditor'>;

/** One page of an app's people, or of a person's apps. */
export type LookUpView = {
  of: { app: AppOverview } | { person: string; name: string };
  /** The status looked for, and the text; null and empty: all. */
  word: string | null;
  text: string;
  logins: readonly LoginView[];
  /** From 1. */
  page: number;
  more: boolean;
  reader: Reader;
  /** What the modal has to remember, as JSON. */
  metadata: string;
};

/** Rows on one page: each with a button, and few enough to be read. */
export const lookUpRows = 12;

/** A search over logins: by status and text, page by page; each row opens what its status calls for. */
export function lookUpModal(view: LookUpView): ModalView {
  const { of, word, text, logins, page, more, reader, metadata } = view;
  return {
    type: 'modal',
    callback_id: callbackIds.people,
    private_metadata: metadata,
    title: plainText('app' in of ? 'People in the app' : 'Apps of the person', limits.title),
    submit: plainText('Search', limits.title),
    close: plainText('Close', limits.title),
    blocks: viewBlocks([
      section('app' in of ? md`${appLine(of.app)}.` : md`The logins of ${bold(of.name, 80)}.`),
      wordInput(word),
      textInputFor(view, text),
      ...logins.slice(0, lookUpRows).map((login) => row(login, 'app' in of ? 'person' : 'app', reader)),
      logins.length === 0 ? section(emptyText(page)) : null,
      context(md`Page ${page}${more ? md`; there are more` : md`, the last`}. ${typedText(view)}`),
      pager(page > 1, more),
    ]),
  };
}

const wordOptions = [
  option({ text: 'Every status', value: 'all' }),
  ...statusWords.map((word) => option({ text: statusWord(word), value: word })),
];

const wordInput = (word: string | null): KnownBlock =>
  menuInput({
    ...lookUpInputs.word,
    label: 'Status',
    placeholder: 'Every status',
    options: wordOptions,
    chosen: wordOptions.find(({ value }) => value === (word ?? 'all')) ?? null,
  });

const textInputFor = ({ of }: LookUpView, value: string): KnownBlock =>
  lineInput({
    ...lookUpInputs.text,
    label: 'app' in of ? 'Name or e-mail address' : 'App',
    placeholder: 'Empty: all of them',
    value,
    maxLength: 200,
  });

const row = (view: LoginView, by: 'app' | 'person', reader: Reader): KnownBlock =>
  sectionWith(cutTo(loginLine(view, by), 600), openButton(view, reader));

/** What a click on the status opens: the request, the reason with its cure, the match, or why it is so. */
export function openButton(view: LoginView, reader: Reader) {
  const label = openWord(view, reader);
  return idButton({
    id: actionIds.openLogin,
    label,
    ids: { person: view.login.person, app: view.login.app },
    spoken: `${label}: ${view.personName} in ${view.appTitle}`,
  });
}

const cures: Readonly<Partial<Record<string, string>>> = {
  failed: 'Why, and retry',
  held: 'Why, and release',
  'needs match': 'Match',
  missing: 'Rematch',
  disassociated: 'Rematch',
};

/** Nobody decides about themselves, and only admins repair: the others see why. */
function openWord({ word, login }: LoginView, { person, admin, approver }: Reader): string {
  if (word === 'pending approval') return (admin || approver) && login.person !== person ? 'Decide' : 'Who decides';
  if (word === 'to do') return (admin || approver) && login.person !== person ? 'Open task' : 'Who does it';
  const cure = cures[word];
  if (cure === undefined) return 'Explain';
  return admin ? cure : 'Why';
}

const emptyText = (page: number): Markup =>
  page === 1 ? md`Nobody is found. Try another status, or a part of the name.` : md`Nobody is left on this page.`;

/** The same, typed. */
function typedText({ of, word, text }: LookUpView): Markup {
  const found = text === '' ? nothing : md` --find ${text}`;
  const words = word === null ? nothing : md` ${word}`;
  if (!('app' in of)) return md`Typed: ${code(`${commandName} person ${of.person}`, 120)}`;
  return md`Typed: \`${commandName} app ${escaped(of.app.app, 80)}${words}${cutTo(found, 100)}\``;
}

const pager = (hasPrevious: boolean, hasNext: boolean): KnownBlock | null =>
  buttonRow([
    hasPrevious ? idButton({ id: actionIds.previousPeople, label: 'Previous page', ids: {} }) : null,
    hasNext ? idButton({ id: actionIds.nextPeople, label: 'Next page', ids: {} }) : null,
  ]);
