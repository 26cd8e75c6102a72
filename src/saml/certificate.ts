import { type KeyObject, X509Certificate } from 'node:crypto';
import type { Time } from '../core/model.ts';
import { certificateRefused, type Refuse } from './refusal.ts';

const longest = 64 * 1024;
const pem = /^-----BEGIN CERTIFICATE-----[A-Za-z0-9+/=\s]+-----END CERTIFICATE-----$/;

/** When a certificate ends. @throws RollcallError `saml-certificate` (show) where it is none. */
export function certificateEnds(certificate: string): Time {
  const text = certificate.slice(0, longest).trim();
  if (!pem.test(text)) throw certificateRefused('It is no single certificate in PEM.');
  const ends = Date.parse(parsed(text, certificateRefused).validTo);
  if (Number.isNaN(ends)) throw certificateRefused('It does not say until when it is valid.');
  return ends;
}

/** A certificate as SAML carries it, base64 without its ends, as PEM. */
export function certificateOf(base64: string, refuse: Refuse): string {
  const bare = base64.replace(/[ \t\n\r]/g, '');
  if (bare === '' || bare.length > longest || !/^[A-Za-z0-9+/]+={0,2}$/.test(bare))
    throw refuse('A certificate in it is not written in base64.');
  return parsed(`-----BEGIN CERTIFICATE-----\n${bare}\n-----END CERTIFICATE-----`, refuse).toString();
}

/** As SAML carries it: base64, in one line. */
export const bareCertificate = (certificate: string): string => new X509Certificate(certificate).raw.toString('base64');

/**
 * The key a request may be signed with. Null: none of the kind that is checked here, RSA of at least 2048 bits; shorter ones can be
 * worked out by others (NIST SP 800-131A).
 */
export function checkingKey(certificate: string): KeyObject | null {
  const key = publicKey(certificate);
  const bits = key?.asymmetricKeyDetails?.modulusLength ?? 0;
  return key?.asymmetricKeyType === 'rsa' && bits >= 2048 ? key : null;
}

/** Null where there is none that can be read, even in what is a certificate otherwise. */
function publicKey(certificate: string): KeyObject | null {
  try {
    return new X509Certificate(certificate).publicKey;
  } catch {
    return null;
  }
}

function parsed(text: string, refuse: Refuse): X509Certificate {
  try {
    return new X509Certificate(text);
  } catch {
    throw refuse('What stands where a certificate should be is none.');
  }
}
