import { describe, expect, it } from 'vitest';
import { chain, chainStart, makeEvent, system } from '../../src/core/event.ts';
import { digestOf } from '../../src/core/hash.ts';
import { noon, robot } from './samples.ts';

const draft = { type: 'person.joined', message: 'joined', actor: robot, person: 'p-zoe' };

describe('an event', () => {
  it('is complete, and its digest covers every field but itself', () => {
    const event = makeEvent(draft, 'e-1', noon);
    expect(event).toMatchObject({ ...draft, id: 'e-1', v: 1, at: noon, app: null, reasons: [], before: null });
    const { digest, ...body } = event;
    expect(digest).toBe(digestOf(body));
  });

  it('takes id and time as they are told, not from the draft', () => {
    expect(makeEvent({ ...draft, id: 'x', at: 0 }, 'e-1', noon)).toMatchObject({ id: 'e-1' });
  });

  it('has another digest when anything differs', () => {
    const digests = [draft, { ...draft, message: 'x' }, { ...draft, actor: system('x') }, { ...draft, app: 'crm' }].map(
      (one) => makeEvent(one, 'e-1', noon).digest,
    );
    digests.push(makeEvent(draft, 'e-2', noon).digest, makeEvent(draft, 'e-1', noon + 1).digest);
    expect(new Set(digests).size).toBe(6);
  });
});

describe('a chain', () => {
  const [first, second] = ['e-1', 'e-2'].map((id) => makeEvent(draft, id, noon));
  if (first === undefined || second === undefined) throw new Error('two events');
  const one = chain(first, 'crm:0', { sequence: 0, hash: chainStart });
  const two = chain(second, 'crm:0', one);

  it('counts from 1 and names the hash before', () => {
    expect([one.sequence, two.sequence]).toEqual([1, 2]);
    expect([one.previous, two.previous]).toEqual([chainStart, one.hash]);
  });

  it('breaks when an event is altered, moved, dropped or put into another partition', () => {
    const forged = { ...first, digest: digestOf('forged') };
    const hashes = [
      chain(forged, 'crm:0', { sequence: 0, hash: chainStart }),
      chain(first, 'crm:1', { sequence: 0, hash: chainStart }),
      chain(first, 'crm:0', { sequence: 1, hash: chainStart }),
      chain(second, 'crm:0', { sequence: 0, hash: chainStart }),
    ].map(({ hash }) => hash);
    expect(new Set([one.hash, two.hash, ...hashes]).size).toBe(6);
  });

  it('survives the erasure of personal data: the digest stands for the fields', () => {
    const erased = { ...first, message: '', person: null };
    expect(chain(erased, 'crm:0', { sequence: 0, hash: chainStart }).hash).toBe(one.hash);
  });
});
