import type { Actor } from '../src/core/model.ts';
import { type Message, message, section } from './kit.ts';
import { bold, escaped, type Markup, md, moment, nothing } from './markup.ts';
import type { EventView } from './view.ts';
import { statusWord } from './words.ts';

/** Who did it, in words. */
export const actorName = (actor: Actor): string =>
  actor.kind === 'system' ? 'Rollcall' : `${actor.name}${actor.via === 'cli' ? ' (command line)' : ''}`;

/** `Ada Lovelace: create approved, Zoe in CRM`: one event, one line. */
export function eventLine({ event, personName, appTitle }: EventView): Markup {
  const about = aboutOf(personName, appTitle);
  const word = event.status === null ? nothing : md` ${statusWord(event.status)}`;
  return md`${moment(event.at)}  ${bold(actorName(event.actor), 80)}: ${escaped(event.message, 400)}${about}${word}`;
}

function aboutOf(person: string | null, app: string | null): Markup {
  if (person !== null && app !== null) return md` (${escaped(person, 80)} in ${escaped(app, 80)})`;
  const one = person ?? app;
  return one === null ? nothing : md` (${escaped(one, 80)})`;
}

/** The reply in a card's thread that an event becomes. */
export const auditLine = (view: EventView): Message => message([section(eventLine(view))]);
