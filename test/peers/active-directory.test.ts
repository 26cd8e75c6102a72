import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Acts, actsIn, inTurn } from './acts.ts';
import { type Edits, randomEdits } from './edits.ts';
import { type Domain, startDomain } from './samba.ts';
import { type Watcher, watch } from './watcher.ts';

/** A company in a real domain controller: each change arrives as itself and nothing else. */

const company = Number(process.env.PEOPLE ?? 2_500);
const rounds = Number(process.env.ROUNDS ?? 60);
const seed = Number(process.env.SEED ?? 20_261_130);

let domain: Domain;
let acts: Acts;
beforeAll(async () => {
  domain = await startDomain();
  acts = actsIn(domain);
  // Where nothing was ever deleted, it cannot be told whether deletions show.
  await acts.remove(await acts.user('first-to-go', domain.base));
  // The right to replicate changes, without that to see what was deleted.
  for (const name of ['syncer', 'reader']) {
    await acts.user(name, domain.base);
    await acts.password(`CN=${name},${domain.base}`, domain.administrator.password);
  }
  const right = `(OA;;CR;1131f6aa-9c07-11d1-f79f-00c04fc2dcd2;;${await acts.sidOf(`CN=syncer,${domain.base}`)})`;
  await domain.tool('dsacl', 'set', `--objectdn=${domain.base}`, `--sddl=${right}`);
});
afterAll(() => domain?.stop());

for (const [changes, size] of [
  ['auto', company],
  ['usn', Math.min(company, 500)],
] as const)
  describe(`a company of ${size} people, changes found by ${changes === 'auto' ? 'DirSync' : 'uSNChanged'}`, () => {
    let unit: string;
    let sales: string;
    let watcher: Watcher;
    const at = (n: number) => `CN=${changes}${n},${unit}`;
    const group = (name: string) => `CN=${changes}-${name},${domain.base}`;
    beforeAll(async () => {
      unit = await acts.unit(`People ${changes}`);
      sales = await acts.unit('Sales', unit);
      for (const name of ['team', 'floor', 'house']) await acts.group(`${changes}-${name}`, domain.base);
      const numbers = Array.from({ length: size }, (_, index) => index + 1);
      await inTurn(numbers, (n) =>
        acts.user(`${changes}${n}`, unit, { mail: `${changes}${n}@acme.test`, employeeID: `${n}` }),
      );
      await acts.join(group('team'), at(1), at(2));
      await acts.join(group('floor'), group('team'));
      await acts.set(at(4), 'manager', at(5));
      // Each way of encrypting once.
      const url = `${changes === 'auto' ? 'ldaps' : 'ldap'}://${domain.address}`;
      watcher = watch(domain, { base: unit, changes, url });
      expect((await watcher.read()).end).toMatchObject({ kind: 'full', rows: size });
    }, 600_000);

    const arrives = async (news: Record<string, string[]>, kind: 'delta' | 'full' | null = 'delta') => {
      const named = Object.entries(news).map(([n, names]) => [`${changes}${n}`, names]);
      const read = await watcher.read();
      expect(read.news).toEqual(Object.fromEntries(named));
      if (kind !== null) expect(read.end.kind).toBe(kind);
      expect((await watcher.read()).news).toEqual({});
    };
    /** By number alone a change of a group does not say whom it concerns. */
    const ofGroups = changes === 'auto' ? 'delta' : 'full';

    it('brings nothing while nothing changes', () => arrives({}));

    it('brings a title, a disabled and an enabled account', async () => {
      await acts.set(at(10), 'title', 'Head of Sales');
      await arrives({ 10: ['title'] });
      await acts.disable(at(10));
      await arrives({ 10: ['status'] });
      await acts.enable(at(10));
      await arrives({ 10: ['status'] });
    });

    it('brings nothing for a password', async () => {
      await acts.password(at(11), `Aa1-${domain.administrator.password}`);
      await arrives({});
    });

    it('brings a move and a rename', async () => {
      await acts.move(at(12), `${changes}12`, sales);
      await arrives({ 12: ['distinguishedName'] });
      await acts.move(`CN=${changes}12,${sales}`, `${changes}12b`, sales);
      await arrives({ '12b': ['distinguishedName'] });
    });

    it('brings a deletion, and the manager who is missed', async () => {
      await acts.remove(at(13));
      await arrives({ 13: ['gone'] }, 'full');
      await acts.remove(at(5));
      await arrives({ 4: ['manager'], 5: ['gone'] }, 'full');
    });

    it('takes whoever is moved out of the unit for gone', async () => {
      const outside = await acts.move(at(14), `${changes}14`, domain.base);
      await arrives({ 14: ['gone'] });
      await acts.move(outside, `${changes}14`, unit);
      await arrives({ 14: ['new'] });
    });

    it('brings nested groups to everybody in them', async () => {
      await acts.join(group('house'), group('floor'));
      await arrives({ 1: ['memberOf'], 2: ['memberOf'] }, ofGroups);
      await acts.leave(group('floor'), group('team'));
      await arrives({ 1: ['memberOf'], 2: ['memberOf'] }, ofGroups);
      await acts.join(group('team'), at(3));
      await arrives({ 3: ['memberOf'] }, ofGroups);
      await acts.leave(group('team'), at(3));
      await arrives({ 3: ['memberOf'] }, ofGroups);
      await acts.set(group('team'), 'sAMAccountName', `${changes}-crew`);
      await arrives({ 1: ['memberOf'], 2: ['memberOf'] }, ofGroups);
    });

    it('brings the new address of a manager to their people', async () => {
      await acts.set(at(20), 'manager', at(21));
      await arrives({ 20: ['manager'] });
      await acts.set(at(21), 'mail', `${changes}boss@acme.test`);
      await arrives({ 20: ['manager'], 21: ['email'] });
    });

    it('brings the new name of a unit to whoever is below', async () => {
      await acts.move(at(30), `${changes}30`, sales);
      await arrives({ 30: ['distinguishedName'] });
      await domain.client.modifyDN(sales, `OU=Trade`);
      await arrives({ '12b': ['distinguishedName'], 30: ['distinguishedName'] }, 'full');
    });

    it('brings all that happened while it was down, and the controller away in between', async () => {
      await acts.disable(at(40));
      await acts.move(at(41), `${changes}41b`, unit);
      await domain.pause();
      await expect(watcher.read()).rejects.toMatchObject({ kind: 'unavailable', effect: 'none' });
      await domain.resume();
      await acts.remove(at(42));
      await acts.password(at(43), `Aa1-${domain.administrator.password}`);
      await acts.join(group('team'), at(44));
      await arrives({ 40: ['status'], '41b': ['distinguishedName'], 42: ['gone'], 44: ['memberOf'] }, 'full');
    });
  });

