import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Target } from '../../src/core/connector.ts';
import { none, soon } from '../contracts/peer.ts';
import type { Acts } from './acts.ts';
import { type AppDomain, startAppDomain } from './app-domain.ts';
import type { Domain } from './samba.ts';
import { watch } from './watcher.ts';

/** Accounts in a real domain controller, made and changed by an account with the rights the docs list and no others. */

let domain: Domain;
let acts: Acts;
let units: AppDomain['units'];
let connect: AppDomain['connect'];
let target: Target;

beforeAll(async () => {
  ({ domain, acts, units, connect } = await startAppDomain());
  target = connect();
});
afterAll(() => domain?.stop());

const groups = (add: string[], remove: string[] = []) => ({ ...none, entitlements: { groups: { add, remove } } });
const person = (name: string, more: Record<string, string> = {}) => ({
  externalId: `p-${name}`,
  attributes: { userName: `${name}@acme.test`, displayName: `${name} Person`, ...more },
  entitlements: {},
});

describe('an account of a domain', () => {
  const password = 'First-pass 1';
  const user = 'zoe@acme.test';

  it('is made with its groups and a password that signs in, and lives on', async () => {
    const made = await target.create({ ...person('zoe'), entitlements: { groups: ['Staff'] }, password }, soon());
    expect(made).toMatchObject({ active: true, entitlements: { groups: ['Staff'] } });
    expect(made.attributes).toMatchObject({ samAccountName: 'zoe', commonName: 'zoe Person' });
    expect(await domain.accepts(user, password)).toBe(true);
    await target.suspend(made.remoteId, soon());
    expect(await domain.accepts(user, password)).toBe(false);
    await target.reactivate(made.remoteId, none, soon());
    expect(await domain.accepts(user, password)).toBe(true);

    const renamed = await target.update(made.remoteId, { ...none, set: { displayName: 'Zoë, "née" \\ Berg' } }, soon());
    expect(renamed).toMatchObject({ remoteId: made.remoteId, attributes: { commonName: 'Zoë, "née" \\ Berg' } });
    const moved = await target.update(made.remoteId, { ...none, set: { organizationalUnit: units.sales } }, soon());
    expect(moved.attributes).toMatchObject({ organizationalUnit: units.sales, commonName: 'Zoë, "née" \\ Berg' });
    expect(moved.entitlements).toEqual({ groups: ['Staff'] });
    expect(await domain.accepts(user, password)).toBe(true);

    const crew = await target.update(made.remoteId, groups(['Crew'], ['Staff']), soon());
    expect(crew.entitlements, 'what a group is in is not given to the account').toEqual({ groups: ['Crew'] });
    expect((await target.update(made.remoteId, groups(['House']), soon())).entitlements).toEqual({
      groups: ['Crew', 'House'],
    });
    expect((await target.update(made.remoteId, groups([], ['House']), soon())).entitlements).toEqual({
      groups: ['Crew'],
    });
    await target.delete(made.remoteId, soon());
    expect(await target.get(made.remoteId, soon())).toBeNull();
  });

  it('gets another common name where the first is taken, and says so where it was asked for', async () => {
    const [one, two] = [person('max.a', { displayName: 'Max Twin' }), person('max.b', { displayName: 'Max Twin' })];
    const first = await target.create(one, soon());
    const second = await target.create(two, soon());
    expect([first, second].map(({ attributes }) => attributes.commonName)).toEqual(['Max Twin', 'Max Twin (max.b)']);
    const asked = { ...person('max.c', { commonName: 'Max Twin' }) };
    await expect(target.create(asked, soon())).rejects.toMatchObject({ kind: 'conflict', effect: 'none' });
    expect(await target.find({ externalId: asked.externalId }, soon())).toEqual([]);
    const alone = await target.update(second.remoteId, { ...none, set: { displayName: 'Maxim Twin' } }, soon());
    expect(alone.attributes.commonName).toBe('Maxim Twin');
    for (const { remoteId } of [first, second]) await target.delete(remoteId, soon());
  });

  it('names the field where a value cannot be', async () => {
    const refusal = async (more: Record<string, string>) => {
      const error = await target.create(person('nobody', more), soon()).catch((reason: Error) => reason);
      expect(error).toMatchObject({ kind: 'rejected', effect: 'none' });
      return (error as Error).message;
    };
    expect(await refusal({ samAccountName: 'a-name-of-twenty-one-x' })).toContain('samAccountName');
    expect(await refusal({ samAccountName: 'a/b' })).toContain('samAccountName');
    expect(await refusal({ organizationalUnit: `OU=Nowhere,${units.people}` })).toContain('OU=Nowhere');
    expect(await refusal({ organizationalUnit: `CN=Users,${domain.base}` })).toContain('CN=Users');
    expect(await refusal({ organizationalUnit: units.sales.toLowerCase() })).toContain(units.sales);
    expect(await refusal({ shoeSize: '44' })).toContain('shoeSize');
    expect(await target.find({ externalId: 'p-nobody' }, soon())).toEqual([]);
  });

  it('has its older sign-in name made where none is given: 20 letters at most, the same each time', async () => {
    const long = person('christopher.montgomery-smythe');
    const made = await target.create(long, soon());
    expect(made.attributes.samAccountName).toMatch(/^christopher\.m-[0-9a-f]{6}$/);
    await expect(target.create(long, soon())).rejects.toMatchObject({ kind: 'conflict', effect: 'none' });
    await target.delete(made.remoteId, soon());
  });

  it('comes back where it had ended by itself', async () => {
    const made = await target.create(person('ended'), soon());
    await acts.set(await acts.dnOf(made.remoteId), 'accountExpires', '132223104000000000');
    expect(await target.get(made.remoteId, soon())).toMatchObject({ active: false });
    expect(await target.reactivate(made.remoteId, none, soon())).toMatchObject({ active: true });
    await target.delete(made.remoteId, soon());
  });
});

