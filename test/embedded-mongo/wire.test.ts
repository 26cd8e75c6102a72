import { serialize } from 'bson';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decode, encodeCursorReply, encodeStored } from '../../src/embedded-mongo/codec.ts';
import { createFrames, formatReply, parseMessage } from '../../src/embedded-mongo/wire.ts';
import { double, expectRefusal, long } from './query/samples.ts';

const int32 = (value: number) => {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32LE(value);
  return bytes;
};
const framed = (opcode: number, ...parts: Uint8Array[]) => {
  const content = Buffer.concat(parts);
  return Buffer.concat([int32(16 + content.length), int32(7), int32(0), int32(opcode), content]);
};
const body = (document: object) => Buffer.concat([Buffer.of(0), serialize(document)]);
const sequence = (name: string, ...documents: object[]) => {
  const content = Buffer.concat([Buffer.from(`${name}\0`), ...documents.map((each) => serialize(each))]);
  return Buffer.concat([Buffer.of(1), int32(content.length + 4), content]);
};
const message = (flags: number, ...sections: Uint8Array[]) => framed(2013, int32(flags), ...sections);

describe('messages', () => {
  it('are whole again however the network cuts them', () => {
    const sent = [
      message(0, body({ ping: 1, $db: 'admin' })),
      message(0, body({ hello: 1, text: 'x'.repeat(300) })),
      message(2, body({ a: 1 })),
    ];
    const stream = Buffer.concat(sent);
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 60 }), { minLength: 1 }), (sizes) => {
        const framesOf = createFrames();
        const got: Buffer[] = [];
        for (let at = 0, turn = 0; at < stream.length; turn += 1) {
          const size = sizes[turn % sizes.length] ?? 1;
          got.push(...framesOf(stream.subarray(at, at + size)));
          at += size;
        }
        expect(got).toEqual(sent);
      }),
    );
  });

  it('carry document sequences: those to be stored stay BSON', () => {
    const { body: insert, isSilent } = parseMessage(
      message(2, body({ insert: 'c' }), sequence('documents', { a: 1 }, { a: 2 })),
    );
    expect(isSilent).toBe(true);
    expect(insert.documents).toEqual([Buffer.from(serialize({ a: 1 })), Buffer.from(serialize({ a: 2 }))]);
    const { body: update } = parseMessage(message(0, sequence('updates', { q: {} }), body({ update: 'c' })));
    expect(update).toMatchObject({ update: 'c', updates: [{ q: {} }] });
  });

  it('may end with a checksum', () => {
    expect(parseMessage(message(1, body({ ping: 'x' }), int32(99))).body).toEqual({ ping: 'x' });
  });

  it('may be an OP_QUERY hello', () => {
    const query = framed(2004, int32(0), Buffer.from('admin.$cmd\0'), int32(0), int32(-1), serialize({ ismaster: 1 }));
    const parsed = parseMessage(query);
    expect(parsed).toMatchObject({ requestId: 7, isQuery: true, body: { $db: 'admin' } });
    const reply = formatReply(parsed, 3, Buffer.from(serialize({ ok: 1 })));
    expect([reply.readInt32LE(8), reply.readInt32LE(12), reply.readInt32LE(32)]).toEqual([7, 1, 1]);
    expect(decode(reply.subarray(36))).toMatchObject({ ok: expect.anything() });
  });

  it('that are none end the conversation', () => {
    const wrong = [
      framed(2012, Buffer.alloc(9)),
      framed(2004, int32(0), Buffer.from('a.b\0'), int32(0), int32(-1), serialize({ find: 1 })),
      message(4, body({ ping: 1 })),
      message(0),
      message(0, Buffer.of(2, 5, 0, 0, 0, 0)),
      message(0, body({ ping: 1 }).subarray(0, 9)),
      message(0, body({ a: 1 }), sequence('__proto__', {})),
    ];
    for (const frame of wrong) expect(() => parseMessage(frame)).toThrow();
    expect(() => createFrames()(int32(100_000_000))).toThrow('100000000 bytes');
    expect(() => createFrames()(int32(-1))).toThrow();
  });

  it('never crash the reader otherwise than by an error', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 16, maxLength: 80 }), fc.constantFrom(2013, 2004), (bytes, opcode) => {
        const frame = Buffer.from(bytes);
        frame.writeInt32LE(opcode, 12);
        try {
          parseMessage(frame);
        } catch (error) {
          expect(error).toBeInstanceOf(Error);
        }
      }),
    );
  });
});

describe('replies', () => {
  it('hold stored documents as they are', () => {
    const documents = [{ _id: 1, a: 'ü' }, { _id: 2 }];
    const raw = encodeCursorReply(
      'nextBatch',
      documents.map((each) => Buffer.from(serialize(each))),
      2n ** 62n,
      'd.ü',
    );
    const cursor = { nextBatch: documents, id: long(2n ** 62n), ns: 'd.ü' };
    expect(raw).toEqual(Buffer.from(serialize({ cursor, ok: double(1) })));
    expect(decode(raw)).toMatchObject({ cursor: { ns: 'd.ü' } });
  });

  it('and stored documents stay below 16 MB, with _id in front', () => {
    expect(Object.keys(decode(encodeStored({ a: 1, __proto__: null, _id: 5 })))).toEqual(['_id', 'a']);
    expectRefusal(() => encodeStored({ _id: 1, text: 'x'.repeat(16 * 1024 * 1024) }), 10334);
    expectRefusal(() => encodeStored({ _id: 1, text: 'x'.repeat(40 * 1024 * 1024) }), 10334);
  });
});
