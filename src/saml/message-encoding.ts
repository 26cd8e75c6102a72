import { inflateRawSync } from 'node:zlib';
import { requestRefused } from './refusal.ts';

/** A request has some hundred bytes, with a signature and its certificates some thousands. Bytes. */
export const largestRequest = 32 * 1024;
/** In base64, and in the address with every character of it written as three. Characters. */
const longestText = 4 * largestRequest;

/** A message as a form carries it: base64, with line ends as some write them. */
export const formMessage = (text: string): string => utf8(fromBase64(inOneLine(text)));

/** A message as an address carries it: deflated, then base64 (SAML 2.0 bindings, section 3.4.4.1). */
export const addressMessage = (text: string): string => utf8(inflated(fromBase64(text)));

/** The bytes of a base64 text that is written as RFC 4648 has it, padding and all. */
export function fromBase64(text: string): Buffer {
  if (text.length > longestText) throw requestRefused('It is too long.');
  const bytes = Buffer.from(text, 'base64');
  // What Node does not know it leaves out; written back, nothing may be missing.
  if (text === '' || bytes.toString('base64') !== text) throw requestRefused('It is not written in base64.');
  if (bytes.length > largestRequest) throw requestRefused(`It is larger than ${largestRequest} bytes.`);
  return bytes;
}

const inOneLine = (text: string): string => {
  if (text.length > longestText) throw requestRefused('It is too long.');
  return text.replace(/[ \t\r\n]/g, '');
};

function inflated(bytes: Buffer): Buffer {
  try {
    return whole(bytes);
  } catch (error) {
    const large = error instanceof Error && 'code' in error && error.code === 'ERR_BUFFER_TOO_LARGE';
    throw requestRefused(large ? `It is larger than ${largestRequest} bytes.` : 'It is not deflated as it should be.');
  }
}

/** No more is ever made than the largest request has, however small a bomb is. */
function whole(bytes: Buffer): Buffer {
  const { buffer, engine } = inflateRawSync(bytes, { maxOutputLength: largestRequest, info: true }) as unknown as {
    buffer: Buffer;
    engine: { bytesWritten: number };
  };
  if (engine.bytesWritten !== bytes.length) throw new Error('Something follows what was deflated.');
  return buffer;
}

function utf8(bytes: Buffer): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw requestRefused('It is in another encoding than UTF-8.');
  }
}
