import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { erased, expired, generated, isOpenPage, made, shown, spans, toldOf } from '../../src/core/handover.ts';
import { newLogin } from '../../src/core/login.ts';
import type { Login } from '../../src/core/login-model.ts';
import type { Sealed, Secret } from '../../src/core/password.ts';
import {
  afterRound,
  askedAgain,
  following,
  forgotten,
  refusedByAll,
  setAnew,
  standingOf,
} from '../../src/core/sso-password.ts';
import { patience, runs } from './arbitraries.ts';

const sealed: Sealed = { key: 'k', nonce: 'n', text: 't', tag: 'g' };
const noon = 1_800_000_000_000;
const there = <T>(value: T | null): T => {
  if (value === null) throw new Error('nothing changed');
  return value;
};
const told = ({ outbox }: Secret): string[] => outbox.map(({ type }) => type);
const last = ({ outbox }: Secret) => outbox.at(-1)?.message ?? '';

const operation = { id: 'o-1', person: 'p-zoe', app: 'crm' };
const fresh1 = generated(operation, sealed, noon);

describe('a generated password on its way', () => {
  it('is sealed and unseen until the account is made', () => {
    expect(fresh1).toMatchObject({ id: 'generated:o-1', waiting: ['crm'], page: null, sealed });
    expect(shown(fresh1, noon)).toBeNull();
  });

  it('opens its page once, when the account is made, and its time runs from when the person was told', () => {
    const opened = there(made(fresh1, 'abc', noon + 5));
    expect(opened).toMatchObject({ waiting: [], delivered: ['crm'], told: false, nextAt: noon + 5 });
    expect(made(opened, 'def', noon + 6)).toBeNull();
    const known = there(toldOf(opened, 'abc', noon + 10));
    expect(known).toMatchObject({ told: true, nextAt: noon + 10 + spans.show });
    expect(known.page?.expires).toBe(noon + 10 + spans.show);
    expect(toldOf(known, 'abc', noon + 11)).toBeNull();
    expect(toldOf(opened, 'another', noon + 11)).toBeNull();
    expect(told(known)).toEqual(['password.delivered', 'password.told']);
  });

  it('is gone with the write that shows it', () => {
    const known = there(toldOf(there(made(fresh1, 'abc', noon)), 'abc', noon));
    const after = there(shown(known, noon + 1));
    expect(after).toMatchObject({ sealed: null, page: null, nextAt: null });
    expect(after.version).toBe(known.version + 1);
    expect(shown(after, noon + 2)).toBeNull();
    expect(told(after)).toContain('password.shown');
  });

  it('is gone when nobody opened the page in time, with the remedy', () => {
    const known = there(toldOf(there(made(fresh1, 'abc', noon)), 'abc', noon));
    expect(expired(known, noon + spans.show - 1)).toBeNull();
    expect(shown(known, noon + spans.show)).toBeNull();
    const after = there(expired(known, noon + spans.show));
    expect(after).toMatchObject({ sealed: null, page: null, nextAt: null });
    expect(last(after)).toMatch(/erased.*reset/);
  });

  it('waits longer for a person nobody could be told yet', () => {
    const opened = there(made(fresh1, 'abc', noon));
    expect(expired(opened, noon + spans.show)).toBeNull();
    expect(last(there(expired(opened, noon + spans.untold)))).toMatch(/could not be found in Slack/);
  });

  it('is erased once, whatever the reason', () => {
    const after = there(erased(fresh1, 'the create was rejected', noon));
    expect(after).toMatchObject({ sealed: null, waiting: [], nextAt: null });
    expect(last(after)).toContain('the create was rejected');
    expect(erased(after, 'again', noon)).toBeNull();
  });
});

const login = (app: string, change: Partial<Login>): Login => ({ ...newLogin('p-zoe', app, 1), ...change });
const active = (app: string): Login => login(app, { account: 'active', provenance: 'created', remoteId: `r-${app}` });
const sso = new Set(['crm', 'wiki']);

