import { approverWords } from './circle.ts';
import { type Config, memberEmail, type Settings } from './config.ts';
import { meant, type Problem, problem } from './config-problem.ts';
import type { Place } from './secret.ts';
import { fold } from './text.ts';

const isEmail = (word: string): boolean => /^[^\s@]+@[^\s@]+$/.test(word.trim());
const isSlackUser = (word: string): boolean => /^[UW][A-Z0-9]{5,}$/.test(word.trim());
const roles = ['manager', 'owners'];

/** Who is named: as an e-mail address or a Slack user id, and so that somebody can decide. */
export const checkPeople = (config: Config): Problem[] => [
  ...checkSettings(config.settings),
  ...config.roles.flatMap(({ members }, index) =>
    checkWords(members.map(memberEmail), ['roles', index, 'members'], isEmail),
  ),
  ...config.apps.flatMap(({ owners }, index) => checkWords(owners, ['apps', index, 'owners'], isPerson)),
  ...checkDeciders(config),
];

const isPerson = (word: string): boolean => isEmail(word) || isSlackUser(word);

function checkSettings(settings: Settings): Problem[] {
  const { channel, leaverChannel, digest } = settings;
  const approver = (word: string) => isPerson(word) || roles.includes(fold(word));
  const open = leaverChannel !== undefined && fold(leaverChannel) === fold(channel);
  return [
    ...checkWords(settings.admins, ['settings', 'admins'], isPerson),
    ...checkWords(settings.approvers, ['settings', 'approvers'], approver, roles),
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
    ...(digest === undefined || isTimezone(digest.timezone) ? [] : [unknownTimezone]),
  ];
}

const unknownTimezone = problem(
  ['settings', 'digest', 'timezone'],
  'there is no such time zone',
  'write one such as Europe/Berlin, or UTC',
);

function isTimezone(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
    return true;
  } catch {
    return false;
  }
}

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
