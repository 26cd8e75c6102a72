import { afterEach, describe, expect, it } from 'vitest';
import { system } from '../../src/core/event.ts';
import type { Person } from '../../src/core/model.ts';
import { patchOf, type ScimWorld, startScim, urn } from './scim-world.ts';

/*
 * Whole sequences of requests as the clients send them: the shapes are those of reference clients' documentation (Entra ID's SCIM
 * compatibility page and its tutorial, Okta's SCIM 2.0 reference), in words of our own.
 */

let world: ScimWorld;
afterEach(() => world.stop());

const person = async (email: string): Promise<Person | undefined> => {
  await world.engine.useCases.sync(null, system('test'));
  return (await world.store.people.byKeys([`email=${email}`]))[0];
};
const find = async (directory: string, filter: string, endpoint = 'Users') =>
  world.call('GET', `/${directory}/${endpoint}?filter=${encodeURIComponent(filter)}&startIndex=1&count=100`);

describe('Okta', () => {
  it('looks, creates, changes, groups, deactivates and brings back', async () => {
    world = await startScim(['okta']);
    // *Test API Credentials*: one page of people.
    expect((await world.call('GET', '/okta/Users?startIndex=1&count=2')).body).toMatchObject({ totalResults: 0 });
    expect((await find('okta', 'userName eq "zoe@acme.test"')).body).toMatchObject({ totalResults: 0, Resources: [] });
    const made = await world.call('POST', '/okta/Users', {
      body: {
        ...{ schemas: [urn.user], userName: 'zoe@acme.test', displayName: 'Zoe Smith', locale: 'en-US' },
        ...{ name: { givenName: 'Zoe', familyName: 'Smith' }, externalId: '00ujl29u0le5T6Aj10h7' },
        ...{
          emails: [{ primary: true, value: 'zoe@acme.test', type: 'work' }],
          groups: [],
          password: '1mz050nq',
          active: true,
        },
      },
    });
    expect(made.status).toBe(201);
    const { id } = made.body;
    expect(await person('zoe@acme.test')).toMatchObject({
      status: 'active',
      attributes: { displayName: 'Zoe Smith', givenName: 'Zoe', externalId: '00ujl29u0le5T6Aj10h7' },
    });

    // An update of the profile: read, then replaced whole.
    const { body: whole } = await world.call('GET', `/okta/Users/${id}`);
    const replaced = await world.call('PUT', `/okta/Users/${id}`, {
      body: {
        ...whole,
        title: 'Head of Sales',
        [urn.enterprise]: { department: 'Sales' },
        schemas: [urn.user, urn.enterprise],
      },
    });
    expect(replaced.status).toBe(200);
    expect((await person('zoe@acme.test'))?.attributes).toMatchObject({ title: 'Head of Sales', department: 'Sales' });

    // Group push: created with its members, then members by PATCH, then renamed with its id beside.
    expect((await find('okta', 'displayName eq "Sales"', 'Groups')).body.totalResults).toBe(0);
    const group = await world.call('POST', '/okta/Groups', {
      body: { schemas: [urn.group], displayName: 'Sales', members: [{ value: id, display: 'zoe@acme.test' }] },
    });
    expect(group.status).toBe(201);
    expect((await person('zoe@acme.test'))?.attributes.memberOf).toEqual(['Sales']);
    const path = `/okta/Groups/${group.body.id}`;
    const removed = await world.call('PATCH', path, {
      body: patchOf({ op: 'remove', path: `members[value eq "${id}"]` }),
    });
    expect(removed.body.members).toBeUndefined();
    expect((await person('zoe@acme.test'))?.attributes.memberOf).toBeUndefined();
    await world.call('PATCH', path, {
      body: patchOf({ op: 'add', path: 'members', value: [{ value: id, display: 'Zoe' }] }),
    });
    const renaming = patchOf({ op: 'replace', value: { id: group.body.id, displayName: 'Sales EMEA' } });
    expect((await world.call('PATCH', path, { body: renaming })).body.displayName).toBe('Sales EMEA');
    expect((await person('zoe@acme.test'))?.attributes.memberOf).toEqual(['Sales EMEA']);

    // Unassigned: never deleted.
    const off = await world.call('PATCH', `/okta/Users/${id}`, {
      body: patchOf({ op: 'replace', value: { active: false } }),
    });
    expect(off.body.active).toBe(false);
    expect(await person('zoe@acme.test')).toMatchObject({ status: 'suspended', said: 'explicit' });
    expect((await find('okta', 'userName eq "zoe@acme.test"')).body.Resources).toMatchObject([{ id, active: false }]);
    await world.call('PUT', `/okta/Users/${id}`, { body: { ...replaced.body, active: true } });
    expect(await person('zoe@acme.test')).toMatchObject({ status: 'active' });
    expect((await world.call('DELETE', path)).status).toBe(204);
    expect((await person('zoe@acme.test'))?.attributes.memberOf).toBeUndefined();
  });
});

