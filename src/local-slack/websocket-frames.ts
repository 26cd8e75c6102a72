/** What a client's frames say. After `close` or `violation` nothing more is read. */
export type Incoming =
  | { kind: 'text'; text: string }
  | { kind: 'ping'; data: Buffer }
  | { kind: 'pong' }
  | { kind: 'close' }
  | { kind: 'violation'; code: number };

const opcodes = { continuation: 0, text: 1, binary: 2, close: 8, ping: 9, pong: 10 } as const;
type Opcode = (typeof opcodes)[keyof typeof opcodes];

/** Closing codes. @see https://www.rfc-editor.org/rfc/rfc6455#section-7.4.1 */
export const closeCodes = { normal: 1000, protocol: 1002, unsupported: 1003, notText: 1007, tooBig: 1009 } as const;

/** An acknowledgement carries at most a modal (250 kB) or a list of options. */
const longestMessage = 1_000_000;

/** One whole frame of a server: never masked, never in parts. @see https://www.rfc-editor.org/rfc/rfc6455#section-5.2 */
export const frameOf = (kind: 'text' | 'close' | 'ping' | 'pong', data: Buffer): Buffer =>
  Buffer.concat([Buffer.from([0x80 | opcodes[kind]]), lengthOf(data.length), data]);

/** The data of a closing frame. */
export function closing(code: number): Buffer {
  const data = Buffer.alloc(2);
  data.writeUInt16BE(code);
  return data;
}

function lengthOf(length: number): Buffer {
  if (length < 126) return Buffer.from([length]);
  const bytes = Buffer.alloc(length < 65_536 ? 3 : 9);
  if (length < 65_536) {
    bytes[0] = 126;
    bytes.writeUInt16BE(length, 1);
  } else {
    bytes[0] = 127;
    bytes.writeBigUInt64BE(BigInt(length), 1);
  }
  return bytes;
}

type Frame = { final: boolean; opcode: Opcode; data: Buffer };
type Cut = { frame: Frame; rest: Buffer } | { violation: number } | null;

/** Reads the bytes of one client, in whatever pieces they come. */
export function frameReader(): (chunk: Buffer) => Incoming[] {
  let pending: Buffer = Buffer.alloc(0);
  let parts: Buffer[] | null = null;
  let over = false;

  const join = ({ final, opcode, data }: Frame): Incoming | null => {
    if ((opcode === opcodes.continuation) !== (parts !== null)) return { kind: 'violation', code: closeCodes.protocol };
    parts = [...(parts ?? []), data];
    const whole = Buffer.concat(parts);
    if (whole.length > longestMessage) return { kind: 'violation', code: closeCodes.tooBig };
    if (!final) return null;
    parts = null;
    return textOf(whole);
  };

  const take = (frame: Frame): Incoming | null => {
    if (frame.opcode === opcodes.ping) return { kind: 'ping', data: frame.data };
    if (frame.opcode === opcodes.pong) return { kind: 'pong' };
    if (frame.opcode === opcodes.close) return { kind: 'close' };
    return frame.opcode === opcodes.binary ? { kind: 'violation', code: closeCodes.unsupported } : join(frame);
  };

  return (chunk) => {
    const heard: Incoming[] = [];
    pending = Buffer.concat([pending, chunk]);
    while (!over) {
      const cut = cutFrame(pending);
      if (cut === null) break;
      const incoming: Incoming | null =
        'violation' in cut ? { kind: 'violation', code: cut.violation } : take(cut.frame);
      if ('rest' in cut) pending = cut.rest;
      over = incoming?.kind === 'close' || incoming?.kind === 'violation';
      if (incoming !== null) heard.push(incoming);
    }
    return heard;
  };
}

/** The first frame of these bytes; null while it is not all there. */
function cutFrame(bytes: Buffer): Cut {
  const [first, second] = bytes;
  if (first === undefined || second === undefined) return null;
  const opcode = (first & 0x0f) as Opcode;
  const final = (first & 0x80) !== 0;
  const control = opcode >= opcodes.close;
  const plain = (first & 0x70) === 0 && (second & 0x80) !== 0 && Object.values(opcodes).includes(opcode);
  const short = second & 0x7f;
  if (!plain || (control && (!final || short > 125))) return { violation: closeCodes.protocol };
  const size = short === 126 ? 2 : short === 127 ? 8 : 0;
  if (bytes.length < 2 + size) return null;
  const length = size === 0 ? short : size === 2 ? bytes.readUInt16BE(2) : Number(bytes.readBigUInt64BE(2));
  if (length > longestMessage) return { violation: closeCodes.tooBig };
  const start = 2 + size + 4;
  if (bytes.length < start + length) return null;
  const data = unmask(bytes.subarray(start, start + length), bytes.subarray(start - 4, start));
  return { frame: { final, opcode, data }, rest: bytes.subarray(start + length) };
}

const unmask = (data: Buffer, key: Buffer): Buffer =>
  Buffer.from(data.map((byte, index) => byte ^ (key[index % 4] ?? 0)));

function textOf(bytes: Buffer): Incoming {
  try {
    return { kind: 'text', text: new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes) };
  } catch {
    return { kind: 'violation', code: closeCodes.notText };
  }
}
