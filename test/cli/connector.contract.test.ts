import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { writeConnector } from '../../src/cli/connector.ts';
import { loadConnectors } from '../../src/connectors.ts';

const home = fileURLToPath(new URL('../..', import.meta.url));
const run = promisify(execFile);
let root: string;

/** A checkout of its own, in which everything that is there already is that of this one. */
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'rollcall-connector-'));
  const link = (path: string) => symlink(join(home, path), join(root, path));
  for (const folder of ['connectors', 'test/connectors']) await mkdir(join(root, folder), { recursive: true });
  for (const path of [
    'src',
    'node_modules',
    'test/contracts',
    'test/fakes',
    'test/property-seed.ts',
    'biome.json',
    'vitest.config.ts',
    'package.json',
  ])
    await link(path);
  for (const file of await readdir(join(home, 'connectors')))
    if (file.startsWith('_')) await link(`connectors/${file}`);
  const compilerOptions = { rootDir: '/' };
  await writeFile(
    join(root, 'tsconfig.json'),
    JSON.stringify({
      extends: join(home, 'tsconfig.json'),
      compilerOptions,
      include: ['connectors', 'test/connectors'],
    }),
  );
});
afterEach(() => rm(root, { recursive: true }));

/** Its output, and whether it went well. */
const tool = (name: string, ...args: string[]) =>
  run(join(home, 'node_modules/.bin', name), args, { cwd: root }).then(
    ({ stdout }) => ({ ok: true, stdout }),
    ({ stdout }: { stdout: string }) => ({ ok: false, stdout }),
  );

describe('rollcall connector new', () => {
  it('writes an app and a directory that are found, compile at once and are as the formatter has them', async () => {
    for (const [name, kind] of [
      ['acme-desk', 'target'],
      ['staff', 'directory'],
    ] as const)
      expect(await writeConnector(root, name, kind)).toEqual({
        connector: `connectors/${name}.ts`,
        test: `test/connectors/${name}.contract.test.ts`,
      });
    expect(await tool('tsc', '--noEmit', '-p', '.')).toEqual({ ok: true, stdout: '' });
    const files = ['connectors/acme-desk.ts', 'connectors/staff.ts'];
    const tests = ['test/connectors/acme-desk.contract.test.ts', 'test/connectors/staff.contract.test.ts'];
    const checked = await tool('biome', 'check', '--vcs-enabled=false', ...files, ...tests);
    expect(checked.ok, checked.stdout).toBe(true);
    const { targets, directories } = await loadConnectors(join(root, 'connectors'));
    expect(targets.get('acme-desk')).toMatchObject({ title: 'Acme Desk' });
    expect(directories.get('staff')).toMatchObject({ title: 'Staff' });
    for (const file of [...files, ...tests])
      expect(await readFile(join(root, file), 'utf8'), file).not.toMatch(/blank|\.\.\/\.\.\/\.\.\//i);
  });

  it('writes tests that are red, each by what is not written yet', async () => {
    for (const [name, kind] of [
      ['acme', 'target'],
      ['staff', 'directory'],
    ] as const) {
      await writeConnector(root, name, kind);
      const { stdout } = await tool(
        ...(['vitest', 'run', '--project', 'connectors', '--reporter=json', `test/connectors/${name}`] as const),
      );
      const { testResults, numFailedTests } = JSON.parse(stdout.slice(stdout.indexOf('{"')));
      expect(numFailedTests, name).toBeGreaterThan(5);
      expect(JSON.stringify(testResults), name).toContain('is not written yet');
      expect(JSON.stringify(testResults), name).not.toContain('Cannot find');
    }
  });

  it('writes over nothing', async () => {
    await writeConnector(root, 'acme', 'target');
    const before = await readFile(join(root, 'connectors/acme.ts'), 'utf8');
    const exists = { code: 'connector-exists', message: expect.stringContaining('acme') };
    await expect(writeConnector(root, 'acme', 'directory')).rejects.toMatchObject(exists);
    expect(await readFile(join(root, 'connectors/acme.ts'), 'utf8')).toBe(before);
    await rm(join(root, 'connectors/acme.ts'));
    await expect(writeConnector(root, 'acme', 'target')).rejects.toMatchObject(exists);
    await mkdir(join(root, 'connectors/folder'));
    await expect(writeConnector(root, 'folder', 'target')).rejects.toMatchObject({ code: 'connector-exists' });
    await expect(readFile(join(root, 'connectors/acme.ts'))).rejects.toMatchObject({ code: 'ENOENT' });
  });

  it('refuses a name that is none', async () => {
    for (const name of ['', 'Acme', '_acme', '1st', 'a b', 'a--b', 'a-', '../acme', 'a/b', 'é', 'x'.repeat(41)])
      await expect(writeConnector(root, name, 'target'), name).rejects.toMatchObject({ code: 'wrong-use' });
  });

  it('says that it needs the repository', async () => {
    await expect(writeConnector(join(root, 'src'), 'acme', 'target')).rejects.toMatchObject({ code: 'no-checkout' });
  });
});
