import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { damaged } from './failures.ts';

/** A document has 16 MiB at most, and its text at worst several times that. */
const longest = 128 * 1024 * 1024;
const newline = 0x0a;

/**
 * The lines of a stream, plain or gzipped, as many at a time as came together. Every line ends with a newline, the last one too.
 * @throws RollcallError `damaged-export` (show)
 */
export async function* linesIn(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<string[]> {
  const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
  let rest: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of plain(bytes)) {
    const end = chunk.lastIndexOf(newline);
    if (end === -1) {
      rest.push(chunk);
      size += chunk.length;
      if (size > longest) throw damaged('a line has no end');
      continue;
    }
    const whole = Buffer.concat([...rest, chunk.subarray(0, end)]);
    rest = [chunk.subarray(end + 1)];
    size = chunk.length - end - 1;
    yield decoded(decoder, whole).split('\n');
  }
  if (size > 0) throw damaged('it was cut off in the middle of a line');
}

function decoded(decoder: InstanceType<typeof TextDecoder>, bytes: Uint8Array): string {
  try {
    return decoder.decode(bytes);
  } catch {
    throw damaged('it holds bytes that are no text');
  }
}

/** What was gzipped, by its first two bytes, is taken out (RFC 1952, 2.3.1). */
async function* plain(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const source = bytes[Symbol.asyncIterator]();
  let start = Buffer.alloc(0);
  while (start.length < 2) {
    const { value, done } = await source.next();
    if (done) break;
    start = Buffer.concat([start, value]);
  }
  const all = (async function* () {
    yield start;
    yield* { [Symbol.asyncIterator]: () => source };
  })();
  if (start[0] === 0x1f && start[1] === 0x8b) yield* unzipped(all);
  else yield* all;
}

async function* unzipped(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const gunzip = createGunzip();
  const piping = pipeline(Readable.from(bytes), gunzip).catch(() => undefined);
  try {
    yield* gunzip;
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : '';
    if (!code.startsWith('Z_')) throw error;
    throw damaged(code === 'Z_BUF_ERROR' ? 'it was cut off' : 'what was gzipped cannot be read');
  } finally {
    gunzip.destroy();
    await piping;
  }
}
