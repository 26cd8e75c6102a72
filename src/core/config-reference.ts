import type { z } from 'zod';
import type { Config } from './config.ts';
import { meant, type Problem, problem, problemsOf } from './config-problem.ts';
import type { DirectoryConnector, TargetConnector } from './connector.ts';
import { keysIn } from './schema.ts';
import { literalSecrets, type Place, reservedIn, textsIn, variableName } from './secret.ts';
import { fold } from './text.ts';

export type Connectors = {
  targets: ReadonlyMap<string, TargetConnector>;
  directories: ReadonlyMap<string, DirectoryConnector>;
};

/** Names are keys: two that differ in nothing but case would be taken for one another. */
export const checkNames = (config: Config): Problem[] => [
  ...duplicates(config.directories, ['directories']),
  ...duplicates(config.roles, ['roles']),
  ...duplicates(config.mappings, ['mappings']),
  ...duplicates(config.apps, ['apps']),
  ...config.apps.flatMap((app, index) => duplicates(app.rules, ['apps', index, 'rules'])),
];

function duplicates(named: readonly { name: string }[], place: Place): Problem[] {
  const seen = new Set<string>();
  return named.flatMap(({ name }, index) => {
    const known = seen.has(fold(name));
    seen.add(fold(name));
    return known ? [problem([...place, index, 'name'], `${name} is there twice`, 'give one of them another name')] : [];
  });
}

/** Roles name apps, mappings name roles. */
export function checkReferences(config: Config): Problem[] {
  const apps = config.apps.map((app) => app.name);
  const roles = config.roles.map((role) => role.name);
  return [
    ...config.roles.flatMap((role, index) => unknown(role.apps, apps, ['roles', index, 'apps'], 'app')),
    ...config.mappings.flatMap((mapping, index) => unknown(mapping.roles, roles, ['mappings', index, 'roles'], 'role')),
  ];
}

const unknown = (words: readonly string[], known: readonly string[], place: Place, kind: string): Problem[] =>
  words.flatMap((word, index) =>
    known.includes(word)
      ? []
      : [
          problem(
            [...place, index],
            `there is no ${kind} ${word}`,
            meant(word, known, `add the ${kind}, or take the name out`),
          ),
        ],
  );

export function checkDirectories(config: Config, connectors: Connectors['directories']): Problem[] {
  return config.directories.flatMap((directory, index) => {
    const place = ['directories', index];
    const connector = connectors.get(directory.connector);
    if (connector === undefined) return [unknownConnector(directory.connector, connectors, [...place, 'connector'])];
    return checkConnection(connector.config, directory.config, [...place, 'config'], directory.name);
  });
}

export const unknownConnector = (name: string, known: ReadonlyMap<string, unknown>, place: Place): Problem =>
  problem(
    place,
    `there is no connector ${name} for this`,
    meant(name, known.keys(), `use one of: ${[...known.keys()].sort().join(', ')}`),
  );

/** The connector's own schema, and no secret written out. `owner`: the app or directory, for the name of the variable. */
export function checkConnection(schema: z.ZodType, value: unknown, place: Place, owner: string): Problem[] {
  const parsed = schema.safeParse(value);
  const shape = parsed.success ? [] : problemsOf(parsed.error, value, place, keysIn(schema));
  const literal = literalSecrets(schema, value).map((inner) => {
    const name = variableName(owner, inner.at(-1));
    return problem(
      [...place, ...inner],
      'a secret is written out',
      `write \${${name}} and set ${name} in the environment`,
    );
  });
  const reserved = textsIn(value).flatMap((found) =>
    reservedIn(found.text).map((name) =>
      problem([...place, ...found.place], `${name} belongs to Rollcall itself`, 'use a variable of another name'),
    ),
  );
  return [...literal, ...reserved, ...shape];
}
