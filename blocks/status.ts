import type { HoldUp } from '../src/core/pausing.ts';
import type { Quarantine } from '../src/core/quarantine.ts';
import { commandName } from './ids.ts';
import { context, type Message, message, section } from './kit.ts';
import { half, list } from './list.ts';
import { bold, code, escaped, isEmpty, join, type Markup, md, moment, nothing } from './markup.ts';
import { leavingGoesOn } from './pauses.ts';
import type { AppOverview, DirectoryOverview, LoginView, Overview } from './view.ts';
import { count, statusWord } from './words.ts';

export type PersonStatusView = {
  name: string;
  title: string | null;
  status: 'active' | 'suspended' | 'left';
  logins: readonly LoginView[];
  /** There are more than shown. */
  more: boolean;
};

/** One person's logins, each with its word and its reason. */
export function personStatus(view: PersonStatusView): Message {
  return message([
    section(md`${headOf(view)}`),
    ...list(view.logins, (login) => loginLine(login, 'app')),
    view.more ? context(md`There are more: name an app to see its login, \`/provision status PERSON APP\`.`) : null,
  ]);
}

const standing = { active: 'is active', suspended: 'is suspended', left: 'has left' } as const;

export function headOf({ name, title, status, logins }: PersonStatusView): Markup {
  const of = title === null || title === '' ? nothing : md` (${title})`;
  if (logins.length === 0) return md`${bold(name, 80)}${of} ${standing[status]} and has no login in any app.`;
  return md`${bold(name, 80)}${of} ${standing[status]} and has ${count(logins.length, 'login', 'logins')}:`;
}

/** `✅ provisioned  *CRM*: explanation`; headed by the app, or by the person where the app is known. */
export function loginLine(view: LoginView, by: 'app' | 'person'): Markup {
  const name = by === 'app' ? view.appTitle : view.personName;
  // What has changed since a sign-on made the account has to be done by hand, so that all of it is told.
  const length = view.word === 'provisioned by sign-on' ? 700 : 300;
  const why = view.explanation === '' ? nothing : md`: ${escaped(view.explanation, length)}`;
  return md`• ${bold(name, 80)}  ${statusWord(view.word)}${why}`;
}

/** One app's logins. `shown` of `words`' sum. */
export function appStatus(app: AppOverview, logins: readonly LoginView[], more: boolean): Message {
  return message([
    section(md`${appLine(app)}.`),
    ...list(logins, (login) => loginLine(login, 'person'), 7_500),
    more ? context(md`There are more: name a person, \`/provision status PERSON ${app.app}\`.`) : null,
  ]);
}

/** The whole company: apps, directories, what waits. */
export function overviewStatus(view: Overview): Message {
  const waiting =
    view.waiting === 0
      ? md`nothing waits for approval`
      : md`${count(view.waiting, 'request waits', 'requests wait')} for approval`;
  return message([
    section(
      md`${count(view.apps.length, 'app', 'apps')}, ${count(view.directories.length, 'directory', 'directories')}; ${waiting}.`,
    ),
    ...(view.apps.length === 0
      ? [section(md`No app is connected yet.`)]
      : list(view.apps, (app) => md`• ${appLine(app)}`, half)),
    ...list(view.directories, directoryLine, half),
    view.apps.some(isWaiting) ? context(leavingGoesOn) : null,
    context(md`\`/provision status PERSON\` or \`/provision status APP\` tells more.`),
  ]);
}

/** `*CRM*: 120 provisioned, 3 failed`, and what holds its changes up: quarantine, pause, change window. */
export function appLine({ title, app, words, health, heldUp, underWay }: AppOverview): Markup {
  const counts = Object.entries(words).filter(([, number]) => number > 0);
  const list = join(
    counts.map(([word, number]) => md`${number.toLocaleString('en-US')} ${statusWord(word)}`),
    ', ',
  );
  const name = title === app ? bold(title, 80) : md`${bold(title, 80)} (${code(app, 80)})`;
  const stands = md`${healthLine(app, health)}${heldUpLines(app, heldUp)}${underWayLine(underWay)}`;
  return md`${name}: ${isEmpty(list) ? md`no logins yet` : list}${stands}`;
}

