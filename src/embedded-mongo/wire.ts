import { decode } from './codec.ts';
import { type Document, setField } from './query/value.ts';

/** MongoDB's wire protocol: OP_MSG, and OP_QUERY for the first hello. Layout: MongoDB manual, *Wire Protocol*. */
export const MAX_MESSAGE_BYTES = 48_000_000;

const HEADER_BYTES = 16;
const OP_REPLY = 1;
const OP_QUERY = 2004;
const OP_MSG = 2013;
const CHECKSUM_PRESENT = 1;
const MORE_TO_COME = 2;
/** Bits a reader must understand. */
const REQUIRED_BITS = 0xffff;

export interface Message {
  readonly requestId: number;
  readonly body: Document;
  readonly isQuery: boolean;
  /** The sender waits for no reply (`w: 0`). */
  readonly isSilent: boolean;
}

/** Joins what arrives into whole messages. @throws when a length cannot be one. */
export function createFrames(): (chunk: Buffer) => Buffer[] {
  let chunks: Buffer[] = [];
  let size = 0;
  return (chunk) => {
    chunks.push(chunk);
    size += chunk.length;
    const frames: Buffer[] = [];
    while (size >= 4) {
      const first = chunks[0] ?? chunk;
      const length = first.length >= 4 ? first.readInt32LE() : Buffer.concat(chunks).readInt32LE();
      if (length < HEADER_BYTES || length > MAX_MESSAGE_BYTES) throw new Error(`a message of ${length} bytes`);
      if (size < length) break;
      const joined = chunks.length === 1 ? first : Buffer.concat(chunks, size);
      frames.push(joined.subarray(0, length));
      size -= length;
      chunks = size > 0 ? [joined.subarray(length)] : [];
    }
    return frames;
  };
}

/** @throws for what is no message of this protocol: the connection is then of no more use. */
export function parseMessage(frame: Buffer): Message {
  const requestId = frame.readInt32LE(4);
  const opcode = frame.readInt32LE(12);
  if (opcode === OP_MSG) return { requestId, ...parseMsg(frame), isQuery: false };
  if (opcode === OP_QUERY) return { requestId, body: parseQuery(frame), isQuery: true, isSilent: false };
  throw new Error(`unsupported opcode ${opcode}`);
}

function parseQuery(frame: Buffer): Document {
  const end = frame.indexOf(0, HEADER_BYTES + 4);
  const ns = frame.toString('utf8', HEADER_BYTES + 4, end);
  const { $query, ...plain } = decode(frame.subarray(end + 1 + 8));
  const body = ($query as Document | undefined) ?? plain;
  const [name = ''] = Object.keys(body);
  if (!ns.endsWith('.$cmd') || !/^(hello|ismaster)$/i.test(name)) throw new Error(`unsupported OP_QUERY ${ns} ${name}`);
  return { ...body, $db: ns.slice(0, -'.$cmd'.length) };
}

/** Lists that may come as document sequences. Those to be stored stay as they are. */
const SEQUENCES = ['documents', 'updates', 'deletes'];

function parseMsg(frame: Buffer): { body: Document; isSilent: boolean } {
  const flags = frame.readUInt32LE(HEADER_BYTES);
  if (flags & REQUIRED_BITS & ~(CHECKSUM_PRESENT | MORE_TO_COME)) throw new Error(`unsupported OP_MSG flags ${flags}`);
  const end = frame.length - (flags & CHECKSUM_PRESENT ? 4 : 0);
  let body: Document | undefined;
  const lists: [string, unknown[]][] = [];
  for (let at = HEADER_BYTES + 4; at < end; ) {
    const kind = frame[at];
    const size = frame.readInt32LE(at + 1);
    const section = frame.subarray(at + 1, at + 1 + size);
    if (section.length !== size || size < 5 || (kind !== 0 && kind !== 1))
      throw new Error('a malformed OP_MSG section');
    if (kind === 0) body = decode(section);
    else lists.push(parseSequence(section));
    at += 1 + size;
  }
  if (!body) throw new Error('an OP_MSG without a body');
  for (const [name, list] of lists) setField(body, name, list);
  return { body, isSilent: (flags & MORE_TO_COME) !== 0 };
}

function parseSequence(section: Buffer): [string, unknown[]] {
  const end = section.indexOf(0, 4);
  const name = section.toString('utf8', 4, end);
  if (!SEQUENCES.includes(name)) throw new Error(`unsupported document sequence '${name}'`);
  const documents: unknown[] = [];
  for (let at = end + 1; at < section.length; ) {
    const size = section.readInt32LE(at);
    const raw = section.subarray(at, at + size);
    if (raw.length !== size || size < 5) throw new Error('a malformed document sequence');
    documents.push(name === 'documents' ? raw : decode(raw));
    at += size;
  }
  return [name, documents];
}

/** A reply to `message` around a document that is BSON already. */
export function formatReply({ requestId, isQuery }: Message, replyId: number, document: Buffer): Buffer {
  const extra = isQuery ? queryReplyHead() : Buffer.from([0, 0, 0, 0, 0]);
  const header = Buffer.alloc(HEADER_BYTES);
  header.writeInt32LE(HEADER_BYTES + extra.length + document.length, 0);
  header.writeInt32LE(replyId | 0, 4);
  header.writeInt32LE(requestId, 8);
  header.writeInt32LE(isQuery ? OP_REPLY : OP_MSG, 12);
  return Buffer.concat([header, extra, document]);
}

/** Flags (await capable), cursor id, starting from, number returned. */
function queryReplyHead(): Buffer {
  const head = Buffer.alloc(20);
  head.writeInt32LE(8, 0);
  head.writeInt32LE(1, 16);
  return head;
}