describe('where somebody stands with the SSO password', () => {
  const cases: [string, Login, wanting: boolean, having: boolean][] = [
    ['an account of ours', active('crm'), true, true],
    ['one adopted', { ...active('crm'), provenance: 'adopted' }, true, true],
    ['one made by hand', { ...active('crm'), provenance: 'unmanaged' }, false, false],
    ['one unlinked', { ...active('crm'), disassociated: true }, false, false],
    ['one suspended', { ...active('crm'), account: 'suspended' }, false, true],
    ['one deleted', { ...active('crm'), account: 'deleted' }, false, false],
    ['one that is missing', { ...active('crm'), account: 'missing', remoteId: null }, false, false],
    ['none', login('crm', {}), false, false],
    ['one of an app without it', active('chat'), false, false],
  ];
  it.each(cases)('%s', (_, one, wanting, having) => {
    const standing = standingOf([one], sso);
    expect(standing).toEqual({ wanting: wanting ? ['crm'] : [], having: having ? ['crm'] : [] });
  });
});

describe('the SSO password', () => {
  const both = standingOf([active('crm'), active('wiki')], sso);
  const none = standingOf([], sso);
  const asked = there(following(null, 'p-zoe', both, 'n1', noon));
  const set = there(setAnew(there(toldOf(asked, 'n1', noon)), sealed, both.wanting, noon + 1));

  it('is asked for once, for all apps together', () => {
    expect(asked).toMatchObject({ id: 'sso:p-zoe', version: 0, waiting: ['crm', 'wiki'], told: false, nextAt: noon });
    expect(told(asked)).toEqual(['password.asked']);
    expect(following(asked, 'p-zoe', both, 'n2', noon)).toBeNull();
    expect(following(null, 'p-zoe', none, 'n2', noon)).toBeNull();
  });

  it('joins another app to the page that is open already', () => {
    const first = there(following(null, 'p-zoe', standingOf([active('crm')], sso), 'n1', noon));
    const second = there(following(first, 'p-zoe', both, 'n2', noon + 1));
    expect(second.page?.nonce).toBe('n1');
    expect(second.waiting).toEqual(['crm', 'wiki']);
  });

  it('is taken once', () => {
    expect(set).toMatchObject({ sealed, waiting: ['crm', 'wiki'], page: null, nextAt: noon + 1 });
    expect(setAnew(set, sealed, both.wanting, noon + 2)).toBeNull();
    const late = there(toldOf(asked, 'n1', noon));
    expect(setAnew(late, sealed, both.wanting, noon + spans.set)).toBeNull();
  });

  it('is kept sealed while one app has not got it, and erased with the last', () => {
    const round = { delivered: ['crm'], failed: [{ app: 'wiki', reason: 'no answer' }], nextAt: noon + 9 };
    const one = afterRound(set, round, noon + 2);
    expect(one).toMatchObject({ sealed, waiting: ['wiki'], delivered: ['crm'], nextAt: noon + 9 });
    const all = afterRound(one, { delivered: ['wiki'], failed: [], nextAt: noon + 20 }, noon + 10);
    expect(all).toMatchObject({ sealed: null, waiting: [], delivered: ['crm', 'wiki'], nextAt: null });
    expect(told(all).slice(-3)).toEqual(['password.delivered', 'password.failed', 'password.delivered']);
    expect(new Set(all.outbox.map(({ id }) => id)).size).toBe(all.outbox.length);
  });

  it('is asked for anew when every app that waits refuses it', () => {
    const round = { delivered: ['crm'], failed: [{ app: 'wiki', reason: 'too simple' }], nextAt: noon + 9 };
    const again = refusedByAll(set, round, 'n5', noon + 2);
    expect(again).toMatchObject({ sealed: null, waiting: ['wiki'], delivered: ['crm'], told: false });
    expect(again.page).toMatchObject({ purpose: 'set', nonce: 'n5' });
    expect(last(again)).toContain('does not take');
    expect(new Set(again.outbox.map(({ id }) => id)).size).toBe(again.outbox.length);
    expect(again.version).toBe(set.version + 1);
  });

  it('forgets an app whose account is gone, and goes to one made anew', () => {
    const done = afterRound(set, { delivered: ['crm', 'wiki'], failed: [], nextAt: noon }, noon + 2);
    const left = there(following(done, 'p-zoe', standingOf([active('crm')], sso), 'n2', noon + 3));
    expect(left).toMatchObject({ delivered: ['crm'], waiting: [] });
    const back = there(following(left, 'p-zoe', both, 'n3', noon + 4));
    expect(back).toMatchObject({ waiting: ['wiki'], delivered: ['crm'], told: false });
    expect(there(forgotten(done, 'crm', noon)).delivered).toEqual(['wiki']);
    expect(forgotten(asked, 'crm', noon)).toBeNull();
  });

  it('stays with an account that is suspended', () => {
    const done = afterRound(set, { delivered: ['crm', 'wiki'], failed: [], nextAt: noon }, noon + 2);
    const suspended = standingOf([{ ...active('crm'), account: 'suspended' }, active('wiki')], sso);
    expect(following(done, 'p-zoe', suspended, 'n2', noon + 3)).toBeNull();
  });

  it('is erased with the last app that waited and is gone', () => {
    const gone = there(following(set, 'p-zoe', none, 'n2', noon + 3));
    expect(gone).toMatchObject({ sealed: null, waiting: [], page: null, nextAt: null });
  });

  it('can be set anew at any time, for every app', () => {
    const done = afterRound(set, { delivered: ['crm', 'wiki'], failed: [], nextAt: noon }, noon + 2);
    const again = there(askedAgain(done, 'p-zoe', both, 'n7', noon + 3));
    expect(isOpenPage(again.page, noon + 4)).toBe(true);
    const anew = there(setAnew(there(toldOf(again, 'n7', noon + 4)), sealed, both.wanting, noon + 5));
    expect(anew).toMatchObject({ waiting: ['crm', 'wiki'], delivered: [] });
    expect(askedAgain(null, 'p-zoe', none, 'n7', noon)).toBeNull();
  });

  it('outlives a page that lapses while it is being delivered', () => {
    const again = there(askedAgain(set, 'p-zoe', both, 'n7', noon + 3));
    const lapsed = there(expired(again, noon + 3 + spans.untold));
    expect(lapsed).toMatchObject({ sealed, page: null });
    expect(lapsed.nextAt).not.toBeNull();
  });
});

