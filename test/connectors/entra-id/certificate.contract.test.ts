import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { readAll } from '../../contracts/reading.ts';
import { type Entra, startEntra } from '../../fakes/entra.ts';
import { failureOf, fill, openDirectory } from './reading.ts';

let folder: string;
let pair: string;
let other: string;
let fake: Entra;

async function makePair(name: string): Promise<string> {
  const [key, out] = [join(folder, `${name}-key.pem`), join(folder, `${name}.pem`)];
  const asked = ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '9', '-subj', `/CN=${name}`];
  await promisify(execFile)('openssl', [...asked, '-keyout', key, '-out', out]);
  return `${await readFile(key, 'utf8')}${await readFile(out, 'utf8')}`;
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rollcall-entra-'));
  [pair, other] = await Promise.all([makePair('rollcall'), makePair('other')]);
  fake = await startEntra({ certificate: pair });
  fill(fake, 3);
});
afterEach(() => fake.endTokens());
afterAll(async () => {
  await fake.stop();
  await rm(folder, { recursive: true });
});

const open = (certificate: string, more: object = {}) =>
  openDirectory(fake, { auth: { type: 'certificate', certificate, ...more } });
const keyIn = (pem: string) => /BEGIN PRIVATE KEY-----\n([^\n]+)/.exec(pem)?.[1] ?? 'no key';

describe('a certificate in the place of a secret', () => {
  it('is signed with, as the Microsoft identity platform asks', async () => {
    for (const pem of [pair, pair.replaceAll('\n', '\\n')])
      expect((await readAll(open(pem))).end).toMatchObject({ complete: true, rows: 3 });
  });

  it('that the tenant does not know is refused, without the key being shown', async () => {
    const error = await failureOf(readAll(open(other)));
    expect(error).toMatchObject({ kind: 'auth', effect: 'none' });
    expect(`${error.message} ${error.remedy} ${error.stack}`).not.toContain(keyIn(other));
  });

  it('that does not go with its key, or is none, is told before anything is sent', async () => {
    const mixed = `${pair.slice(0, pair.indexOf('-----BEGIN CERTIFICATE'))}${other.slice(other.indexOf('-----BEGIN CERTIFICATE'))}`;
    const broken = pair.replace(/(BEGIN CERTIFICATE-----\n)[^\n]+/, '$1nonsense');
    const before = fake.log.length;
    for (const pem of [mixed, broken]) {
      const error = await failureOf(readAll(open(pem)));
      expect(error).toMatchObject({ kind: 'auth', effect: 'none' });
      expect(error.remedy).toContain('paste the RSA private key');
      expect(`${error.message} ${error.stack}`).not.toContain(keyIn(pair));
    }
    expect(fake.log.length).toBe(before);
  });

  it('says by itself when it ends, and the connection may say that it is sooner', () => {
    const days = ((open(pair).credentialsEnd?.() ?? 0) - Date.now()) / 86_400_000;
    expect(days).toBeGreaterThan(7);
    expect(days).toBeLessThan(10);
    expect(open(pair, { expires: '2026-12-31' }).credentialsEnd?.()).toBe(Date.parse('2026-12-31T00:00:00Z'));
  });
});
