import { spans } from '../src/core/handover.ts';
import { commandName } from './ids.ts';
import { context, type Message, message, section } from './kit.ts';
import { bold, code, enumerate, link, type Markup, md } from './markup.ts';

/** A one-time page: what it is for, the titles of its apps, and the way to it; `link` null where it is used up or over. */
export type OnceMessageView = { purpose: 'show' | 'set'; apps: readonly string[]; link: string | null };

const hours = (span: number): number => Math.round(span / 3_600_000);
const retype = code(`${commandName} password`);

/** The direct message that tells somebody of their page. */
export function onceMessage({ purpose, apps, link: url }: OnceMessageView): Message {
  const names = apps.length === 0 ? md`your apps` : enumerate(apps.slice(0, 20).map((title) => bold(title, 60)));
  if (url === null) return over(purpose, names);
  return purpose === 'show' ? toSee(names, url) : toSet(names, url);
}

const toSee = (names: Markup, url: string): Message =>
  message([
    section(md`Your account in ${names} is there, with a password made for you.`),
    section(md`${link(url, 'See the password')}: it is shown once, and the link works for ${hours(spans.show)} hours.`),
    context(md`The page is for you alone. Rollcall keeps no copy; you may change the password in ${names} afterwards.`),
  ]);

const toSet = (names: Markup, url: string): Message =>
  message([
    section(md`Please set a password for ${names}.`),
    section(
      md`${link(url, 'Set the password')}: the link works once, for ${hours(spans.set)} hours. *Never use your company password there.*`,
    ),
    context(md`Rollcall sets it in ${names}, and you no longer change it there: ${retype} sends a link to change it.`),
  ]);

function over(purpose: OnceMessageView['purpose'], names: Markup): Message {
  if (purpose === 'set')
    return message([
      section(md`The link to set a password for ${names} works no longer.`),
      context(md`It was used, replaced or not used in time; ${retype} says how things stand and sends a new one.`),
    ]);
  return message([
    section(md`The link to the password for ${names} works no longer.`),
    context(
      md`It was used, replaced or not used in time. If you have not seen the password, reset it in ${names} itself.`,
    ),
  ]);
}