describe('the directory of the same domain', () => {
  it('gives nobody whose account is not finished: whoever it is for is not away', async () => {
    const unit = await acts.unit('Beginners');
    const watcher = watch(domain, { base: unit });
    await acts.user('old-hand', unit);
    const half = { userAccountControl: '546', adminDisplayName: 'Rollcall is making this account' };
    const dn = await acts.user('beginner', unit, half);
    expect((await watcher.read()).news).toEqual({ 'old-hand': ['new'] });
    await acts.enable(dn);
    await acts.set(dn, 'adminDisplayName');
    expect((await watcher.read()).news).toEqual({ beginner: ['new'] });
  });
});

describe('what is not touched', () => {
  it('is neither found nor changed: accounts of the system, of administrators, and its own', async () => {
    const wide = connect({ base: domain.base, ...domain.administrator });
    const dnOfAdmin = `CN=Administrator,CN=Users,${domain.base}`;
    const guarded = await acts.user('operator', units.people, {
      userPrincipalName: 'operator@acme.test',
      adminCount: '1',
    });
    const ids = await Promise.all([dnOfAdmin, `CN=krbtgt,CN=Users,${domain.base}`, guarded].map(acts.idOf));
    const listed: string[] = [];
    for await (const page of wide.list(soon())) listed.push(...page.map(({ remoteId }) => remoteId));
    for (const id of ids) {
      expect(listed).not.toContain(id);
      for (const call of [
        () => wide.update(id, { ...none, set: { title: 'Mine' } }, soon()),
        () => wide.update(id, { ...none, password: 'Mine-now 1' }, soon()),
        () => wide.suspend(id, soon()),
      ])
        await expect(call()).rejects.toMatchObject({ effect: 'none', kind: expect.stringMatching(/rejected|missing/) });
    }
    await expect(wide.delete(ids[2] ?? '', soon())).rejects.toMatchObject({ kind: 'rejected', effect: 'none' });
    await wide.delete(ids[0] ?? '', soon());
    for (const id of ids) expect(await acts.dnOf(id)).toBeTruthy();
    expect(await wide.find({ userName: 'operator@acme.test' }, soon())).toEqual([]);
    const own = connect({ base: domain.base });
    const self = await acts.idOf(`CN=rollcall,${domain.base}`);
    await expect(own.suspend(self, soon())).rejects.toMatchObject({ kind: 'rejected', effect: 'none' });
    for (const name of ['Domain Admins', 'Administrators'])
      await expect(
        connect({ groupBase: domain.base }).create({ ...person('nobody'), entitlements: { groups: [name] } }, soon()),
      ).rejects.toMatchObject({
        ...{ kind: 'rejected', effect: 'none' },
      });
    await acts.remove(guarded);
  });

  it('is said where the rights do not reach', async () => {
    const elsewhere = await acts.unit('Elsewhere');
    const other = connect({ base: domain.base, organizationalUnit: elsewhere });
    await expect(other.test(soon())).rejects.toMatchObject({ kind: 'auth', effect: 'none' });
    await expect(other.create(person('stray'), soon())).rejects.toMatchObject({ kind: 'rejected', effect: 'none' });
    await acts.group('Foreign', elsewhere);
    const wide = connect({ groupBase: domain.base });
    await expect(
      wide.create({ ...person('stray'), entitlements: { groups: ['Foreign'] } }, soon()),
    ).rejects.toMatchObject({
      ...{ kind: 'rejected', effect: 'none', message: expect.stringContaining('Foreign') },
    });
    expect(await target.find({ externalId: 'p-stray' }, soon()), 'it was taken back').toEqual([]);
    await target.test(soon());
  });
});
