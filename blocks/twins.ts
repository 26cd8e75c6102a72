import type { KnownBlock } from '@slack/types';
import type { TwinView } from './governance-view.ts';
import { buttonRow, idButton } from './id-button.ts';
import { actionIds, commandName } from './ids.ts';
import { context, type Message, message, section } from './kit.ts';
import { withinMessage } from './list.ts';
import { bold, code, enumerate, escaped, md, nothing } from './markup.ts';
import { count } from './words.ts';

/** Newcomers who may be people we know under another id: whoever reads this says which. */
export function twinList(twins: readonly TwinView[]): Message {
  if (twins.length === 0) return message([section(md`Nobody is in doubt: every newcomer is somebody new.`)]);
  const groups = twins.slice(0, 15).map(twinBlocks);
  const shown = withinMessage(groups);
  const cut = twins.length > groups.length || shown.length < groups.flat().length;
  return message([
    section(
      md`${count(twins.length, 'newcomer may be', 'newcomers may be')} somebody we know under another id. Until that is said, they get no account:`,
    ),
    ...shown,
    cut ? context(md`There are more; say who these are first.`) : null,
    context(md`Or type ${code(`${commandName} same NEWCOMER-ID PERSON-ID`, 200)}; ${code('none')} means somebody new.`),
  ]);
}

/** At most three people are offered; a row of buttons is read, not searched. */
const offered = 3;

function twinBlocks({ newcomer, newcomerName, records, people }: TwinView): KnownBlock[] {
  const named = people
    .slice(0, offered)
    .map(({ person, personName }) => md`${bold(personName, 80)} (${code(person, 60)})`);
  const more = people.length - named.length;
  const may = enumerate(more > 0 ? [...named, md`${count(more, 'other', 'others')}`] : named);
  const from = records.length === 0 ? nothing : md`, ${escaped(records.slice(0, 3).join(', '), 200)},`;
  const rows = people.slice(0, offered).map((each) => sameButton(newcomer, newcomerName, each));
  return [
    section(md`• ${bold(newcomerName, 80)} (${code(newcomer, 60)})${from} may be ${may}`),
    ...[...rows, newButton(newcomer, newcomerName)].map((each) => buttonRow([each])).filter((row) => row !== null),
  ];
}

const sameButton = (newcomer: string, name: string, { person, personName }: TwinView['people'][number]) =>
  idButton({
    id: actionIds.samePerson,
    label: `It is ${personName}`,
    ids: { newcomer, person },
    spoken: `${name} is ${personName} under a new id`,
    confirm: {
      title: 'One and the same?',
      text: `${short(name)} and ${short(personName)} become one person, with the accounts there are. This is not undone.`,
      confirm: 'They are one',
      danger: true,
    },
  });

const newButton = (newcomer: string, name: string) =>
  idButton({
    id: actionIds.newPerson,
    label: 'Somebody new',
    ids: { newcomer },
    spoken: `${name} is somebody new`,
    confirm: {
      title: 'Somebody new?',
      text: `${short(name)} is none of these people, and gets accounts of their own.`,
      confirm: 'Somebody new',
      danger: false,
    },
  });

const short = (text: string): string => (text.length > 60 ? `${text.slice(0, 59)}…` : text);
