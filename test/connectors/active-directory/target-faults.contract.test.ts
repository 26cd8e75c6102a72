import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { target as connector } from '../../../connectors/active-directory/index.ts';
import type { ListedAccount, NewAccount, Target } from '../../../src/core/connector.ts';
import { expectDiscreet, outcomeOf, patience } from '../../contracts/faults.ts';
import { all, none, soon } from '../../contracts/peer.ts';
import { type LdapAsked, type LdapDomain, type LdapFault, startLdapDomain } from '../../fakes/ldap-domain.ts';
import { accountNumber } from './target-kit.ts';

/** Every call meets every fault of the protocol at every one of its requests. */

const password = 'Given-pass 1';
let domain: LdapDomain;
let target: Target;
let made = 0;
let group: string;

beforeAll(async () => {
  domain = await startLdapDomain();
  group = domain.group('Staff', domain.groups);
  for (const n of [1, 2, 3, 4]) domain.user(`stranger-${n}`, domain.people);
  const context = { name: 'ad', allowHosts: [], deadline: 20_000, now: Date.now };
  target = connector.connect(connector.config.parse(domain.connection), context);
});
afterAll(() => domain.stop());

const newAccount = (): NewAccount => {
  made += 1;
  return { ...accountNumber(made), entitlements: { groups: ['Staff'] }, password };
};

type Subject = { account: NewAccount; remoteId: string };
type Act = {
  run(subject: Subject, signal: AbortSignal): Promise<unknown>;
  /** Of what changes something: does the domain show it? */
  done?(found: ListedAccount | undefined): boolean;
  suspended?: true;
};
const byId = (rows: readonly ListedAccount[]) => [...rows].sort((a, b) => a.remoteId.localeCompare(b.remoteId));
const moved = { ...none, set: { title: 'Quite new', displayName: 'Another Name' } };
const joining = { ...none, entitlements: { groups: { add: ['Staff'], remove: [] } } };
const isMoved = (found?: ListedAccount) =>
  found?.attributes.title === 'Quite new' && found.attributes.commonName === 'Another Name';
const isIn = (found?: ListedAccount) => found?.entitlements.groups?.includes('Staff') === true;

const acts: Readonly<Record<string, Act>> = {
  test: { run: (_subject, signal) => target.test(signal) },
  list: { run: async (_subject, signal) => byId(await all(target.list(signal))) },
  get: { run: ({ remoteId }, signal) => target.get(remoteId, signal) },
  find: { run: ({ account }, signal) => target.find({ externalId: account.externalId }, signal) },
  entitlements: { run: (_subject, signal) => all(target.entitlements(signal)) },
  create: {
    run: ({ account }, signal) => target.create(account, signal),
    done: (found) => found?.active === true && isIn(found),
  },
  update: { run: ({ remoteId }, signal) => target.update(remoteId, moved, signal), done: isMoved },
  regroup: { run: ({ remoteId }, signal) => target.update(remoteId, joining, signal), done: isIn },
  password: {
    run: ({ remoteId }, signal) => target.update(remoteId, { ...none, password }, signal),
    done: (found) => found !== undefined,
  },
  suspend: {
    run: ({ remoteId }, signal) => target.suspend(remoteId, signal),
    done: (found) => found?.active === false,
  },
  reactivate: {
    run: ({ remoteId }, signal) => target.reactivate(remoteId, moved, signal),
    ...{ done: (found) => found?.active === true && isMoved(found), suspended: true },
  },
  delete: { run: ({ remoteId }, signal) => target.delete(remoteId, signal), done: (found) => found === undefined },
};

/** Past the connector: what the account was like, and nothing of it is left afterwards. */
async function subjectOf(named: string, { suspended }: Act): Promise<Subject> {
  const account = newAccount();
  if (named === 'create') return { account, remoteId: '' };
  const values = { userPrincipalName: [String(account.attributes.userName)], displayName: [`n${made}`] };
  const state = { userAccountControl: [suspended ? '514' : '512'], adminDescription: [account.externalId] };
  const remoteId = domain.user(`n${made}`, domain.people, { ...values, ...state });
  domain.give(remoteId, 'was-there 1');
  return { account, remoteId };
}
async function stateOf({ account, remoteId }: Subject): Promise<ListedAccount[]> {
  if (remoteId === '') return [...(await target.find({ externalId: account.externalId }, soon()))];
  const found = await target.get(remoteId, soon());
  return found === null ? [] : [found];
}
async function cleared(subject: Subject): Promise<void> {
  for (const { remoteId } of await stateOf(subject)) await target.delete(remoteId, soon());
}

