import { generate } from 'selfsigned';
import type { Time } from '../core/model.ts';

/** A key responses are signed with. Both PEM; `privateKey` PKCS #8. */
export type KeyPair = { certificate: string; privateKey: string };

/** RFC 5280, appendix A: a common name has 64 characters at most. */
const longest = 64;

/**
 * A fresh RSA key of 3072 bits (as strong as 128, NIST SP 800-57) with a certificate it signed itself, which is for signatures alone.
 * Apps compare the certificate with the one they were given, so that no authority is needed.
 */
export async function makeKey({ name, from, until }: { name: string; from: Time; until: Time }): Promise<KeyPair> {
  const made = await generate([{ name: 'commonName', value: nameValue(name) }], {
    ...{ keyType: 'rsa', keySize: 3072, algorithm: 'sha256' },
    ...{ notBeforeDate: new Date(from), notAfterDate: new Date(until) },
    extensions: [
      { name: 'basicConstraints', cA: false, critical: true },
      { name: 'keyUsage', digitalSignature: true, critical: true },
    ],
  });
  return { certificate: made.cert, privateKey: made.private };
}

/** As a value of a distinguished name (RFC 4514, section 2.4): no character of it begins another part. */
function nameValue(name: string): string {
  const short = [...name.replace(/\p{C}/gu, '')].slice(0, longest).join('').trim();
  return (short === '' ? 'Rollcall' : short).replace(/[\\"+,;<>=#]/g, (character) => `\\${character}`);
}
