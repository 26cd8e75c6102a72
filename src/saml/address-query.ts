import { requestRefused } from './refusal.ts';

/** The signature of an address: `over` the very characters it was made of. */
export type AddressSignature = { over: string; algorithm: string; value: string };
export type AddressQuery = { samlRequest: string; relayState: string | null; signature: AddressSignature | null };

const names = ['SAMLRequest', 'RelayState', 'SigAlg', 'Signature', 'SAMLEncoding'] as const;
type Name = (typeof names)[number];
const deflated = 'urn:oasis:names:tc:SAML:2.0:bindings:URL-Encoding:DEFLATE';
const longest = 128 * 1024;

/** Takes the query of an address apart (SAML 2.0 bindings, section 3.4.4.1). What it holds beside a request is left aside. */
export function addressQuery(query: string): AddressQuery {
  if (query.length > longest) throw requestRefused('Its address is too long.');
  const raw = parameters(query.startsWith('?') ? query.slice(1) : query);
  const value = (name: Name): string | null => {
    const text = raw.get(name);
    return text === undefined ? null : decoded(text);
  };
  const samlRequest = value('SAMLRequest');
  if (samlRequest === null) throw requestRefused('Its address holds no SAMLRequest.');
  if ((value('SAMLEncoding') ?? deflated) !== deflated) throw requestRefused('It is encoded in an unknown way.');
  const [algorithm, signature] = [value('SigAlg'), value('Signature')];
  if ((algorithm === null) !== (signature === null)) throw requestRefused('Its signature is not whole.');
  return {
    samlRequest,
    relayState: value('RelayState') || null,
    signature: algorithm === null || signature === null ? null : { over: signedPart(raw), algorithm, value: signature },
  };
}

/** Undecoded. One that is there twice could be read as the one and checked as the other. */
function parameters(query: string): ReadonlyMap<Name, string> {
  const all = new Map<Name, string>();
  for (const part of query.split('&')) {
    const end = part.indexOf('=');
    const written = end < 0 ? part : part.slice(0, end);
    const name = names.find((known) => known === decoded(written));
    if (name === undefined) continue;
    if (all.has(name) || written !== name)
      throw requestRefused(`Its address holds ${name} twice, or written otherwise.`);
    all.set(name, end < 0 ? '' : part.slice(end + 1));
  }
  return all;
}

const signedPart = (raw: ReadonlyMap<Name, string>): string =>
  (['SAMLRequest', 'RelayState', 'SigAlg'] as const)
    .filter((name) => raw.has(name))
    .map((name) => `${name}=${raw.get(name)}`)
    .join('&');

function decoded(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    throw requestRefused('Its address is not written as one.');
  }
}
