import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { loadConnectors } from '../src/connectors.ts';

const zod = new URL('../node_modules/zod/index.js', import.meta.url).href;
let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rollcall-connectors-'));
});
afterEach(() => rm(folder, { recursive: true }));

async function put(files: Record<string, string>) {
  for (const [name, text] of Object.entries(files)) {
    await mkdir(dirname(join(folder, name)), { recursive: true });
    await writeFile(join(folder, name), `import { z } from '${zod}';\n${text}`);
  }
  return loadConnectors(folder);
}
const directory = (name: string) =>
  `{ kind: 'directory', name: '${name}', title: 'A', config: z.object({}), connect: () => ({}) }`;
const target = (name: string, change = '') =>
  `{ kind: 'target', name: '${name}', title: 'A', config: z.object({}), capabilities: {}, connect: () => ({}),
     attributes: [{ name: 'userName', kind: 'value', type: 'string' }],
     parameters: [{ target: 'userName', from: 'email' }], ${change} }`;

describe('discovery of connectors', () => {
  it('finds those of this repository', async () => {
    const { targets, directories } = await loadConnectors();
    expect([...targets.keys()]).toContain('scim');
    expect([...directories.keys()]).toContain('csv');
    expect(targets.get('scim')?.capabilities).toMatchObject({ suspend: true, delete: true, entitlements: true });
  });

  it('takes files and folders, one connector or several, and leaves the shared parts alone', async () => {
    const { targets, directories } = await put({
      'one.ts': `export const connector = ${target('one')};`,
      'two/index.ts': `export const connectors = [${target('two')}, ${directory('two')}];`,
      '_shared.ts': 'export const nothing = 1;',
      'notes.md': 'no module',
    });
    expect([...targets.keys()]).toEqual(['one', 'two']);
    expect([...directories.keys()]).toEqual(['two']);
  });

  const malformed: Record<string, [string, string]> = {
    'no export': ['export const other = 1;', 'exports neither connector nor connectors'],
    'an empty list': ['export const connectors = [];', 'exports neither connector nor connectors'],
    'no kind': ["export const connector = { name: 'x' };", 'kind'],
    'a name in capitals': [`export const connector = ${directory('CSV')};`, 'name: a name is lower case'],
    'a config that is no schema': [
      `export const connector = { ...${directory('x')}, config: {} };`,
      'config: expected a zod schema',
    ],
    'no connect': [`export const connector = { ...${directory('x')}, connect: 1 };`, 'connect: expected a function'],
    'a parameter that fills nothing': [
      `export const connector = ${target('x', "parameters: [{ target: 'mail', from: 'email' }]")};`,
      'parameters.0: "mail" is no attribute of it',
    ],
    'an attribute twice': [
      `const one = { name: 'a', kind: 'value', type: 'string' };
       export const connector = ${target('x', 'attributes: [one, one], parameters: []')};`,
      'attributes.1: "a" is declared twice',
    ],
    'an attribute of no kind': [
      `export const connector = ${target('x', "attributes: [{ name: 'a', type: 'string' }]")};`,
      'attributes.0.kind',
    ],
  };
  for (const [what, [text, message]] of Object.entries(malformed))
    it(`names the file and the field of a connector with ${what}`, async () => {
      const loading = put({ 'wrong.ts': text });
      await expect(loading).rejects.toMatchObject({ code: 'connector-malformed', next: 'crash' });
      await expect(loading).rejects.toThrow(join(folder, 'wrong.ts'));
      await expect(loading).rejects.toThrow(message);
    });

  it('refuses a name that another has', async () => {
    const loading = put({
      'a.ts': `export const connector = ${directory('same')};`,
      'b.ts': `export const connector = ${directory('same')};`,
    });
    await expect(loading).rejects.toMatchObject({ code: 'connector-twice' });
    await expect(loading).rejects.toThrow('b.ts: there is already a directory called "same"');
  });
});
