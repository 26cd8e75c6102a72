import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { z } from 'zod';
import type { DirectoryConnector, TargetConnector } from './core/connector.ts';
import { broken } from './core/errors.ts';

/** Connectors by name. */
export type Connectors = {
  targets: ReadonlyMap<string, TargetConnector>;
  directories: ReadonlyMap<string, DirectoryConnector>;
};

const name = z.string().regex(/^[a-z][a-z0-9-]*$/, 'a name is lower case: letters, digits, hyphens');
const title = z.string().min(1);
const schema = z.custom<z.ZodType>((value) => value instanceof z.ZodType, 'expected a zod schema');
const method = z.custom<(...given: never) => unknown>((value) => typeof value === 'function', 'expected a function');
const Attribute = z.looseObject({
  name: z.string().min(1),
  kind: z.enum(['value', 'entitlement']),
  type: z.enum(['string', 'number', 'boolean']),
});

const Target = z
  .looseObject({
    kind: z.literal('target'),
    name,
    title,
    config: schema,
    capabilities: z.looseObject({}),
    attributes: z.array(Attribute).min(1),
    parameters: z.array(z.looseObject({ target: z.string(), from: z.string() })),
    connect: method,
  })
  .superRefine(({ attributes, parameters }, context) => {
    const names = attributes.map((attribute) => attribute.name);
    for (const [index, attribute] of names.entries())
      if (names.indexOf(attribute) !== index)
        context.addIssue({ code: 'custom', path: ['attributes', index], message: `"${attribute}" is declared twice` });
    for (const [index, { target }] of parameters.entries())
      if (!names.includes(target))
        context.addIssue({ code: 'custom', path: ['parameters', index], message: `"${target}" is no attribute of it` });
  });
const Directory = z.looseObject({ kind: z.literal('directory'), name, title, config: schema, connect: method });
const Connector = z.discriminatedUnion('kind', [Target, Directory]);

/** What a module may export: `connector`, or `connectors` where one system is both directory and target. */
const Module = z.union([
  z.looseObject({ connector: z.unknown() }).transform((module) => [module.connector]),
  z.looseObject({ connectors: z.array(z.unknown()).min(1) }).transform((module) => module.connectors),
]);

const beside = fileURLToPath(new URL('../connectors', import.meta.url));

/**
 * Finds every connector: each file or folder in `dir` whose name does not start with `_` is one system. A module that is no well-formed
 * connector, or takes a name another has, is a bug and stops the start, naming the file.
 */
export async function loadConnectors(dir = beside): Promise<Connectors> {
  const targets = new Map<string, TargetConnector>();
  const directories = new Map<string, DirectoryConnector>();
  for (const file of await modulesIn(dir)) {
    for (const connector of connectorsOf(file, await import(pathToFileURL(file).href))) {
      const known = connector.kind === 'target' ? targets : directories;
      if (known.has(connector.name))
        throw broken('connector-twice', `${file}: there is already a ${connector.kind} called "${connector.name}"`);
      if (connector.kind === 'target') targets.set(connector.name, connector);
      else directories.set(connector.name, connector);
    }
  }
  return { targets, directories };
}

async function modulesIn(dir: string): Promise<string[]> {
  const entries = await readdir(dir, { withFileTypes: true });
  const systems = entries.filter(({ name: entry }) => !/^[_.]/.test(entry));
  const folders = systems.filter((entry) => entry.isDirectory()).map((entry) => join(dir, entry.name, 'index.ts'));
  const files = systems.filter((entry) => entry.isFile() && /(?<!\.d)\.ts$/.test(entry.name));
  return [...folders, ...files.map((entry) => join(dir, entry.name))].sort();
}

function connectorsOf(file: string, module: unknown): (TargetConnector | DirectoryConnector)[] {
  const exported = Module.safeParse(module);
  if (!exported.success) throw broken('connector-malformed', `${file} exports neither connector nor connectors`);
  return exported.data.map((candidate) => {
    const checked = Connector.safeParse(candidate);
    if (checked.success) return candidate as TargetConnector | DirectoryConnector;
    const [issue] = checked.error.issues;
    throw broken('connector-malformed', `${file}: ${issue?.path.join('.') || 'connector'}: ${issue?.message}`);
  });
}