describe('rights', () => {
  it('reads everything where deletions would not show, whatever else the account may', async () => {
    const unit = await acts.unit('Rights');
    await acts.user('somebody', unit);
    const cursors = await Promise.all(
      ['syncer', 'reader', 'administrator'].map(async (name) => {
        const watcher = watch(domain, { base: unit, user: `${name}@ad.acme.test` });
        return (await watcher.read()).end.cursor?.slice(0, 15) ?? null;
      }),
    );
    expect(cursors).toEqual([null, null, '{"by":"dirsync"']);
  });
});

describe('random edits', () => {
  it(`give the same by changes as by reading everything, over ${rounds} rounds (SEED=${seed})`, async () => {
    const edits: Edits = await randomEdits(domain, acts, seed);
    const config = { base: edits.base };
    const byChanges = { dirSync: watch(domain, config), number: watch(domain, { ...config, changes: 'usn' }) };
    for (let round = 0; round < rounds; round += 1) {
      const done = await edits.some();
      const all = watch(domain, { ...config, changes: 'none' });
      await all.read();
      for (const [way, watcher] of Object.entries(byChanges)) {
        await watcher.read();
        expect(inOrder(watcher), `${way}, round ${round}: ${done.join('; ')}`).toEqual(inOrder(all));
      }
    }
    expect(edits.done(), 'every kind of edit was made').toEqual(rounds < 60 ? expect.anything() : edits.kinds);
  });
});

const inOrder = (watcher: Watcher) =>
  [...watcher.known().values()].sort((a, b) => (a.externalId < b.externalId ? -1 : 1));
