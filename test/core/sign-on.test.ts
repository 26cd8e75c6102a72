import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  isCrowded,
  isOver,
  linkFor,
  mayTurn,
  mostMessages,
  named,
  namedInVain,
  picked,
  refusedFor,
  refusedOutright,
  requestFrom,
  type SignOn,
  type SignOnTrigger,
  signOnLife,
  signOnTransitions,
  unasked,
  usedFor,
} from '../../src/core/sign-on.ts';

const begun = { id: 's-1', app: 'hub', at: 1_000, nonce: 'n' };
const zoe = { person: 'p-1', name: 'Zoe', slack: { team: 'T', user: 'U1' }, records: ['hr\n1'] };
const request = { id: '_1', acs: 'https://hub.test/acs', relayState: null };
const starts: readonly SignOn[] = [
  linkFor(begun, zoe),
  requestFrom(begun, { request, browser: 'digest', from: 'there', network: 'here' }),
];
const turn: Record<SignOnTrigger, (signOn: SignOn, at: number) => SignOn> = {
  name: (signOn, at) => named(signOn, zoe, [12, 34, 56], 34, at),
  pick: (signOn, at) => picked(signOn, zoe.slack, at),
  use: (signOn, at) => usedFor(signOn, at, { message: 'signed on', reasons: [], status: 'provisioned' }),
  refuse: (signOn, at) => refusedFor(signOn, 'not now', at),
};
const triggers = Object.keys(turn) as SignOnTrigger[];

describe('a sign-on', () => {
  it('goes by its table alone: each turn is one version and one event, and what is final stays', () => {
    const turns = fc.array(fc.constantFrom(...triggers), { maxLength: 12 });
    fc.assert(
      fc.property(fc.constantFrom(...starts), turns, (start, all) => {
        let signOn = start;
        let uses = 0;
        for (const [place, trigger] of all.entries()) {
          const allowed = trigger in signOnTransitions[signOn.state];
          expect(mayTurn(signOn, trigger)).toBe(allowed);
          if (!allowed) {
            expect(() => turn[trigger](signOn, place)).toThrow(`it cannot ${trigger}`);
            continue;
          }
          const next = turn[trigger](signOn, place);
          expect(next.version).toBe(signOn.version + 1);
          expect(next.outbox).toHaveLength(signOn.outbox.length + 1);
          if (trigger === 'use') uses += 1;
          signOn = next;
        }
        expect(uses).toBeLessThanOrEqual(1);
        expect(new Set(signOn.outbox.map(({ id }) => id)).size).toBe(signOn.outbox.length);
      }),
    );
  });

  it('is never used unless its right number was picked, where an app began it', () => {
    const turns = fc.array(fc.constantFrom(...triggers), { maxLength: 8 });
    fc.assert(
      fc.property(turns, (all) => {
        let signOn = starts[1] as SignOn;
        const taken: SignOnTrigger[] = [];
        for (const trigger of all) {
          if (!mayTurn(signOn, trigger)) continue;
          signOn = turn[trigger](signOn, 1);
          taken.push(trigger);
        }
        if (signOn.state === 'used') expect(taken.slice(-2)).toEqual(['pick', 'use']);
      }),
    );
  });

  it('says who is behind each event, and nobody where nobody is known', () => {
    const [link, asked] = starts;
    if (link === undefined || asked === undefined) throw new Error('no starts');
    expect(link.outbox.map(({ type, actor }) => [type, actor.kind])).toEqual([['sign-on.linked', 'person']]);
    const unknown = named(asked, null, [12, 34, 56], 12, 1);
    expect(unknown).toMatchObject({ state: 'pick', whose: null, outbox: [] });
    expect(refusedFor(unknown, 'over', 1).outbox[0]?.actor).toEqual({ kind: 'system', name: 'sign-on' });
    expect(refusedOutright(begun, zoe, 'no role').outbox[0]?.message).toBe('sign-on refused: no role');
  });

  it('waits on in the browser where whoever was named may not', () => {
    const asked = turn.name(starts[1] as SignOn, 1);
    const vain = namedInVain(asked, 'no role', 2);
    expect(vain).toMatchObject({ state: 'pick', number: 34, text: 'no role', names: 1 });
    expect(named(vain, zoe, [12, 34, 56], 12, 3).text).toBeNull();
  });

  it('remembers whom it asked, each once, until they were not asked after all', () => {
    const max = { ...zoe, person: 'p-2' };
    const both = [zoe, max, zoe].reduce((signOn, whose, at) => named(signOn, whose, [], 0, at), starts[1] as SignOn);
    expect(both.asked).toEqual([
      { person: 'p-1', at: 0 },
      { person: 'p-2', at: 1 },
    ]);
    expect(named(both, null, [], 0, 3).asked).toEqual(both.asked);
    expect(unasked(both, 3)).toMatchObject({ state: 'pick', whose: null, asked: [{ person: 'p-2' }] });
  });

  it('asks nobody who was asked too often lately, by one network or by all', () => {
    const networks = fc.array(fc.tuple(fc.constantFrom('a', 'b', 'c', 'here'), fc.nat(2)), { maxLength: 12 });
    fc.assert(
      fc.property(networks, (all) => {
        const now = signOnLife.request;
        const others = all.map(([network, at]) => ({
          ...named(starts[1] as SignOn, zoe, [], 0, at),
          network,
        }));
        const counted = others.filter(({ asked }) => asked.some(({ at }) => at > 0));
        const near = counted.filter(({ network }) => network === 'here');
        const full = counted.length >= mostMessages.ofAll || near.length >= mostMessages.ofOneNetwork;
        expect(isCrowded(starts[1] as SignOn, others, 'p-1', now)).toBe(full);
        expect(isCrowded(starts[1] as SignOn, others, 'p-2', now)).toBe(false);
      }),
    );
  });

  it('is over at the end of its life, to the millisecond', () => {
    const [link, asked] = starts;
    const ends = (signOn: SignOn | undefined) => (signOn === undefined ? 0 : signOn.expires - begun.at);
    expect([ends(link), ends(asked)]).toEqual([signOnLife.link, signOnLife.request]);
    expect([isOver({ expires: 5 }, 4), isOver({ expires: 5 }, 5)]).toEqual([false, true]);
  });
});
