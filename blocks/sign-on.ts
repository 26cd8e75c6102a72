import type { Button, KnownBlock } from '@slack/types';
import { buttonRow, idButton } from './id-button.ts';
import { commandName, signOnAppId, signOnId } from './ids.ts';
import { actions, context, divider, header, linkButton, type Message, message, section, sectionWith } from './kit.ts';
import { list, withinMessage } from './list.ts';
import { bold, code, escaped, link, type Markup, md, moment } from './markup.ts';
import { count } from './words.ts';

/** An app people sign on to, and whether this person may; `text` says why, or why not. */
export type SignOnAppView = { app: string; title: string; may: boolean; text: string };

/** What asking for a link came to. `link`: good once, until `expires`; `text` says so, and that it is theirs alone. */
export type SignOnOfferView =
  | { result: 'link'; app: string; title: string; link: string; expires: number; text: string }
  | { result: 'refused'; text: string };

/** The link for the one who asked, or why there is none. Shown to nobody else. */
export function signOnAnswer(offer: SignOnOfferView): Message {
  if (offer.result === 'refused') return message([section(md`${offer.text}`)]);
  const { app, title, link: url, expires, text } = offer;
  return message(
    [
      section(md`${text}`),
      actions([
        linkButton({
          ...{ id: signOnId(app), label: `Sign on to ${title}`, url, style: 'primary' },
          spoken: `Sign on to ${title}, in the browser`,
        }),
      ]),
      context(
        md`It ends ${moment(expires)}. Give it to nobody: whoever opens it is you there. Another one: ${code(`${commandName} sign-on ${app}`)}`,
      ),
    ],
    md`Sign on to ${title}: ${link(url, 'open the link')}`,
  );
}

/** Apps with a button of their own in the list; the rest are counted. */
const mostRows = 20;

/** The apps somebody may sign on to, each with a button, and those they may not, each with the reason. */
export function signOnList(apps: readonly SignOnAppView[]): Message {
  if (apps.length === 0)
    return message([section(md`Rollcall signs people on to no app yet. An admin sets that up, app by app.`)]);
  const open = apps.filter(({ may }) => may);
  const shut = apps.filter(({ may }) => !may);
  const rows = withinMessage(
    open.slice(0, mostRows).map((app) => [sectionWith(appLine(app), appButton(app, 'Sign on'))]),
    listed,
  );
  const more = open.length - rows.length;
  return message([
    section(headText(open.length)),
    ...rows,
    more > 0 ? context(md`And ${count(more, 'other', 'others')}: ${code(`${commandName} sign-on APP`)}`) : null,
    ...(shut.length === 0
      ? []
      : list([null, ...shut], (app) => (app === null ? md`*Not for now*` : appLine(app)), 4_000)),
  ]);
}

/** Of a message, beside the apps somebody may not sign on to. */
const listed = 4_500;

const headText = (open: number): Markup =>
  open === 0 ? md`You may sign on to no app now.` : md`You may sign on to ${count(open, 'app', 'apps')}:`;

const appLine = ({ title, text }: SignOnAppView): Markup => md`• ${bold(title, 80)}: ${escaped(text, 600)}`;

const appButton = ({ app, title }: Pick<SignOnAppView, 'app' | 'title'>, label: string): Button | null =>
  idButton({ id: signOnAppId(app), label, ids: { app }, spoken: `Sign on to ${title}` });

/** Apps with a button in App Home. */
const mostButtons = 12;

/** The section of App Home: a button for each app somebody may sign on to; nothing where there is none. */
export function signOnSection(apps: readonly SignOnAppView[]): (KnownBlock | null)[] {
  const open = apps.filter(({ may }) => may);
  if (open.length === 0) return [];
  return [
    divider,
    header('Sign on'),
    buttonRow(open.slice(0, mostButtons).map((app) => appButton(app, app.title))),
    open.length > mostButtons
      ? context(md`And ${count(open.length - mostButtons, 'other', 'others')}: ${code(`${commandName} sign-on`)}`)
      : null,
  ];
}
