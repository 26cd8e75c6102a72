import type { KnownBlock } from '@slack/types';
import type { ShortAnchor } from '../src/core/anchor.ts';
import { type Digest, type DigestGroup, type Expiring, isClean } from '../src/core/digest.ts';
import { ended } from '../src/core/text.ts';
import { endingText } from './expiring.ts';
import { buttonRow, idButton } from './id-button.ts';
import { actionIds, commandName } from './ids.ts';
import { context, header, type Message, message, section } from './kit.ts';
import { list, weightOf, withinMessage } from './list.ts';
import { bold, code, enumerate, escaped, join, type Markup, md, moment, nothing } from './markup.ts';
import { renewButton } from './renew-button.ts';
import { count, statusWord } from './words.ts';

/** `more`: root causes beyond those in `groups`. `anchor`: where the audit’s chains ended when it was made. */
export type DigestView = Digest & { more?: number; anchor?: ShortAnchor };

/** What needs somebody, one paragraph for each root cause, with the way to try all of it again. */
export function digestMessage(digest: DigestView): Message {
  const { groups } = digest;
  const rest = sections(digest);
  const shown = withinMessage(groups.slice(0, 20).map(groupBlocks), 8_700 - Math.min(4_000, weightOf(rest)));
  const paragraphs = shown.filter(({ type }) => type === 'section').length;
  const more = (digest.more ?? 0) + groups.length - paragraphs;
  return message([
    section(headText(digest)),
    ...shown,
    more > 0
      ? context(md`And ${count(more, 'cause', 'causes')} more: ${code('rollcall digest', 60)} lists them all.`)
      : null,
    ...rest,
    digest.anchor === undefined ? null : anchorLine(digest.anchor),
  ]);
}

/** A message nobody can take back unseen holds the history to what it was. */
const anchorLine = ({ at, events, hash }: ShortAnchor): KnownBlock =>
  context(
    md`🔏 Audit anchored ${moment(at)}: ${count(events, 'event', 'events')}, ${code(hash, 40)}. To hold the history against it: ${code(`rollcall audit verify --seen ${hash}`, 120)}`,
  );

const allWell = md`Nothing needs anybody: all is well.`;

/** Nothing to tell, for somebody who asked. */
export const cleanDigest = (): Message => message([section(allWell)]);

function headText(digest: DigestView): Markup {
  if (isClean(digest)) return allWell;
  const { groups, since, cured } = digest;
  const logins = groups.reduce((sum, group) => sum + group.count, 0);
  const head =
    logins === 0
      ? md`${bold('No login needs attention')}, but something else does.`
      : md`${bold(`${count(logins, 'login needs', 'logins need')} attention`)}, for ${count(groups.length, 'reason', 'reasons')}.`;
  if (since === null) return head;
  const fresh = groups.filter(({ before }) => before === null).length;
  const parts = [md`${count(fresh, 'reason is', 'reasons are')} new`, md`${groups.length - fresh} still there`];
  return md`${head} Since ${moment(since)}: ${enumerate([...parts, md`${cured.length} cured`])}.`;
}

function groupBlocks(group: DigestGroup): KnownBlock[] {
  const { app, appTitle, word, code: cause, remedy } = group;
  const what = md`${statusWord(word)}  ${bold(appTitle, 80)}: ${count(group.count, 'login', 'logins')}${trendText(group)}`;
  const why = join([escaped(group.cause, 400), remedy === '' ? nothing : escaped(ended(remedy), 400)], ' ');
  const typed = code(
    `${commandName} ${group.retryable ? 'retry' : 'app'} ${app} ${group.retryable ? `--cause ${cause}` : word}`,
    200,
  );
  return [section(md`${what}\n${why}\n${namesText(group)} · ${typed}`), cureRow(group)].filter(
    (block) => block !== null,
  );
}

function trendText({ before, count: now }: DigestGroup): Markup {
  if (before === null) return nothing;
  if (before === now) return md` (still, as before)`;
  return now > before ? md` (still, ${now - before} more)` : md` (still, ${before - now} fewer)`;
}

