import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const run = promisify(execFile);
const packages = [
  ...['samba', 'samba-ad-dc', 'samba-ad-provision', 'samba-dsdb-modules', 'samba-vfs-modules', 'python3-samba'],
  'winbind',
];

/**
 * Installs Samba where it is missing, once before all tests that need it: two installations at once would lock each other out.
 * @throws Error where that is not possible: a test that needs it fails and is never left out.
 */
export async function setup(): Promise<void> {
  const there = await run('samba', ['--version']).catch(() => null);
  if (there !== null) return;
  const environment = { env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }, maxBuffer: 64 * 1024 * 1024 };
  await run('apt-get', ['update', '-qq'], environment);
  await run('apt-get', ['install', '-y', '-qq', '--no-install-recommends', ...packages], environment);
}