function underWayLine(underWay: AppOverview['underWay']): Markup {
  if (underWay == null) return nothing;
  const { count: changes, until, text } = underWay;
  const take = changes === 1 ? 'takes' : 'take';
  return md`\n   ⏱️ ${count(changes, 'change', 'changes')} under way ${take} ${escaped(text, 80)}: until ${moment(until)}`;
}

/** Leaving goes on whatever is said here. */
function heldUpLines(app: string, heldUp: AppOverview['heldUp']): Markup {
  if (heldUp === undefined) return nothing;
  const { pause, people, window } = heldUp;
  const lines = [
    pause === null ? nothing : pauseLine(app, pause),
    people === 0 ? nothing : md`⏸️ changes of ${count(people, 'person are', 'people are')} paused`,
    window === null ? nothing : windowLine(window),
  ];
  return join(
    lines.filter((line) => !isEmpty(line)).map((line) => md`\n   ${line}`),
    '',
  );
}

function pauseLine(app: string, { until, by, reason }: NonNullable<HoldUp['pause']>): Markup {
  const why = reason === null || reason === '' ? nothing : md` because ${escaped(reason, 200)}`;
  const end = until === null ? md`until somebody resumes it` : md`until ${moment(until)}`;
  return md`⏸️ paused ${end} by ${escaped(by, 80)}${why}; sooner: ${code(`${commandName} resume ${app}`, 120)}`;
}

function windowLine({ open, opens }: NonNullable<HoldUp['window']>): Markup {
  if (open) return md`🟢 its change window is open`;
  return opens === null
    ? md`⚠️ its change window never opens: correct it in the configuration`
    : md`🕓 changes wait for its change window, which opens ${moment(opens)}`;
}

/** Does anything but the weekly rhythm keep this app from changing? */
export const isHeldUp = (app: AppOverview): boolean =>
  app.health?.quarantine != null || app.health?.pausedUntil != null || isWaiting(app);

/** A pause, or a window that is shut: neither holds leaving up. */
export const isWaiting = ({ heldUp }: AppOverview): boolean =>
  heldUp !== undefined && (heldUp.pause !== null || heldUp.people > 0 || heldUp.window?.open === false);

function healthLine(app: string, health: AppOverview['health']): Markup {
  if (health?.quarantine) return quarantineLine(app, health.quarantine);
  if (health?.pausedUntil == null) return nothing;
  return md`\n   ⚠️ paused until ${moment(health.pausedUntil)}: ${health.reason ?? 'its calls keep failing'}`;
}

function quarantineLine(app: string, { since, reason, nextTry }: Quarantine): Markup {
  const told = md`\n   ⚠️ in quarantine since ${moment(since)}: ${escaped(reason, 200)}`;
  return md`${told}\n   Only leaving goes on; next try ${moment(nextTry)}, or now: ${code(`${commandName} retry ${app}`, 120)}`;
}

/** When a directory was last read, and what was wrong with it. */
export function directoryLine({ title, lastRead, present, problems }: DirectoryOverview): Markup {
  if (lastRead === null) return md`• ${bold(title, 80)}: not read yet`;
  const read = md`read ${moment(lastRead.at)}, ${count(present, 'person', 'people')}`;
  const incomplete = lastRead.complete
    ? nothing
    : md`, ⚠️ incomplete${lastRead.reason === null ? nothing : md` (${escaped(lastRead.reason, 200)})`}`;
  const first = problems[0];
  const wrong =
    first === undefined
      ? nothing
      : md`; ${count(problems.length, 'problem', 'problems')}, first ${escaped(first.place, 80)}: ${escaped(first.message, 200)}`;
  return md`• ${bold(title, 80)}: ${read}${incomplete}${wrong}`;
}
