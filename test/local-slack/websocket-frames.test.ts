import fc from 'fast-check';
import { expect, test } from 'vitest';
import { closing, frameOf, frameReader, type Incoming } from '../../src/local-slack/websocket-frames.ts';

const opcodes = { continuation: 0, text: 1, binary: 2, close: 8, ping: 9, pong: 10 } as const;
type Sent = { opcode: number; data: Buffer; final?: boolean; masked?: boolean; reserved?: number };

/** A frame as a client sends it, with whatever is to be wrong about it. */
function clientFrame({ opcode, data, final = true, masked = true, reserved = 0 }: Sent): Buffer {
  const key = Buffer.from([0x37, 0xfa, 0x21, 0x3d]);
  const [, second = 0, ...more] = frameOf('text', data).subarray(0, frameOf('text', data).length - data.length);
  const head = Buffer.from([(final ? 0x80 : 0) | (reserved << 4) | opcode, (masked ? 0x80 : 0) | second, ...more]);
  const body = masked ? Buffer.from(data.map((byte, at) => byte ^ (key[at % 4] ?? 0))) : data;
  return Buffer.concat([head, masked ? key : Buffer.alloc(0), body]);
}

const text = (value: string, more: Partial<Sent> = {}) =>
  clientFrame({ opcode: opcodes.text, data: Buffer.from(value), ...more });

/** Everything read from these bytes, cut into pieces of these sizes, the last one to the end. */
function readIn(bytes: Buffer, sizes: readonly number[]): Incoming[] {
  const read = frameReader();
  const heard: Incoming[] = [];
  let at = 0;
  for (const size of [...sizes, bytes.length]) {
    heard.push(...read(bytes.subarray(at, at + size)));
    at += size;
  }
  return heard;
}
const readAll = (...frames: Buffer[]) => readIn(Buffer.concat(frames), []);
const sizes = fc.array(fc.nat(300), { maxLength: 30 });

test('reads every text, however its bytes are cut and in whatever parts it is sent', () => {
  const message = fc.record({ value: fc.string({ unit: 'grapheme', maxLength: 400 }), cuts: fc.array(fc.nat(400)) });
  fc.assert(
    fc.property(fc.array(message, { maxLength: 5 }), sizes, (messages, pieces) => {
      const frames = messages.flatMap(({ value, cuts }) => {
        const data = Buffer.from(value);
        const ends = [...cuts.map((cut) => Math.min(cut, data.length)).sort((a, b) => a - b), data.length];
        return ends.map((end, index) =>
          clientFrame({
            opcode: index === 0 ? opcodes.text : opcodes.continuation,
            data: data.subarray(ends[index - 1] ?? 0, end),
            final: index === ends.length - 1,
          }),
        );
      });
      const heard = readIn(Buffer.concat(frames), pieces);
      expect(heard).toEqual(messages.map(({ value }) => ({ kind: 'text', text: value })));
    }),
  );
});

test.each([0, 125, 126, 65_535, 65_536, 1_000_000])('reads and writes a text of %i bytes', (length) => {
  const value = 'x'.repeat(length);
  expect(readAll(text(value))).toEqual([{ kind: 'text', text: value }]);
  const written = frameOf('text', Buffer.from(value));
  expect(written.subarray(-length || written.length).toString()).toBe(value);
  expect(written.length - length).toBe(length < 126 ? 2 : length < 65_536 ? 4 : 10);
});

test('hears pings and pongs between the parts of a text', () => {
  const heard = readAll(
    text('one', { final: false }),
    clientFrame({ opcode: opcodes.ping, data: Buffer.from('?') }),
    clientFrame({ opcode: opcodes.pong, data: Buffer.alloc(0) }),
    clientFrame({ opcode: opcodes.continuation, data: Buffer.from(' two') }),
  );
  expect(heard).toEqual([
    { kind: 'ping', data: Buffer.from('?') },
    { kind: 'pong' },
    { kind: 'text', text: 'one two' },
  ]);
});

test.each([
  ['an unmasked frame', text('x', { masked: false }), 1002],
  ['a reserved bit', text('x', { reserved: 4 }), 1002],
  ['an unknown kind', clientFrame({ opcode: 3, data: Buffer.alloc(0) }), 1002],
  ['a ping in parts', clientFrame({ opcode: opcodes.ping, data: Buffer.alloc(0), final: false }), 1002],
  ['a long ping', clientFrame({ opcode: opcodes.ping, data: Buffer.alloc(126) }), 1002],
  ['a part without a beginning', clientFrame({ opcode: opcodes.continuation, data: Buffer.alloc(1) }), 1002],
  ['a new text within another', Buffer.concat([text('a', { final: false }), text('b')]), 1002],
  ['binary data', clientFrame({ opcode: opcodes.binary, data: Buffer.alloc(1) }), 1003],
  ['what is not UTF-8', clientFrame({ opcode: opcodes.text, data: Buffer.from([0xc3, 0x28]) }), 1007],
  ['a text past the limit', text('x'.repeat(1_000_001)), 1009],
  [
    'parts past the limit',
    Buffer.concat([
      text('x'.repeat(600_000), { final: false }),
      clientFrame({ opcode: opcodes.continuation, data: Buffer.alloc(600_000) }),
    ]),
    1009,
  ],
])('refuses %s, and reads nothing after it', (_what, bytes, code) => {
  expect(readAll(bytes, text('later'))).toEqual([{ kind: 'violation', code }]);
});

test('reads nothing after the goodbye', () => {
  const bye = clientFrame({ opcode: opcodes.close, data: closing(1000) });
  expect(readAll(bye, text('later'))).toEqual([{ kind: 'close' }]);
});

test('never throws on any bytes', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 400 }), sizes, (bytes, pieces) => {
      readIn(Buffer.from(bytes), pieces);
    }),
  );
});
