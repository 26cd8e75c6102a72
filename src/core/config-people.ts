import { approverWords } from './circle.ts';
import { type Config, type Member, memberEmail, type Role } from './config.ts';
import { checkAttribute } from './config-condition.ts';
import { meant, type Problem, problem } from './config-problem.ts';
import { timeOf } from './date.ts';
import type { Place } from './secret.ts';
import type { Settings } from './settings-schema.ts';
import { fold } from './text.ts';
import { isTimezone } from './zone.ts';

/** Written as an e-mail address is. */
export const isEmail = (word: string): boolean => /^[^\s@]+@[^\s@]+$/.test(word.trim());
export const isSlackUser = (word: string): boolean => /^[UW][A-Z0-9]{5,}$/.test(word.trim());
const roles = ['manager', 'owners'];

/** Who is named: as an e-mail address or a Slack user id, and so that somebody can decide. */
export const checkPeople = (config: Config): Problem[] => [
  ...checkSettings(config.settings),
  ...config.roles.flatMap((role, index) => checkMembers(role, ['roles', index, 'members'])),
  ...config.apps.flatMap(({ owners }, index) => checkWords(owners, ['apps', index, 'owners'], isPerson)),
  ...checkDeciders(config),
];

/** Who is in a role by hand is named once, by e-mail address, until a day there is. */
function checkMembers({ members }: Role, place: Place): Problem[] {
  const emails = members.map(memberEmail);
  const seen = new Set<string>();
  const twice = emails.flatMap((email, index) => {
    const known = seen.has(fold(email));
    seen.add(fold(email));
    return known ? [problem([...place, index], `${email} is named twice`, 'keep one of the two')] : [];
  });
  const days = members.flatMap((member, index) => (hasDay(member) ? [] : [noSuchDay([...place, index, 'until'])]));
  return [...checkWords(emails, place, isEmail), ...days, ...twice];
}

const hasDay = (member: Member): boolean => typeof member === 'string' || timeOf(member.until) !== null;
const noSuchDay = (place: Place): Problem =>
  problem(place, 'there is no such day', 'write a date such as "2026-03-31"');

const isPerson = (word: string): boolean => isEmail(word) || isSlackUser(word);

const isReader = (word: string): boolean => isPerson(word) || fold(word) === 'admins';

function checkSettings(settings: Settings): Problem[] {
  const { channel, leaverChannel, digest } = settings;
  const approver = (word: string) => isPerson(word) || roles.includes(fold(word));
  const open = leaverChannel !== undefined && fold(leaverChannel) === fold(channel);
  return [
    ...checkWords(settings.admins, ['settings', 'admins'], isPerson),
    ...checkWords(settings.approvers, ['settings', 'approvers'], approver, roles),
    ...checkWords(settings.auditors, ['settings', 'auditors'], isPerson),
    ...checkWords(settings.protected, ['settings', 'protected'], isEmail),
    ...(open
      ? [
          problem(
            ['settings', 'leaverChannel'],
            'leavers would be shown to everybody',
            'name a private channel, or leave it out',
          ),
        ]
      : []),
    ...checkTimezone(settings.timezone, ['settings', 'timezone']),
    ...(digest === undefined ? [] : checkTimezone(digest.timezone, ['settings', 'digest', 'timezone'])),
    ...checkWords(digest?.people ?? [], ['settings', 'digest', 'people'], isReader, ['admins']),
    ...settings.keyAttributes.flatMap((name, index) => checkAttribute(name, ['settings', 'keyAttributes', index])),
  ];
}

/** An IANA time zone. */
export const checkTimezone = (zone: string, place: Place): Problem[] =>
  isTimezone(zone) ? [] : [problem(place, 'there is no such time zone', 'write one such as Europe/Berlin, or UTC')];

function checkWords(
  words: readonly string[],
  place: Place,
  good: (word: string) => boolean,
  known: string[] = [],
): Problem[] {
  const form =
    known.length === 0 ? 'write an e-mail address' : `write an e-mail address, a Slack user id, ${known.join(' or ')}`;
  return words.flatMap((word, index) =>
    good(word) ? [] : [problem([...place, index], `${word} names nobody`, meant(word, known, form))],
  );
}

/** An app that is switched on needs enough people who can decide. Admins who proved themselves in Slack are in the settings. */
function checkDeciders({ settings, apps }: Config): Problem[] {
  return apps.flatMap((app, index) => {
    if (!app.provisioning.enabled) return [];
    const words = new Set(approverWords(app, settings).map(fold));
    if (words.size === 0) {
      const remedy = 'name settings.admins, settings.approvers, or owners of the app';
      return [problem(['apps', index, 'owners'], `nobody can approve changes in ${app.name}`, remedy)];
    }
    const few = `${settings.quorum} have to agree, but only ${words.size} can approve changes in ${app.name}`;
    return words.size < settings.quorum
      ? [problem(['settings', 'quorum'], few, 'name more approvers, or lower the quorum')]
      : [];
  });
}
