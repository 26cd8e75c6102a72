import { type KeyObject, verify } from 'node:crypto';

/**
 * The signatures that are believed, by the names XML has for them (RFC 4051, section 2.3), each with its hash: RSA with SHA-2 alone. SHA-1
 * is broken, and with an HMAC the public certificate would be the secret.
 */
const signatureHashes: Readonly<Record<string, string>> = {
  'http://www.w3.org/2001/04/xmldsig-more#rsa-sha256': 'sha256',
  'http://www.w3.org/2001/04/xmldsig-more#rsa-sha384': 'sha384',
  'http://www.w3.org/2001/04/xmldsig-more#rsa-sha512': 'sha512',
};

/** The digests that are believed, in the same way. */
export const digestHashes: Readonly<Record<string, string>> = {
  'http://www.w3.org/2001/04/xmlenc#sha256': 'sha256',
  'http://www.w3.org/2001/04/xmldsig-more#sha384': 'sha384',
  'http://www.w3.org/2001/04/xmlenc#sha512': 'sha512',
};

/** Their names, the usual one first. */
export const signatureAlgorithms: readonly string[] = Object.keys(signatureHashes);
export const digestAlgorithms: readonly string[] = Object.keys(digestHashes);

export const isSignatureAlgorithm = (name: string): boolean => Object.hasOwn(signatureHashes, name);
export const isDigestAlgorithm = (name: string): boolean => Object.hasOwn(digestHashes, name);

/** One of the keys made this signature over these very characters. */
export function isSignedBy(keys: readonly KeyObject[], algorithm: string, over: string, signature: Buffer): boolean {
  const hash = isSignatureAlgorithm(algorithm) ? signatureHashes[algorithm] : undefined;
  if (hash === undefined) return false;
  return keys.some((key) => verify(hash, Buffer.from(over), key, signature));
}