describe('Entra ID', () => {
  it('looks, creates, changes in both of its manners, groups, disables and deletes', async () => {
    world = await startScim(['entra']);
    // *Test Connection*: somebody who cannot be there.
    const probe = await find('entra', 'userName eq "3b3c1b2e-0c5b-4f27-a3f6-4ec4d4f1f8f6"');
    expect({ status: probe.status, body: probe.body }).toMatchObject({
      status: 200,
      body: { totalResults: 0, Resources: [] },
    });
    for (const name of ['Schemas', 'ServiceProviderConfig', 'ResourceTypes'])
      expect((await world.call('GET', `/entra/${name}`)).status).toBe(200);

    const create = async (userName: string, more: object = {}) => {
      const answer = await world.call('POST', '/entra/Users', {
        body: {
          ...{ schemas: [urn.user, urn.enterprise], externalId: userName.split('@')[0], userName, active: true },
          ...{ displayName: userName, emails: [{ primary: true, type: 'work', value: userName }] },
          ...{
            meta: { resourceType: 'User' },
            name: { formatted: 'Given Family', familyName: 'Family', givenName: 'Given' },
          },
          ...{ roles: [], ...more },
        },
      });
      expect(answer.status, answer.text).toBe(201);
      return answer.body.id as string;
    };
    const bea = await create('bea@acme.test');
    const zoe = await create('zoe@acme.test', { [urn.enterprise]: { department: 'Sales' } });
    const change = async (id: string, ...steps: unknown[]) => {
      const answer = await world.call('PATCH', `/entra/Users/${id}`, { body: patchOf(...steps) });
      expect(answer.status, answer.text).toBe(200);
      return answer.body;
    };
    expect((await person('zoe@acme.test'))?.attributes).toMatchObject({ department: 'Sales', externalId: 'zoe' });

    // Without the flag aadOptscim062020: capitals, texts, a value in brackets that is not there yet.
    await change(
      zoe,
      { op: 'Add', path: 'title', value: 'Clerk' },
      { op: 'Replace', path: 'displayName', value: 'Zoe Smith' },
      { op: 'Replace', path: 'emails[type eq "work"].value', value: 'zoe@acme.test' },
      { op: 'Add', path: 'phoneNumbers[type eq "work"].value', value: '+49 30 1' },
      { op: 'Add', path: `${urn.enterprise}:manager`, value: bea },
      { op: 'Replace', path: 'name.familyName', value: 'Smith' },
    );
    expect((await person('zoe@acme.test'))?.attributes).toMatchObject({
      ...{ title: 'Clerk', displayName: 'Zoe Smith', phone: '+49 30 1', manager: 'bea@acme.test', familyName: 'Smith' },
    });
    expect(await change(zoe, { op: 'Replace', path: 'active', value: 'False' })).toMatchObject({ active: false });
    expect(await person('zoe@acme.test')).toMatchObject({ status: 'suspended' });

    // With the flag: no path, dotted names.
    const value = { active: true, 'name.givenName': 'Zoë', title: 'CEO', [`${urn.enterprise}:department`]: 'Board' };
    await change(zoe, { op: 'replace', value }, { op: 'remove', path: `${urn.enterprise}:manager` });
    const later = await person('zoe@acme.test');
    expect(later).toMatchObject({
      status: 'active',
      attributes: { givenName: 'Zoë', title: 'CEO', department: 'Board' },
    });
    expect(later?.attributes.manager).toBeUndefined();

    // Groups: looked for by name, without their members; changed by lists and by brackets.
    const query = `filter=${encodeURIComponent('displayName eq "Staff"')}&excludedAttributes=members`;
    expect((await world.call('GET', `/entra/Groups?${query}`)).body.totalResults).toBe(0);
    const body = { schemas: [urn.group, 'http://schemas.microsoft.com/2006/11/ResourceManagement/ADSCIM/2.0/Group'] };
    const group = await world.call('POST', '/entra/Groups', {
      body: { ...body, externalId: '8aa1a0c0', displayName: 'Staff', meta: { resourceType: 'Group' } },
    });
    const path = `/entra/Groups/${group.body.id}`;
    const members = (...steps: unknown[]) => world.call('PATCH', path, { body: patchOf(...steps) });
    await members({
      op: 'Add',
      path: 'members',
      value: [
        { $ref: null, value: zoe },
        { $ref: null, value: bea },
      ],
    });
    const shown = await world.call('GET', `/entra/Groups?${query}`);
    expect(shown.body.Resources[0]).not.toHaveProperty('members');
    expect((await person('zoe@acme.test'))?.attributes.memberOf).toEqual(['Staff']);
    await members({ op: 'Remove', path: 'members', value: [{ $ref: null, value: bea }] });
    await members({ op: 'remove', path: `members[value eq "${zoe}"]` });
    expect((await world.call('GET', path)).body.members).toBeUndefined();
    expect((await members({ op: 'Replace', path: 'displayName', value: 'All' })).body.displayName).toBe('All');

    // Disabled first, deleted a month later.
    await change(zoe, { op: 'Replace', path: 'active', value: 'False' });
    expect((await world.call('DELETE', `/entra/Users/${zoe}`)).status).toBe(204);
    expect((await world.call('GET', `/entra/Users/${zoe}`)).status).toBe(404);
    expect(await person('zoe@acme.test')).toMatchObject({ status: 'left', said: 'explicit' });
    expect(await person('bea@acme.test')).toMatchObject({ status: 'active' });
  });
});
