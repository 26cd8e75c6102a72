import { chmod, lstat, mkdtemp, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { writeText } from '../../src/cli/file.ts';

let dir: string;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'rollcall-file-'));
});
afterEach(() => rm(dir, { recursive: true }));

async function* pieces() {
  yield 'Zoe\n';
  yield 'Max\n';
}
const modeOf = async (file: string): Promise<number> => (await stat(file)).mode & 0o777;

describe('a text written to a file', () => {
  it('is its owner’s alone, whatever somebody left at its first place', async () => {
    const file = join(dir, 'audit.jsonl');
    await writeFile(`${file}.part`, 'old');
    await chmod(`${file}.part`, 0o666);
    await writeText(file, pieces());
    expect([await readFile(file, 'utf8'), await modeOf(file)]).toEqual(['Zoe\nMax\n', 0o600]);
  });

  it('follows no link that somebody has laid there', async () => {
    const [file, elsewhere] = [join(dir, 'audit.jsonl'), join(dir, 'elsewhere')];
    await writeFile(elsewhere, 'theirs');
    await symlink(elsewhere, `${file}.part`);
    await writeText(file, pieces());
    expect(await readFile(elsewhere, 'utf8')).toBe('theirs');
    expect((await lstat(file)).isSymbolicLink()).toBe(false);
  });
});