type Verdict = { fault: LdapFault; reads: string; writes: string; unsure?: true; endless?: true };
const unavailable = { reads: 'unavailable', writes: 'unavailable' };
const faults: Readonly<Record<string, Verdict>> = {
  'no answer, before the effect': { fault: { silent: true }, ...unavailable, unsure: true, endless: true },
  'no answer, after the effect': { fault: { silent: true, effect: true }, ...unavailable, unsure: true, endless: true },
  'a connection broken off before the effect': { fault: { drop: true }, ...unavailable, unsure: true },
  'a connection broken off after the effect': { fault: { drop: true, effect: true }, ...unavailable, unsure: true },
  'an error of its own (80) before the effect': {
    fault: { code: 80, detail: 'internal' },
    ...unavailable,
    unsure: true,
  },
  'an error of its own (80) after the effect': { fault: { code: 80, effect: true }, ...unavailable, unsure: true },
  'a shutdown (52) after the effect': { fault: { code: 52, effect: true }, ...unavailable, unsure: true },
  'a server too busy (51)': { fault: { code: 51 }, reads: 'throttled', writes: 'throttled' },
  'a limit reached (11)': { fault: { code: 11 }, ...unavailable },
  'a sign-in forgotten (1)': { fault: { code: 1, detail: '000004DC: LdapErr: DSID-0C0907C2' }, ...unavailable },
  'no rights (50)': {
    fault: { code: 50, detail: '00002098: SecErr: DSID-03150E49' },
    reads: 'auth',
    writes: 'rejected',
  },
  'a referral (10)': { fault: { code: 10, detail: '0000202B: RefErr' }, reads: 'rejected', writes: 'rejected' },
};

const isWrite = ({ kind }: LdapAsked) => kind !== 'search' && kind !== 'bind';

async function meet(named: string, act: Act, at: number, { fault, ...verdict }: Verdict, what: string): Promise<void> {
  const subject = await subjectOf(named, act);
  const before = await stateOf(subject);
  const { signal, hit } = patience(verdict.endless === true);
  domain.begin({ at: (_asked, index) => index === at, fault, hit });
  const outcome = await outcomeOf(act.run(subject, signal));
  const log = domain.passed();
  const writes = log.filter(isWrite).map(({ kind, about }) => `${kind} ${about}`);
  expect(new Set(writes).size, `${what}: nothing is sent twice`).toBe(writes.length);
  const after = await stateOf(subject);
  expect(after.length, `${what}: one account at most`).toBeLessThanOrEqual(1);
  if (outcome.ok) {
    if (act.done !== undefined) expect(act.done(after[0]), `${what}: it succeeded, and the domain shows it`).toBe(true);
    else expect(outcome.value, `${what}: it succeeded with the right answer`).toEqual(await act.run(subject, soon()));
    return cleared(subject);
  }
  const { error } = outcome;
  const faulted = log[at];
  const isWriting = faulted !== undefined && isWrite(faulted);
  expect(error.kind, what).toBe(isWriting ? verdict.writes : verdict.reads);
  if (error.effect === 'none') expect(after, `${what}: nothing happened`).toEqual(before);
  else
    expect(log.slice(0, at + 1).some(isWrite), `${what}: nothing was sent that could have changed anything`).toBe(true);
  if (isWriting && verdict.unsure) expect(error.effect, what).toBe('unknown');
  expectDiscreet(error, [domain.password, password], what);
  await again(act, subject, after, what);
}

/** Whatever was left: nobody can sign in who should not be able to, and the same call completes it. */
async function again(act: Act, subject: Subject, left: readonly ListedAccount[], what: string): Promise<void> {
  const isCreate = subject.remoteId === '';
  const [half] = left;
  if (isCreate && half?.active === false)
    expect(half.unfinished, `${what}: it says that it is not finished`).toBe(true);
  if (isCreate && half?.active === true) return cleared(subject);
  if (act.done === undefined) return cleared(subject);
  await act.run(subject, soon());
  const [whole] = await stateOf(subject);
  expect(act.done(whole), `${what}: the next attempt completes it`).toBe(true);
  if (isCreate && half !== undefined) expect(whole?.remoteId, `${what}: it is the same account`).toBe(half.remoteId);
  if (isCreate)
    expect(domain.signIn(String(subject.account.attributes.userName), password), `${what}: with its password`).toBe(
      true,
    );
  await cleared(subject);
}

describe('a domain that fails', () => {
  for (const [title, verdict] of Object.entries(faults))
    it(`${title}, at each request of each call`, async () => {
      for (const [named, act] of Object.entries(acts)) {
        const subject = await subjectOf(named, act);
        domain.begin();
        await act.run(subject, soon());
        const length = domain.passed().length;
        await cleared(subject);
        for (let at = 0; at < length; at += 1)
          await meet(named, act, at, verdict, `${named}, request ${at + 1} of ${length}, ${title}`);
      }
      expect(domain.membersOf(group)).toEqual([]);
    });
});

