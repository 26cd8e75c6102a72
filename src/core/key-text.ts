/** Bytes of a sealing key: 256 bits, for AES-256. */
export const keyBytes = 32;

/**
 * Reads sealing keys as people write them: each 32 bytes in base64, base64url or hex. What is wrong is named by its place in the
 * list and never by its value, since a mistyped key is still most of a secret.
 */
export function readKeys(texts: readonly string[]): { keys: Uint8Array[] } | { problems: string[] } {
  const keys = texts.map((text) => decoded(text.trim()));
  const problems = keys.flatMap((key, index) => {
    const problem = problemOf(key, keys.slice(0, index));
    return problem === null ? [] : [`key ${index + 1} of ${keys.length} ${problem}`];
  });
  return problems.length > 0 ? { problems } : { keys: keys.filter((key) => key instanceof Uint8Array) };
}

type Decoded = Uint8Array | 'blank' | 'garbled';

function decoded(text: string): Decoded {
  if (text === '') return 'blank';
  if (/^[\da-f]+$/i.test(text) && text.length === keyBytes * 2) return Buffer.from(text, 'hex');
  if (/^([\w-]+|[A-Za-z0-9+/]+)={0,2}$/.test(text)) return Buffer.from(text, 'base64');
  return 'garbled';
}

function problemOf(key: Decoded, before: readonly Decoded[]): string | null {
  if (key === 'blank') return 'is blank';
  if (key === 'garbled') return 'is neither base64 nor hex';
  if (key.length !== keyBytes) return `is ${key.length} bytes long instead of ${keyBytes}`;
  const same = before.findIndex((other) => other instanceof Uint8Array && Buffer.compare(other, key) === 0);
  return same === -1 ? null : `is the same as key ${same + 1}`;
}
