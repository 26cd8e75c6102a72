import { execFile } from 'node:child_process';
import { rm, writeFile } from 'node:fs/promises';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** Each with what shows that it is there. */
const peers: readonly { there: readonly [string, ...string[]]; packages: readonly string[] }[] = [
  {
    there: ['samba', '--version'],
    packages: [
      ...['samba', 'samba-ad-dc', 'samba-ad-provision', 'samba-dsdb-modules', 'samba-vfs-modules', 'python3-samba'],
      'winbind',
    ],
  },
  { there: ['/usr/bin/python3', '-c', 'import onelogin.saml2'], packages: ['python3-onelogin-saml2'] },
  { there: ['shibd', '-v'], packages: ['apache2', 'libapache2-mod-shib', 'shibboleth-sp-utils'] },
];

const isThere = ([command, ...words]: readonly [string, ...string[]]): Promise<boolean> =>
  run(command, words).then(
    () => true,
    () => false,
  );

/**
 * Installs what is missing, once before all tests that need it: two installations at once would lock each other out.
 * @throws Error where that is not possible: a test that needs it fails and is never left out.
 */
export async function setup(): Promise<void> {
  const missing: string[] = [];
  for (const { there, packages } of peers) if (!(await isThere(there))) missing.push(...packages);
  if (missing.length === 0) return;
  const environment = { env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }, maxBuffer: 64 * 1024 * 1024 };
  await run('apt-get', ['update', '-qq'], environment);
  await withoutServices(() =>
    run('apt-get', ['install', '-y', '-qq', '--no-install-recommends', ...missing], environment),
  );
}

const policy = '/usr/sbin/policy-rc.d';

/** What a package would start would listen to everybody: nothing is started while this runs (invoke-rc.d(8)). */
async function withoutServices(install: () => Promise<unknown>): Promise<void> {
  const ours = await writeFile(policy, '#!/bin/sh\nexit 101\n', { flag: 'wx', mode: 0o755 }).then(
    () => true,
    (error: NodeJS.ErrnoException) => {
      // Whoever keeps one has decided.
      if (error.code === 'EEXIST') return false;
      throw error;
    },
  );
  try {
    await install();
  } finally {
    if (ours) await rm(policy);
  }
}
