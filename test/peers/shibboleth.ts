import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { chmod, chown, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { apacheConf, attributeMap, attributePolicy, logger, shibbolethXml } from './shibboleth-config.ts';

const run = promisify(execFile);

/** Seconds after which the servers end by themselves, should nobody be left to stop them. */
const longest = '1800';

export type ShibbolethOptions = {
  /** A free port of 127.0.0.1. */
  port: number;
  /** The entity id of the identity provider, and where its metadata is fetched from. */
  provider: { entityId: string; metadata: string };
  /** Attributes of assertions that become variables of the same name for the pages behind it. */
  attributes: readonly string[];
  /** Its requests are signed. */
  signing?: boolean;
};

/** A real Shibboleth service provider before a real Apache, which asks for a session on everything below `/secure/`. */
export type Shibboleth = {
  url: string;
  entityId: string;
  /** Where responses are posted. */
  acs: string;
  /** Its metadata, as it describes itself. */
  metadata: string;
  /** Its pages behind the sign-on: each prints the variables it was given, one a line. */
  secure: string;
  /** Begins a sign-on by itself: by its binding, for a page to come back to. */
  begins(binding: 'redirect' | 'post', target: string): string;
  /** The metadata of the identity provider, as it read it last. */
  provider(): Promise<string>;
  /** What the servers have written. */
  log(): Promise<string>;
  stop(): Promise<void>;
};

export async function startShibboleth(options: ShibbolethOptions): Promise<Shibboleth> {
  const folder = await mkdtemp(join(tmpdir(), 'rollcall-shib-'));
  const url = `http://127.0.0.1:${options.port}`;
  const entityId = `${url}/shibboleth`;
  await layOut(folder, { ...options, url, entityId });
  const children: Child[] = [];
  const stop = async () => {
    for (const child of children.reverse()) await child.stop();
    await rm(folder, { recursive: true, force: true });
  };
  const log = () => logOf(folder);
  try {
    children.push(
      start(folder, 'shibd', ['-F', '-f', '-c', join(folder, 'shibboleth2.xml'), '-p', join(folder, 'shibd.pid')]),
    );
    children.push(start(folder, 'apache2', ['-X', '-d', folder, '-f', join(folder, 'apache.conf')]));
    const metadata = `${url}/Shibboleth.sso/Metadata`;
    await answering(metadata, children, log);
    return {
      ...{ url, entityId, acs: `${url}/Shibboleth.sso/SAML2/POST`, metadata, secure: `${url}/secure/` },
      begins: (binding, target) => `${url}/Shibboleth.sso/${binding}?${new URLSearchParams({ target })}`,
      provider: async () => (await readFile(join(folder, 'idp.xml'), 'utf8')).replace(/\s/g, ''),
      ...{ log, stop },
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

type Child = { output(): string; ended(): boolean; stop(): Promise<void> };

/** Who the servers run as where that can be chosen: `nobody` of Debian. */
const nobody = process.getuid?.() === 0 ? { uid: 65_534, gid: 65_534 } : {};

function start(folder: string, command: string, args: readonly string[]): Child {
  const child: ChildProcess = spawn('timeout', [longest, command, ...args], {
    ...{ ...nobody, cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] },
    env: { PATH: process.env.PATH ?? '' },
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream?.on('data', (chunk: Buffer) => {
      output += chunk.toString();
    });
  const ended = () => child.exitCode !== null || child.signalCode !== null;
  return {
    ...{ output: () => `${command}: ${output}`, ended },
    async stop() {
      if (ended()) return;
      const gone = new Promise((resolve) => child.once('exit', resolve));
      child.kill('SIGTERM');
      await gone;
    },
  };
}

/** Everything it reads and writes, in its folder. */
async function layOut(folder: string, options: ShibbolethOptions & { url: string; entityId: string }): Promise<void> {
  const made = ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2', '-subj', '/CN=127.0.0.1'];
  await run('openssl', [...made, '-keyout', join(folder, 'key.pem'), '-out', join(folder, 'cert.pem')]);
  await mkdir(join(folder, 'www/secure'), { recursive: true });
  const files = {
    'shibboleth2.xml': shibbolethXml(folder, options),
    'attribute-map.xml': attributeMap(options.attributes),
    'attribute-policy.xml': attributePolicy,
    'shibd.logger': logger(join(folder, 'shibd.log')),
    'native.logger': logger(join(folder, 'native.log')),
    'apache.conf': apacheConf(folder, options.url),
    'www/secure/index.sh': '#!/bin/sh\nprintf "Content-Type: text/plain; charset=utf-8\\n\\n"\nenv\n',
  };
  for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text);
  await chmod(join(folder, 'www/secure/index.sh'), 0o755);
  if (nobody.uid === undefined) return;
  for (const name of ['.', ...(await readdir(folder))]) await chown(join(folder, name), nobody.uid, nobody.gid);
}

async function logOf(folder: string): Promise<string> {
  const texts = ['shibd.log', 'native.log', 'error.log'].map((name) =>
    readFile(join(folder, name), 'utf8').catch(() => ''),
  );
  return (await Promise.all(texts)).join('\n');
}

/** Until it describes itself: both servers run then, and speak with each other. */
async function answering(metadata: string, children: readonly Child[], log: () => Promise<string>): Promise<void> {
  for (let attempt = 0; attempt < 600 && !children.some((child) => child.ended()); attempt += 1) {
    const answer = await fetch(metadata).catch(() => null);
    if (answer?.ok === true) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  const said = children.map((child) => child.output()).join('\n');
  throw new Error(`Shibboleth did not answer within a minute:\n${said}\n${await log()}`);
}