/** Whatever happens in whatever order: nothing is sealed that nobody waits for, and nothing stands still. */
describe('a secret, whatever happens to it', () => {
  type Step = (secret: Secret, at: number) => Secret | null;
  const apps = fc.subarray(['crm', 'wiki']);
  const standing = apps.map((names) => standingOf(names.map(active), sso));
  const ssoSteps: fc.Arbitrary<Step> = fc.oneof(
    standing.map(
      (now): Step =>
        (secret, at) =>
          following(secret, 'p-zoe', now, `n${at}`, at),
    ),
    standing.map(
      (now): Step =>
        (secret, at) =>
          askedAgain(secret, 'p-zoe', now, `n${at}`, at),
    ),
    apps.map(
      (names): Step =>
        (secret, at) =>
          setAnew(secret, sealed, names, at),
    ),
    apps.map(
      (names): Step =>
        (secret, at) =>
          secret.sealed === null
            ? null
            : afterRound(
                secret,
                { delivered: names.filter((app) => secret.waiting.includes(app)), failed: [], nextAt: at + 1 },
                at,
              ),
    ),
    fc.constant<Step>((secret, at) => toldOf(secret, secret.page?.nonce ?? '', at)),
    fc.constant<Step>((secret, at) => expired(secret, at)),
    fc.constant<Step>((secret, at) => erased(secret, 'left', at)),
  );
  const hours = fc.integer({ min: 1, max: 80 });

  it('holds together', { timeout: patience }, () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(ssoSteps, hours), { maxLength: 25 }), (steps) => {
        let secret: Secret = { ...there(following(null, 'p-zoe', standingOf([active('crm')], sso), 'n', noon)) };
        let at = noon;
        for (const [step, later] of steps) {
          at += later * 3_600_000;
          const next = step(secret, at);
          if (next === null) continue;
          expect(next.version).toBe(secret.version + 1);
          expect(next.outbox.slice(0, secret.outbox.length)).toEqual(secret.outbox);
          secret = next;
          if (secret.sealed !== null) expect(secret.waiting.length).toBeGreaterThan(0);
          if (secret.sealed !== null || secret.page !== null) expect(secret.nextAt).not.toBeNull();
          expect(secret.waiting.filter((app) => secret.delivered.includes(app))).toEqual([]);
          expect(new Set(secret.outbox.map(({ id }) => id)).size).toBe(secret.outbox.length);
        }
      }),
      runs,
    );
  });
});
