import type { AppConfig } from './app-schema.ts';
import type { Config } from './config.ts';
import { isEmail, isSlackUser } from './config-people.ts';
import type { Place } from './secret.ts';

/** A word that stands for one person, and where it stands. */
export type NamedPerson = { word: string; place: Place };

/** Everywhere the configuration names somebody who administers, decides or audits: by e-mail address or Slack user id. */
export function peopleNamedIn({ settings, apps }: Pick<Config, 'settings' | 'apps'>): NamedPerson[] {
  return [
    ...wordsAt(settings.admins, ['settings', 'admins']),
    ...wordsAt(settings.approvers, ['settings', 'approvers']),
    ...wordsAt(settings.auditors ?? [], ['settings', 'auditors']),
    ...apps.flatMap((app, index) => [...wordsAt(app.owners, ['apps', index, 'owners']), ...inSteps(app, index)]),
  ];
}

const wordsAt = (words: readonly string[], place: Place): NamedPerson[] =>
  words.flatMap((word, index) => (isEmail(word) || isSlackUser(word) ? [{ word, place: [...place, index] }] : []));

const inSteps = ({ provisioning }: AppConfig, app: number): NamedPerson[] =>
  Object.entries(provisioning.approval).flatMap(([action, consent]) => {
    const steps = typeof consent === 'boolean' ? [] : (consent?.steps ?? []);
    const place: Place = ['apps', app, 'provisioning', 'approval', action, 'steps'];
    return steps.flatMap(({ who, fallback }, number) => [
      ...wordsAt(who, [...place, number, 'who']),
      ...wordsAt(fallback, [...place, number, 'fallback']),
    ]);
  });
