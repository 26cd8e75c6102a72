import { afterAll, beforeAll, describe, expect } from 'vitest';
import {
  type AccountChange,
  ConnectorError,
  type ListedAccount,
  type NewAccount,
  type Target,
} from '../../src/core/connector.ts';
import { all, entitlementsOf, heldOf, idOf, none, type Peer, soon, type TargetKit } from './peer.ts';
import { kitTests } from './skips.ts';
import { testFaults } from './target-faults.ts';

export type { Peer } from './peer.ts';

function passwordsOf({ connector, passwords }: Peer): NonNullable<Peer['passwords']> {
  expect(connector.capabilities.password, 'a target that takes no passwords leaves these tests out').toBe(true);
  if (passwords === undefined) throw new Error('the kit must know which password the app takes');
  return passwords;
}

/** What every target must do; run over real servers. */
export function testTarget(kit: TargetKit): void {
  const { name, start, nonsense, skip = [] } = kit;
  describe(`target ${name}`, () => {
    let peer: Peer;
    let target: Target;
    let made = 0;
    const errors: ConnectorError[] = [];
    const { test, group, checkSkips } = kitTests(`target ${name}`, skip);

    const connect = (connection: unknown): Target =>
      peer.connector.connect(peer.connector.config.parse(connection), {
        name,
        allowHosts: [],
        deadline: 10_000,
        now: Date.now,
      });
    const next = (): NewAccount => {
      made += 1;
      return peer.account(made);
    };
    const create = (entitlements: NewAccount['entitlements'] = {}) =>
      target.create({ ...next(), entitlements }, soon());
    /** The error a call ends with; kept, to be searched for secrets at the end. */
    const failure = async (call: Promise<unknown>): Promise<ConnectorError> => {
      const error = await call.then(
        () => expect.unreachable('the call succeeded'),
        (reason: unknown) => reason,
      );
      if (!(error instanceof ConnectorError)) throw error;
      errors.push(error);
      return error;
    };
    const change = (value: string): AccountChange =>
      value === '' ? none : { ...none, set: { [peer.attributes.changed]: value } };

    beforeAll(async () => {
      peer = await start();
      target = connect(peer.connection);
    });
    afterAll(async () => {
      target.close?.();
      await peer.stop();
    });

    test('lists every account once, over 0, 1, a page, and a page and one', async () => {
      expect(await all(target.list(soon()))).toEqual([]);
      const ids = new Set<string>();
      for (const count of [1, peer.pageSize, peer.pageSize + 1]) {
        while (ids.size < count) ids.add((await create()).remoteId);
        const listed = (await all(target.list(soon()))).map(({ remoteId }) => remoteId);
        expect(listed.sort()).toEqual([...ids].sort());
      }
    });

    test('reads its config strictly', async () => {
      expect(peer.connector.config.safeParse(peer.connection).success).toBe(true);
      for (const [what, connection] of Object.entries(nonsense)) {
        const parsed = peer.connector.config.safeParse(connection);
        expect(parsed.success, what).toBe(false);
        expect(parsed.error?.issues[0]?.message, what).toBeTruthy();
      }
      const declared = peer.connector.attributes.map((attribute) => attribute.name);
      for (const parameter of peer.connector.parameters) expect(declared).toContain(parameter.target);
    });

    test('tells good credentials from bad ones', async () => {
      await target.test(soon());
      const wrong = connect(peer.wrongSecret);
      expect(await failure(wrong.test(soon()))).toMatchObject({ kind: 'auth', effect: 'none' });
      expect(await failure(wrong.create(next(), soon()))).toMatchObject({ kind: 'auth', effect: 'none' });
      wrong.close?.();
    });

    test('creates an account that is found by our id and by its name, in any case', async () => {
      const account = next();
      const created = await target.create(account, soon());
      expect(created).toMatchObject({ active: true, attributes: account.attributes });
      const userName = String(account.attributes.userName);
      expect(created.userName).toBe(userName.toLowerCase());
      expect(await target.get(created.remoteId, soon())).toEqual(created);
      expect(await target.find(idOf(account, peer), soon())).toEqual([created]);
      expect(await target.find({ userName }, soon())).toEqual([created]);
      expect(await target.find({ userName: userName.toUpperCase() }, soon())).toEqual([created]);
      expect(await all(target.list(soon()))).toContainEqual(created);
    });

    test('finds nothing where nothing is', async () => {
      for (const odd of ['nobody', 'no"body', 'a\\', '") or (userName pr', "o'neil & söhne", '%2F?#'])
        expect(await target.find({ userName: odd, externalId: odd }, soon()), odd).toEqual([]);
    });

    test('changes what is named and nothing else', async () => {
      const { changed, cleared, kept } = peer.attributes;
      const before = await create();
      const updated = await target.update(before.remoteId, { ...none, set: { [changed]: 'Quite new' } }, soon());
      expect(updated).toEqual({ ...before, attributes: { ...before.attributes, [changed]: 'Quite new' } });
      const emptied = await target.update(before.remoteId, { ...none, clear: [cleared] }, soon());
      expect(emptied.attributes[cleared]).toBeUndefined();
      expect(emptied.attributes[kept]).toBe(before.attributes[kept]);
      expect(await target.get(before.remoteId, soon())).toEqual(emptied);
    });

    test('changes nothing when told nothing, and the same twice', async () => {
      const before = await create();
      expect(await target.update(before.remoteId, none, soon())).toEqual(before);
      const same = { ...none, set: { [peer.attributes.changed]: before.attributes[peer.attributes.changed] ?? '' } };
      expect(await target.update(before.remoteId, same, soon())).toEqual(before);
    });

    test('suspends and reactivates, losing nothing', async () => {
      const before = await create();
      const suspended = await target.suspend(before.remoteId, soon());
      expect(suspended).toEqual({ ...before, active: false });
      expect(await target.suspend(before.remoteId, soon())).toEqual(suspended);
      const moved = await target.update(
        before.remoteId,
        { ...none, set: { [peer.attributes.changed]: 'Away' } },
        soon(),
      );
      expect(moved.active, 'a suspended account stays suspended when it is changed').toBe(false);
      const back = await target.reactivate(before.remoteId, change('Back'), soon());
      expect(back).toEqual({ ...before, attributes: { ...before.attributes, [peer.attributes.changed]: 'Back' } });
    });

    test('deletes, and deletes again', async () => {
      const { remoteId, externalId } = await create();
      await target.delete(remoteId, soon());
      await target.delete(remoteId, soon());
      expect(await target.get(remoteId, soon())).toBeNull();
      expect(await target.find({ externalId: externalId ?? '' }, soon())).toEqual([]);
      expect((await all(target.list(soon()))).map((account) => account.remoteId)).not.toContain(remoteId);
    });

    test('says that an account is missing', async () => {
      const { remoteId } = await create();
      await target.delete(remoteId, soon());
      const lost = { kind: 'missing', effect: 'none' };
      expect(await failure(target.update(remoteId, change('New'), soon()))).toMatchObject(lost);
      expect(await failure(target.suspend(remoteId, soon()))).toMatchObject(lost);
      expect(await target.get('no-such-account', soon())).toBeNull();
    });

    test('says that a name is taken', async () => {
      const account = next();
      await target.create(account, soon());
      const twin = { ...next(), attributes: account.attributes };
      expect(await failure(target.create(twin, soon()))).toMatchObject({ kind: 'conflict', effect: 'none' });
    });

    test('says that values are refused', async () => {
      const error = await failure(target.create(peer.invalid, soon()));
      expect(error).toMatchObject({ kind: 'rejected', effect: 'none' });
      expect(error.message.length).toBeLessThan(400);
    });

    group('entitlements', () => {
      const regroup = (value: string, add: string[], remove: string[]): AccountChange => ({
        ...change(value),
        entitlements: { [entitlementsOf(peer).target]: { add, remove } },
      });
      const held = (account: ListedAccount) => heldOf(account, peer);

      test('shows the values of its entitlements', async () => {
        const values = await all(target.entitlements(soon()));
        for (const value of entitlementsOf(peer).values)
          expect(values).toContainEqual({ target: entitlementsOf(peer).target, value, remoteId: expect.any(String) });
      });

      test('gives and takes entitlements, one by one and twice, and leaves those of others alone', async () => {
        const [first, second] = entitlementsOf(peer).values;
        expect(await held(await create()), 'that there are none is said').toEqual([]);
        made += 1;
        const stranger = await entitlementsOf(peer).outside.createAccount(`stranger-${made}@acme.test`);
        await entitlementsOf(peer).outside.give(first, stranger);
        const account = await create({ [entitlementsOf(peer).target]: [first] });
        expect(await held(account)).toEqual([first]);
        const both = await target.update(account.remoteId, regroup('', [second], []), soon());
        expect(await held(both)).toEqual([first, second].sort());
        await target.update(account.remoteId, regroup('', [second], []), soon());
        expect(
          (await entitlementsOf(peer).outside.holders(second)).filter((id) => id === account.remoteId),
        ).toHaveLength(1);
        const one = await target.update(account.remoteId, regroup('Moved', [], [first]), soon());
        expect(await held(one)).toEqual([second]);
        expect(one.attributes[peer.attributes.changed]).toBe('Moved');
        expect(await held(await target.update(account.remoteId, regroup('', [], [first]), soon()))).toEqual([second]);
        expect(await entitlementsOf(peer).outside.holders(first)).toEqual([stranger]);
        expect(await held(await target.suspend(account.remoteId, soon()))).toEqual([second]);
        const listed = (await all(target.list(soon()))).find(({ remoteId }) => remoteId === account.remoteId);
        expect(listed === undefined ? [] : await held(listed)).toEqual([second]);
      });

      test('names an entitlement the app does not have, and makes no account without it', async () => {
        const account = { ...next(), entitlements: { [entitlementsOf(peer).target]: ['No such value'] } };
        const error = await failure(target.create(account, soon()));
        expect(error).toMatchObject({ kind: 'rejected', effect: 'none' });
        expect(error.message).toContain('No such value');
        expect(await target.find({ externalId: account.externalId }, soon())).toEqual([]);
      });
    });

    group('passwords', () => {
      test('sets a password with a new account and a new one later, and never shows it', async () => {
        const { accepts } = passwordsOf(peer);
        const [first, second, third] = ['first-Canary "7"', 'second-Canary \\ 8', 'third-Canary é 9'];
        const shown = async (account: ListedAccount) =>
          JSON.stringify([account, await target.get(account.remoteId, soon()), await all(target.list(soon()))]);
        const account = next();
        const created = await target.create({ ...account, password: first }, soon());
        expect(created).toMatchObject({ active: true, attributes: account.attributes });
        expect(await accepts(created.remoteId, first)).toBe(true);
        expect(await target.update(created.remoteId, { ...none, password: second }, soon())).toEqual(created);
        expect(await accepts(created.remoteId, second)).toBe(true);
        const moved = await target.update(created.remoteId, { ...change('Moved'), password: third }, soon());
        expect(moved.attributes[peer.attributes.changed]).toBe('Moved');
        expect([await accepts(created.remoteId, third), await accepts(created.remoteId, second)]).toEqual([
          true,
          false,
        ]);
        expect(await shown(created)).not.toContain('Canary');
      });

      test('leaves a password alone when anything else changes', async () => {
        const { accepts } = passwordsOf(peer);
        const { remoteId } = await target.create({ ...next(), password: 'stays-Canary 5' }, soon());
        await target.update(remoteId, change('Moved'), soon());
        await target.update(remoteId, { ...none, clear: [peer.attributes.cleared] }, soon());
        await target.suspend(remoteId, soon());
        await target.reactivate(remoteId, none, soon());
        expect(await accepts(remoteId, 'stays-Canary 5')).toBe(true);
      });

      test('says that a password is refused without saying it', async () => {
        const { refused } = passwordsOf(peer);
        const account = next();
        const errors = [
          await failure(target.create({ ...account, password: refused }, soon())),
          await failure(target.update((await create()).remoteId, { ...none, password: refused }, soon())),
        ];
        for (const error of errors) {
          expect(error).toMatchObject({ kind: 'rejected', effect: 'none' });
          expect(JSON.stringify([error.message, error.remedy, String(error.cause)])).not.toContain(refused);
        }
        expect(await target.find({ externalId: account.externalId }, soon())).toEqual([]);
      });
    });

    test('does nothing when there is no time left', async () => {
      const account = next();
      const over = AbortSignal.abort();
      expect(await failure(target.create(account, over))).toMatchObject({ kind: 'unavailable', effect: 'none' });
      expect(await failure(all(target.list(over)))).toMatchObject({ kind: 'unavailable', effect: 'none' });
      expect(await target.find({ externalId: account.externalId }, soon())).toEqual([]);
    });

    test('never shows a secret', async () => {
      expect(errors.length).toBeGreaterThan(0);
      for (const error of errors) {
        const shown = [error.message, error.remedy, error.stack, JSON.stringify(error), String(error.cause)].join('\n');
        for (const secret of peer.secrets) expect(shown).not.toContain(secret);
      }
    });

    testFaults(kit, { test, group, checkSkips });
    checkSkips();
  });
}
