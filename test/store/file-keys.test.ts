import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { fileKeys } from '../../src/store/file-keys.ts';
import { createSealer } from '../../src/store/sealing.ts';
import { sealingKey } from '../../src/store/sealing-keys.ts';

let folder: string;
let path: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'rollcall-keys-'));
  path = join(folder, 'data', 'keys');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const open = (learn: (bytes: Uint8Array) => void = () => undefined) => fileKeys({ path, learn });
const lineOf = (seed: number): string => Buffer.alloc(32, seed).toString('base64');
const idOf = (seed: number): string => sealingKey(new Uint8Array(32).fill(seed)).id;
const write = (text: string, mode = 0o600): void => {
  mkdirSync(join(folder, 'data'), { recursive: true });
  rmSync(path, { force: true });
  writeFileSync(path, text, { mode });
  chmodSync(path, mode);
};
const wrong = (what: string) =>
  expect.objectContaining({ code: 'key-file', next: 'show', message: expect.stringContaining(what) });

describe('the key file', () => {
  it('is made when a key is first needed, not before, for its owner alone', () => {
    const keys = open();
    const sealer = createSealer(keys);
    expect(keys.ids()).toEqual([]);
    expect(existsSync(path)).toBe(false);
    const sealed = sealer.seal('correct horse', 'a');
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(readFileSync(path, 'utf8')).toMatch(/^[A-Za-z0-9+/]{43}=\n$/);
    expect(readdirSync(join(folder, 'data'))).toEqual(['keys']);
    expect(createSealer(open()).open(sealed, 'a')).toBe('correct horse');
    expect(keys.ids()).toEqual([sealed.key]);
  });

  it('is made once, however many processes need it at the same time', async () => {
    const keyFile = fileURLToPath(new URL('../../src/store/file-keys.ts', import.meta.url));
    const script = `import { fileKeys } from ${JSON.stringify(keyFile)};
      const keys = fileKeys({ path: ${JSON.stringify(path)}, learn() {} });
      process.stdin.once('data', () => { process.stdout.write(keys.newest().id); process.exit(0); });
      process.stdout.write('ready ');`;
    const children = Array.from({ length: 4 }, () =>
      spawn(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', script]),
    );
    const said = children.map(() => '');
    for (const [place, child] of children.entries())
      child.stdout.on('data', (text) => {
        said[place] += text;
      });
    await Promise.all(children.map(async (child) => once(child.stdout, 'data')));
    for (const child of children) child.stdin.write('go\n');
    await Promise.all(children.map((child) => once(child, 'close')));
    const [id = ''] = open().ids();
    expect(said).toEqual(children.map(() => `ready ${id}`));
    expect(readdirSync(join(folder, 'data'))).toEqual(['keys']);
  });

  it.each([0o640, 0o604, 0o660, 0o644, 0o666, 0o610, 0o601])('is refused when others may use it: mode %o', (mode) => {
    write(`${lineOf(1)}\n`, mode);
    expect(() => open().newest()).toThrow(wrong('may be read by others than its owner'));
    expect(() => open().ids()).toThrow(wrong('may be read by others than its owner'));
    chmodSync(path, 0o600);
    expect(open().newest().id).toBe(idOf(1));
  });

  it.each([0o600, 0o400])('is taken when its owner alone may read it: mode %o', (mode) => {
    write(`${lineOf(1)}\n`, mode);
    expect(open().newest().id).toBe(idOf(1));
  });

  it('keeps its keys newest first, and takes another key in any of the forms of ROLLCALL_KEYS', () => {
    write(`${lineOf(1)}\r\n${Buffer.alloc(32, 2).toString('hex')}\n${lineOf(3).replace('=', '')}`);
    expect(open().ids()).toEqual([idOf(1), idOf(2), idOf(3)]);
    expect(open().newest().id).toBe(idOf(1));
  });

  it.each([
    ['', 'key 1 of 1 is blank'],
    [`${lineOf(1)}\n\n${lineOf(2)}\n`, 'key 2 of 3 is blank'],
    [`${lineOf(1)}\n${lineOf(1)}\n`, 'key 2 of 2 is the same as key 1'],
    [`${lineOf(1)}\n${lineOf(2).slice(0, 20)}`, 'key 2 of 2 is 15 bytes long instead of 32'],
    ['hello there\n', 'key 1 of 1 is neither base64 nor hex'],
  ])('is refused when it is not right, without a word of what is in it: %#', (text, what) => {
    write(text);
    expect(() => open().newest()).toThrow(wrong(what));
    expect(() => open().newest()).not.toThrow(lineOf(1));
    expect(readFileSync(path, 'utf8')).toBe(text);
  });

  it('is refused when it cannot be read or made', () => {
    mkdirSync(path, { recursive: true, mode: 0o700 });
    expect(() => open().newest()).toThrow(wrong('cannot be read (EISDIR)'));
    rmSync(join(folder, 'data'), { recursive: true });
    writeFileSync(join(folder, 'data'), 'a file where the folder should be');
    expect(() => open().newest()).toThrow(wrong('cannot be read (ENOTDIR)'));
  });

  it('is not made anew behind a process that knew one', () => {
    const keys = open();
    keys.newest();
    rmSync(path);
    expect(() => keys.newest()).toThrow(wrong('is gone'));
    expect(existsSync(path)).toBe(false);
  });

  it('tells every key it reads or makes to whoever keeps them out of the log', () => {
    const learned: string[] = [];
    const keys = open((bytes) => void learned.push(Buffer.from(bytes).toString('base64')));
    keys.newest();
    keys.add();
    for (const line of readFileSync(path, 'utf8').trim().split('\n')) expect(learned).toContain(line);
  });
});

describe('a changing key file', () => {
  it('gets a new key in front, and loses those that are dropped', () => {
    write(`${lineOf(1)}\n${lineOf(2)}\n`);
    const keys = open();
    const added = keys.add();
    expect(keys.ids()).toEqual([added, idOf(1), idOf(2)]);
    keys.drop([idOf(1), 'unknown'], 7);
    expect(keys.ids()).toEqual([added, idOf(2)]);
    expect(open().ids()).toEqual([added, idOf(2)]);
    for (const file of [path, `${path}.retired`]) expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(readdirSync(join(folder, 'data'))).toEqual(['keys', 'keys.retired']);
    expect(readFileSync(`${path}.retired`, 'utf8')).toBe(`${lineOf(1)} 7\n`);
  });

  it('is followed by a process beside: what is new is sealed under the new key at once', () => {
    const [ours, theirs] = [open(), open()];
    const bot = createSealer(theirs);
    const before = bot.seal('old', 'a');
    const added = ours.add();
    expect(bot.seal('new', 'a').key).toBe(added);
    expect(bot.open(createSealer(ours).seal('from beside', 'a'), 'a')).toBe('from beside');
    expect(bot.isMark('page', createSealer(ours).mark('page'))).toBe(true);
    expect(bot.open(before, 'a')).toBe('old');
  });

  it('opens what is sealed under a key that was dropped until it is forgotten, and takes no mark of it', () => {
    const [ours, theirs] = [open(), open()];
    const bot = createSealer(theirs);
    const [sealed, mark] = [bot.seal('on its way', 'a'), bot.mark('page')];
    ours.add();
    ours.drop([sealed.key], 7);
    expect(bot.open(sealed, 'a')).toBe('on its way');
    expect(bot.isMark('page', mark)).toBe(false);
    const learned: string[] = [];
    const later = createSealer(open((bytes) => void learned.push(Buffer.from(bytes).toString('base64'))));
    expect(later.open(sealed, 'a')).toBe('on its way');
    expect(later.isMark('page', mark)).toBe(false);
    expect(learned).toContain(readFileSync(`${path}.retired`, 'utf8').split(' ')[0]);
    ours.forget(7, new Set());
    ours.forget(8, new Set([sealed.key]));
    expect(open().retired()).toEqual([sealed.key]);
    ours.forget(8, new Set());
    expect(open().retired()).toEqual([]);
    expect(() => createSealer(open()).open(sealed, 'a')).toThrow(expect.objectContaining({ code: 'unsealable' }));
  });

  it('stays whole when a change was cut off: what was left of it is swept away by the next', () => {
    write(`${lineOf(1)}\n`);
    writeFileSync(`${path}.next`, lineOf(2).slice(0, 10), { mode: 0o644 });
    const keys = open();
    const added = keys.add();
    expect(open().ids()).toEqual([added, idOf(1)]);
    expect(statSync(path).mode & 0o777).toBe(0o600);
  });

  it('stays as it was when it cannot be written', () => {
    write(`${lineOf(1)}\n`);
    const keys = open();
    mkdirSync(`${path}.next`);
    writeFileSync(join(`${path}.next`, 'in the way'), '');
    expect(() => keys.add()).toThrow(wrong('cannot be written'));
    expect(open().ids()).toEqual([idOf(1)]);
  });
});
