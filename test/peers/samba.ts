import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { randomInt, randomUUID } from 'node:crypto';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { Client, InvalidCredentialsError } from 'ldapts';
import { certify } from '../fakes/certificates.ts';

const run = promisify(execFile);
const realm = 'ad.acme.test';
/** It ends by itself, should nobody be left to stop it. */
const longest = '--maximum-runtime=1800';
const host = `dc1.${realm}`;

/** A domain of its own on a loopback address, by a real domain controller. */
export type Domain = {
  /** Its own loopback address; LDAP and LDAPS are on the usual ports. */
  address: string;
  /** The name in its certificate. */
  host: string;
  /** The certificate of its authority, PEM. */
  ca: string;
  base: string;
  administrator: { user: string; password: string };
  /** Signed in as the administrator. */
  client: Client;
  /** Does it let this user sign in? */
  accepts(user: string, password: string): Promise<boolean>;
  /** A tool that works on the controller's own files. */
  tool(...args: string[]): Promise<string>;
  /** The controller goes away, and comes back at the same address. */
  pause(): Promise<void>;
  resume(): Promise<void>;
  stop(): Promise<void>;
};

export async function startDomain(): Promise<Domain> {
  const folder = await mkdtemp(join(tmpdir(), 'rollcall-samba-'));
  // The ports of a domain controller are fixed: an address of its own keeps it apart from others.
  const address = `127.${randomInt(1, 255)}.${randomInt(0, 255)}.${randomInt(2, 255)}`;
  const password = `Aa1-${randomUUID()}`;
  const only = [`interfaces=${address}/8`, 'bind interfaces only=yes'];
  await run('samba-tool', [
    ...['domain', 'provision', `--realm=${realm}`, '--domain=ACME', '--server-role=dc', '--dns-backend=NONE'],
    ...[`--adminpass=${password}`, `--targetdir=${folder}`, '--host-name=dc1', `--host-ip=${address}`],
    ...only.map((option) => `--option=${option}`),
  ]);
  // Its own certificate would be slower to make.
  await certify(folder, host);
  const conf = join(folder, 'smb.conf');
  await writeFile(conf, await settings(folder, address));
  let controller: ChildProcess | null = null;
  const resume = async () => {
    if (controller !== null) return;
    controller = spawn('samba', ['-F', '--no-process-group', '-M', 'single', '-s', conf, '--debug-stdout', longest], {
      stdio: ['ignore', 'ignore', 'ignore'],
    });
    await answering(address);
  };
  const pause = async () => {
    const gone = new Promise((resolve) => controller?.once('exit', resolve));
    if (controller?.kill('SIGTERM') === true) await gone;
    controller = null;
  };
  await resume();
  const ca = await readFile(join(folder, 'ca.pem'), 'utf8');
  const administrator = { user: `administrator@${realm}`, password };
  const client = new Client({
    ...{ url: `ldaps://${address}`, timeout: 60_000, tlsOptions: { ca, servername: host }, autoRebind: true },
  });
  await client.bind(administrator.user, administrator.password);
  const accepts = async (user: string, said: string) => {
    const visitor = new Client({ url: `ldaps://${address}`, timeout: 60_000, tlsOptions: { ca, servername: host } });
    const refusal = await visitor.bind(user, said).then(
      () => null,
      (error: unknown) => error,
    );
    await visitor.unbind().catch(() => undefined);
    if (refusal !== null && !(refusal instanceof InvalidCredentialsError)) throw refusal;
    return refusal === null;
  };
  return {
    accepts,
    ...{ address, host, ca, base: 'DC=ad,DC=acme,DC=test', administrator, client, pause, resume },
    tool: async (...args) =>
      (await run('samba-tool', [...args, '-s', conf, '-H', join(folder, 'private/sam.ldb')])).stdout,
    stop: async () => {
      await client.unbind().catch(() => undefined);
      await pause();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function settings(folder: string, address: string): Promise<string> {
  const folders = {
    'private dir': 'private',
    'state directory': 'state',
    'cache directory': 'cache',
    'lock directory': 'lock',
  };
  const sockets = { 'pid directory': 'run', 'ncalrpc dir': 'run/ncalrpc', 'winbindd socket directory': 'run/winbindd' };
  const inside = Object.entries({ ...folders, ...sockets, 'binddns dir': 'bind-dns' });
  for (const [, name] of inside) await mkdir(join(folder, name), { recursive: true });
  const lines = [
    ...['[global]', 'netbios name = DC1', `realm = ${realm.toUpperCase()}`, 'workgroup = ACME'],
    ...['server role = active directory domain controller', 'server services = ldap'],
    ...[`interfaces = ${address}/8`, 'bind interfaces only = yes', 'ldb:nosync = yes'],
    // A password that was replaced is not taken any more, as on Windows once its hour is over.
    'old password allowed period = 0',
    ...['key', 'cert', 'ca'].map((what) => `tls ${what}file = ${join(folder, `${what}.pem`)}`),
    ...inside.map(([what, name]) => `${what} = ${join(folder, name)}`),
  ];
  return `${lines.join('\n')}\n`;
}

/** Until it takes connections; it makes its certificate on its first start. */
async function answering(address: string): Promise<void> {
  for (let attempt = 0; attempt < 600; attempt += 1) {
    const client = new Client({ url: `ldap://${address}`, connectTimeout: 1_000, timeout: 5_000 });
    const found = await client.search('', { scope: 'base' }).catch(() => null);
    await client.unbind().catch(() => undefined);
    if (found !== null) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error(`the domain controller on ${address} did not answer within a minute`);
}
