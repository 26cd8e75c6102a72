import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** Writes an authority (`ca.pem`) and a certificate by it for the host (`cert.pem`, `key.pem`) into a folder. */
export async function certify(folder: string, host: string): Promise<void> {
  const made = (key: string, out: string, name: string) => [
    ...['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '2'],
    ...['-keyout', join(folder, key), '-out', join(folder, out), '-subj', `/CN=${name}`],
  ];
  await run('openssl', made('ca-key.pem', 'ca.pem', 'Authority of the tests'));
  const by = ['-CA', join(folder, 'ca.pem'), '-CAkey', join(folder, 'ca-key.pem')];
  await run('openssl', [...made('key.pem', 'cert.pem', host), ...by, '-addext', `subjectAltName=DNS:${host}`]);
}