function namesText({ people, count: all }: DigestGroup): Markup {
  const names = people.map((name) => escaped(name, 60));
  const more = all - names.length;
  return enumerate(more > 0 ? [...names, md`${count(more, 'other', 'others')}`] : names);
}

/** Where the credentials are no longer taken, new ones come first. */
const cureRow = ({ retryable, kind, app, appTitle, code: cause, count: many }: DigestGroup): KnownBlock | null =>
  buttonRow([
    kind === 'auth' ? renewButton(app, appTitle) : null,
    retryable
      ? idButton({
          id: actionIds.retryCause,
          label: many === 1 ? 'Retry this' : 'Retry all like this',
          ids: { app, cause },
          spoken: `Look at a retry of ${count(many, 'login', 'logins')} in ${appTitle}`,
        })
      : null,
  ]);

/** What is no login’s: apps, credentials, requests, and what is cured. */
function sections({ quarantined, expiring, overdue, cured, at }: DigestView): KnownBlock[] {
  return [
    ...titled('Apps in quarantine', quarantined, ({ app, appTitle, since, reason, nextTry, waiting }) => {
      const waits = waiting === 0 ? nothing : md` ${count(waiting, 'change waits', 'changes wait')}.`;
      return md`• ⚠️ ${bold(appTitle, 80)} since ${moment(since)}: ${escaped(ended(reason), 200)}${waits} Next try ${moment(nextTry)}, or now: ${code(`${commandName} retry ${app}`, 120)}`;
    }),
    ...titled('Credentials that end', expiring, (one) => md`• ${endingText(one, at)}. ${renewalText(one)}`),
    ...(overdue.count === 0 ? [] : [section(overdueText(overdue))]),
    ...titled('Cured since', cured, ({ app, cause, count: many }) => {
      return md`• ✅ cured  ${bold(app, 80)}, ${many.toLocaleString('en-US')}: ${escaped(cause, 150)}`;
    }),
  ];
}

function renewalText({ what, name, pushed }: Expiring): Markup {
  if (what === 'sign-on') return md`Make the next one in good time, so that apps know it by then: ${rotation}`;
  return pushed === true
    ? md`Make another token for its source: ${code(`rollcall directory token "${name}"`, 120)}`
    : md`Renew them: ${code(`${commandName} renew ${name}`, 120)}`;
}

const rotation = code('rollcall saml rotate');

function overdueText({ count: waiting, oldest }: Digest['overdue']): Markup {
  const since = oldest === null ? nothing : md`, the oldest since ${moment(oldest)}`;
  return md`🕓 ${bold(count(waiting, 'request waits', 'requests wait'))} for a decision for more than a day${since}: ${code(`${commandName} pending`)}`;
}

const titled = <T>(title: string, items: readonly T[], line: (item: T) => Markup): KnownBlock[] =>
  items.length === 0 ? [] : [header(title), ...list(items, line, 900)];

/** What *Retry all like this* would do, and the button that does it. */
export function retryPreview(
  preview: { count: number; people: readonly string[]; text: string },
  about: { app: string; appTitle: string; cause: string },
): Message {
  const { app, appTitle, cause } = about;
  if (preview.count === 0) return message([section(md`${preview.text}`)]);
  const names = preview.people.map((name) => escaped(name, 60));
  const more = preview.count - names.length;
  const who = enumerate(more > 0 ? [...names, md`${count(more, 'other', 'others')}`] : names);
  return message([
    section(md`${preview.text}\n${who}\nApprovals stand: nobody is asked again.`),
    buttonRow([
      idButton({
        id: actionIds.retryAll,
        label: preview.count === 1 ? 'Retry it' : `Retry ${preview.count.toLocaleString('en-US')}`,
        ids: { app, cause, count: String(preview.count) },
        spoken: `Retry ${count(preview.count, 'login', 'logins')} in ${appTitle}`,
        style: 'primary',
      }),
    ]),
    context(md`Or type ${code(`${commandName} retry ${app} --cause ${cause}`, 200)}`),
  ]);
}
