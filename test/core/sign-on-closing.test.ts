import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { emptyLedger, follow } from '../../src/core/holding.ts';
import type { Login } from '../../src/core/login-model.ts';
import {
  type BySignOnState,
  type BySignOnTrigger,
  bySignOnState,
  bySignOnTransitions,
  closedByHand,
  isEntitled,
  reopened,
} from '../../src/core/sign-on-closing.ts';
import { afterSignOn, closedText, learnt } from '../../src/core/sign-on-login.ts';
import { explain, wordOf } from '../../src/core/status.ts';
import * as any from './arbitraries.ts';
import { login, managed, noon, operation, wish } from './samples.ts';

const ada = { kind: 'person', person: 'p-ada', name: 'Ada', via: 'slack' } as const;
const made = wish({ attributes: { title: 'Seller' }, entitlements: { groups: ['Sellers'] } });
const closing = (at: number, note: string | null = null) => ({ by: ada, at, note });
const turn: Record<BySignOnTrigger, (one: Login, at: number) => Login> = {
  'sign-on': (one, at) => afterSignOn(one, made, at),
  close: (one, at) => closedByHand(one, closing(at), `e-${at}`),
  reopen: (one, at) => reopened(one, { by: ada, at, why: 'it was another' }, `e-${at}`),
};
const triggers = Object.keys(turn) as BySignOnTrigger[];
const signedOn = afterSignOn(login(), made, noon);
const closed = closedByHand(signedOn, closing(noon + 1, 'ticket 4711'), 'e-1');

describe('an account that sign-on makes', () => {
  it('goes by its table alone, one version a step, and its word and the ledger of who had it agree', () => {
    const starts = fc.constantFrom(login(), managed({}, { signOn: signedOn.signOn as never }));
    const steps = fc.array(fc.constantFrom(...triggers), { maxLength: 12 });
    const reached = new Set<BySignOnState>();
    fc.assert(
      fc.property(starts, steps, (start, all) => {
        let one: Login = start;
        for (const [place, trigger] of all.entries()) {
          const state = bySignOnState(one);
          reached.add(state);
          const cells: Partial<Record<BySignOnTrigger, BySignOnState>> = bySignOnTransitions[state];
          const next = cells[trigger];
          if (next === undefined) {
            expect(() => turn[trigger](one, place)).toThrow(`it cannot ${trigger}`);
            continue;
          }
          const after = turn[trigger](one, place);
          expect(bySignOnState(after)).toBe(next);
          expect(after.version).toBe(one.version + 1);
          expect(after.account).toBe(next === 'closed' ? 'deleted' : 'active');
          expect(wordOf(after)).toBe(next === 'closed' ? 'deleted' : 'provisioned by sign-on');
          one = after;
        }
        const told = one.outbox.reduce(follow, emptyLedger);
        if (one.outbox.length > 0) expect(told.held !== null).toBe(bySignOnState(one) === 'there');
        expect(new Set(one.outbox.map(({ id }) => id)).size).toBe(one.outbox.length);
      }),
      any.runs,
    );
    expect([...reached].sort()).toEqual(['closed', 'none', 'provisioned', 'there']);
  });

  it('is deleted on somebody’s word, recorded as theirs, with what was there', () => {
    expect(closed).toMatchObject({ account: 'deleted', provenance: null, disassociated: false });
    expect(closed.outbox.at(-1)).toMatchObject({
      ...{ type: 'account.closed', actor: ada, at: noon + 1, status: 'deleted', person: 'p-zoe', app: 'crm' },
      ...{ before: { attributes: { title: 'Seller' }, entitlements: { groups: ['Sellers'] } }, after: null },
      message: 'said that the account sign-on had made is closed: ticket 4711',
    });
    expect(explain(closed)).toBe('Ada said on 2026-03-15 that the account sign-on had made is closed (ticket 4711).');
    expect(closedText(signedOn)).toBeNull();
  });

  it('is made anew by a sign-on after that, as by the first one', () => {
    const twice = afterSignOn(signedOn, made, noon + 5);
    expect(twice.signOn).toMatchObject({ firstAt: noon, times: 2 });
    expect(twice.outbox).toHaveLength(1);
    const anew = afterSignOn(closed, wish({ attributes: { title: 'Boss' } }), noon + 9);
    expect(anew.signOn).toEqual({
      ...{ firstAt: noon + 9, lastAt: noon + 9, times: 1 },
      made: expect.objectContaining({ attributes: { title: 'Boss' } }),
      wished: expect.objectContaining({ attributes: { title: 'Boss' } }),
    });
    expect(anew.outbox.map(({ message }) => message)).toEqual([
      'sign-on made the account',
      'said that the account sign-on had made is closed: ticket 4711',
      'sign-on made the account anew: the one before was closed',
    ]);
  });

  it('is there again, and ended as before, where that was a mistake', () => {
    const left = learnt(signedOn, wish({ state: 'suspended', cause: 'left' }), noon);
    const back = reopened(closedByHand(left, closing(noon + 1), 'e-1'), { by: ada, at: noon + 2, why: 'no' }, 'e-2');
    expect(back.signOn).toEqual(left.signOn);
    expect(back.outbox.at(-1)).toMatchObject({ type: 'account.reopened', message: expect.stringMatching(/: no$/) });
  });

  it('is no human’s to say once Rollcall plans there', () => {
    const later = operation({ kind: 'delete', state: 'applied', changedAt: noon + 2 });
    expect(bySignOnState({ ...closed, operation: later })).toBe('provisioned');
    expect(explain({ ...closed, operation: later })).toBe('There is no account in the app.');
    expect(bySignOnState({ ...signedOn, operation: operation({ state: 'awaiting' }) })).toBe('provisioned');
    expect(bySignOnState({ ...signedOn, provenance: 'adopted' })).toBe('provisioned');
  });

  it('would be made anew by whoever may sign on, or may once their entry is complete', () => {
    const states = [
      [{ state: 'active', cause: 'role' }, true],
      [{ state: 'kept', cause: 'role' }, true],
      [{ state: 'kept', cause: 'left' }, false],
      [{ state: 'kept', cause: 'role-loss' }, false],
      [{ state: 'suspended', cause: 'suspended' }, false],
      [{ state: 'none', cause: 'not-started' }, false],
    ] as const;
    expect(states.map(([one]) => isEntitled(one))).toEqual(states.map(([, entitled]) => entitled));
  });
});
