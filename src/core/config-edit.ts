import type { Config, DirectoryConfig, Mapping } from './config.ts';
import { refused } from './errors.ts';
import { nearest } from './nearest.ts';
import { fold } from './text.ts';

/*
 * Edits as data: each takes a configuration and gives another, or throws a coded error, and never changes the one it was given.
 * What comes out is of the right shape; whether its names lead somewhere `checkConfig` says.
 */

type Named = { name: string };

/** The entry of this name, in any case. @throws RollcallError `unknown-…` with what was probably meant. */
export function entryOf<T extends Named>(entries: readonly T[], name: string, what: string): T {
  const found =
    entries.find((entry) => entry.name === name) ?? entries.find((entry) => fold(entry.name) === fold(name));
  if (found !== undefined) return found;
  const names = entries.map((entry) => entry.name);
  const meant = nearest(name, names);
  const others = names.length === 0 ? `There are no ${what}s yet.` : `The ${what}s are: ${names.join(', ')}.`;
  throw refused(`unknown-${what}`, `there is no ${what} ${name}`, meant === null ? others : `Did you mean ${meant}?`);
}

/** `place`: where it stands, from 0; left out or past the end: last. @throws RollcallError `name-taken`. */
export function withEntry<T extends Named>(entries: readonly T[], entry: T, what: string, place = entries.length): T[] {
  if (entries.some(({ name }) => fold(name) === fold(entry.name)))
    throw refused('name-taken', `there is a ${what} ${entry.name} already`, 'Give the new one another name.');
  return [...entries.slice(0, place), entry, ...entries.slice(place)];
}

/** A name is a key and stays. @throws RollcallError `unknown-…`. */
export function withChanged<T extends Named>(
  entries: readonly T[],
  name: string,
  what: string,
  change: (entry: T) => T,
): T[] {
  const found = entryOf(entries, name, what);
  return entries.map((entry) => (entry === found ? { ...change(entry), name: entry.name } : entry));
}

/** @throws RollcallError `unknown-…`. */
export function without<T extends Named>(entries: readonly T[], name: string, what: string): T[] {
  const found = entryOf(entries, name, what);
  return entries.filter((entry) => entry !== found);
}

/** Puts the entry to another place, from 0; past the end: last. @throws RollcallError `unknown-…`. */
export function withMoved<T extends Named>(entries: readonly T[], name: string, what: string, place: number): T[] {
  const found = entryOf(entries, name, what);
  const others = entries.filter((entry) => entry !== found);
  return [...others.slice(0, place), found, ...others.slice(place)];
}

export const addDirectory = (config: Config, directory: DirectoryConfig, place?: number): Config => ({
  ...config,
  directories: withEntry(config.directories, directory, 'directory', place),
});

export const changeDirectory = (
  config: Config,
  name: string,
  change: Partial<Omit<DirectoryConfig, 'name'>>,
): Config => ({
  ...config,
  directories: withChanged(config.directories, name, 'directory', (directory) => merged(directory, change)),
});

export const removeDirectory = (config: Config, name: string): Config => ({
  ...config,
  directories: without(config.directories, name, 'directory'),
});

/** Of two directories that differ about a person, the one that stands first is believed. @throws RollcallError `unknown-directory`. */
export const moveDirectory = (config: Config, name: string, place: number): Config => ({
  ...config,
  directories: withMoved(config.directories, name, 'directory', place),
});

/** Mappings run in order, and later ones see what earlier ones set. */
export const addMapping = (config: Config, mapping: Mapping, place?: number): Config => ({
  ...config,
  mappings: withEntry(config.mappings, mapping, 'mapping', place),
});

/** @throws RollcallError `unknown-mapping`, `gives-nothing`. */
export const changeMapping = (config: Config, name: string, change: Partial<Omit<Mapping, 'name'>>): Config => ({
  ...config,
  mappings: withChanged(config.mappings, name, 'mapping', (mapping) => {
    const next = merged(mapping, change);
    if (next.roles.length + next.set.length > 0) return next;
    throw refused(
      'gives-nothing',
      `the mapping ${name} would give nothing`,
      'Name a role or an attribute, or remove it.',
    );
  }),
});

export const removeMapping = (config: Config, name: string): Config => ({
  ...config,
  mappings: without(config.mappings, name, 'mapping'),
});

export const moveMapping = (config: Config, name: string, place: number): Config => ({
  ...config,
  mappings: withMoved(config.mappings, name, 'mapping', place),
});

/** The entry with some of its keys changed; a key given as undefined is taken out. */
export function merged<T extends object>(entry: T, change: { [K in keyof T]?: T[K] | undefined }): T {
  const next = { ...entry, ...change };
  return Object.fromEntries(Object.entries(next).filter(([, value]) => value !== undefined)) as T;
}
