import type { Config } from './config.ts';
import { merged } from './config-edit.ts';
import { changeApp } from './config-edit-app.ts';
import { refused } from './errors.ts';
import type { Settings } from './settings-schema.ts';
import { fold } from './text.ts';

/** Some settings; one given as undefined is taken out. @throws RollcallError `last-admin`. */
export function changeSettings(config: Config, change: { [K in keyof Settings]?: Settings[K] | undefined }): Config {
  const settings = merged(config.settings, change);
  if (config.settings.admins.length > 0 && settings.admins.length === 0)
    throw refused('last-admin', 'nobody would be an admin any more', 'Name another admin first.');
  return { ...config, settings };
}

/** Lists of words that name people, in the settings. */
export type PeopleSetting = 'admins' | 'approvers' | 'auditors' | 'protected';

/** An e-mail address, a Slack user id, or a word such as `manager`; the same one again changes nothing. */
export function addPerson(config: Config, setting: PeopleSetting, word: string): Config {
  const words = config.settings[setting];
  return isIn(words, word) ? config : changeSettings(config, { [setting]: [...words, word.trim()] });
}

/** @throws RollcallError `not-there`, `last-admin`. */
export function removePerson(config: Config, setting: PeopleSetting, word: string): Config {
  const words = config.settings[setting];
  if (!isIn(words, word))
    throw refused('not-there', `${word} is not among the ${setting}`, `They are: ${words.join(', ') || 'nobody'}.`);
  return changeSettings(config, { [setting]: words.filter((one) => fold(one) !== fold(word)) });
}

/** @throws RollcallError `unknown-app`. */
export const setOwners = (config: Config, app: string, owners: readonly string[]): Config =>
  changeApp(config, app, { owners: [...owners] });

const isIn = (words: readonly string[], word: string): boolean => words.some((one) => fold(one) === fold(word));