describe('a creation that breaks off', () => {
  const isAdd = ({ kind }: LdapAsked) => kind === 'add';
  const isOfGroup = ({ kind, about }: LdapAsked) => kind === 'modify' && about.includes('"member"');
  const isEnabling = ({ kind, about }: LdapAsked) => kind === 'modify' && about.includes('userAccountControl');

  it('finds the account that came to be after the failure, and completes it', async () => {
    const account = newAccount();
    const { signal, hit } = patience(true);
    domain.begin({ at: isAdd, fault: { silent: true }, hit });
    expect(await outcomeOf(target.create(account, signal))).toMatchObject({ ok: false, error: { effect: 'unknown' } });
    expect(await target.find({ externalId: account.externalId }, soon())).toEqual([]);
    domain.catchUp();
    const [half] = await target.find({ externalId: account.externalId }, soon());
    expect(half).toMatchObject({ active: false, unfinished: true });
    expect((await all(target.list(soon()))).map(({ remoteId }) => remoteId)).not.toContain(half?.remoteId);
    const whole = await target.create(account, soon());
    expect(whole).toMatchObject({ remoteId: half?.remoteId, active: true, entitlements: { groups: ['Staff'] } });
    expect(whole.unfinished).toBeUndefined();
    await target.delete(whole.remoteId, soon());
  });

  it('takes what the domain refuses back; where it cannot, it says so and completes it later', async () => {
    const account = newAccount();
    const no = { code: 50, detail: 'no rights' };
    domain.begin({ at: isOfGroup, fault: no });
    expect(await outcomeOf(target.create(account, soon()))).toMatchObject({
      error: { kind: 'rejected', effect: 'none' },
    });
    expect(await target.find({ externalId: account.externalId }, soon())).toEqual([]);
    domain.begin({ at: isOfGroup, fault: no }, { at: ({ kind }) => kind === 'delete', fault: no });
    expect(await outcomeOf(target.create(account, soon()))).toMatchObject({
      error: { kind: 'rejected', effect: 'unknown' },
    });
    const [half] = await target.find({ externalId: account.externalId }, soon());
    expect(half).toMatchObject({ active: false, unfinished: true });
    const whole = await target.create(account, soon());
    expect(whole).toMatchObject({ remoteId: half?.remoteId, active: true });
    await target.delete(whole.remoteId, soon());
  });

  it('completes it as it is wished by then: another name, another place, other values', async () => {
    const account = newAccount();
    const sales = domain.unit('Sales', domain.people);
    domain.begin({ at: isEnabling, fault: { drop: true } });
    expect(await outcomeOf(target.create(account, soon()))).toMatchObject({ error: { effect: 'unknown' } });
    const next = { ...account.attributes, displayName: 'Zoë Married', title: 'Head', organizationalUnit: sales };
    const whole = await target.create({ ...account, attributes: next }, soon());
    expect(whole).toMatchObject({ active: true, attributes: { ...next, commonName: 'Zoë Married' } });
    await target.delete(whole.remoteId, soon());
  });

  it('enables one with a password nobody knows where it is reactivated in its place', async () => {
    const account = newAccount();
    domain.begin({ at: ({ about }) => about.includes('unicodePwd'), fault: { drop: true } });
    await outcomeOf(target.create(account, soon()));
    const [half] = await target.find({ externalId: account.externalId }, soon());
    expect(domain.passwordOf(half?.remoteId ?? '')).toBeNull();
    const whole = await target.reactivate(half?.remoteId ?? '', none, soon());
    expect(whole).toMatchObject({ active: true });
    expect(whole.unfinished).toBeUndefined();
    expect(domain.passwordOf(whole.remoteId)?.length).toBeGreaterThan(50);
    await target.delete(whole.remoteId, soon());
  });
});

describe('a base that is not there', () => {
  it('makes no account a missing one, and no deletion a done one', async () => {
    const made = await target.create(newAccount(), soon());
    const connection = { ...domain.connection, base: `OU=Renamed,${domain.people}` };
    const lost = connector.connect(connector.config.parse(connection), {
      ...{ name: 'ad', allowHosts: [], deadline: 20_000, now: Date.now },
    });
    const calls = [
      () => lost.get(made.remoteId, soon()),
      () => lost.delete(made.remoteId, soon()),
      () => lost.suspend(made.remoteId, soon()),
      () => lost.update(made.remoteId, moved, soon()),
      () => lost.find({ externalId: 'p-1' }, soon()),
      () => lost.create(newAccount(), soon()),
      () => all(lost.list(soon())),
      () => lost.test(soon()),
    ];
    for (const call of calls)
      expect(await outcomeOf(call()), String(call)).toMatchObject({ error: { kind: 'unavailable', effect: 'none' } });
    expect(await target.get(made.remoteId, soon())).toEqual(made);
    await target.delete(made.remoteId, soon());
  });
});
