import { describe, expect, it } from 'vitest';
import { sp } from '../fakes/sign-on.ts';
import { acme, ada, config, row, tokenIn, waiting, zoe } from './sign-on-company.ts';

const asSystem = { kind: 'system', name: 'test' } as const;

describe('the right to sign on', () => {
  it('is not got by asking for a role: nobody has consented, and nobody is asked', async () => {
    const one = await acme({ roles: [{ name: 'Design', apps: ['crm', 'hub'], requestable: true }] });
    const person = await one.personOf('2');
    const wanted = { kind: 'role', name: 'Design', why: 'I want to look', until: null } as const;
    await one.cases.requestAccess(person.id, wanted, { ...asSystem });
    await one.time.advance(60_000);
    const offer = await one.offer('hub', '2');
    expect(offer).toMatchObject({ result: 'refused' });
    expect(offer.text).toMatch(/not entitled to Image Hub/);
    expect((await one.cases.signOnApps(await one.personOf('2'))).filter(({ may }) => may)).toEqual([]);
    expect((await one.cases.explain(person.id, 'hub')).text).toMatch(/may not sign on/);
    await one.stop();
  });

  it('is nobody’s under the name of another person’s account', async () => {
    const one = await acme();
    await one.cases.signOn(tokenIn(await one.offer('hub')), null);
    const heir = row('3', 'Zoe', { familyName: 'Heir', department: 'Sales', email: 'ZOE@acme.test' });
    one.directory.state.rows = [{ ...zoe, status: 'left' }, ada, heir];
    await one.sync();
    const person = await one.personOf('3');
    const freed = { ...person, twins: [], slack: one.slackOf('3'), version: person.version + 1 };
    await one.store.people.swap([{ before: person, after: freed }]);
    const offer = await one.offer('hub', '3');
    expect(offer).toMatchObject({ result: 'refused' });
    expect(offer.text).toMatch(/somebody else by the name zoe@acme\.test/i);
    expect(one.assertions).toHaveLength(1);
    const before = await one.personOf('1');
    const by = { kind: 'person', person: (await one.personOf('2')).id, name: 'Ada Test', via: 'slack' } as const;
    await one.cases.markClosed(before.id, 'hub', null, by);
    expect(await one.cases.signOn(tokenIn(await one.offer('hub', '3')), null)).toMatchObject({ result: 'post' });
    await one.stop();
  });

  it('is given to one of two who have the same name, however close they come', async () => {
    const one = await acme();
    const heir = row('3', 'Zoe', { familyName: 'Heir', department: 'Sales', employeeId: '3', email: 'heir@acme.test' });
    one.directory.state.rows = [zoe, ada, heir];
    await one.sync();
    const hub = { ...config().apps[1], saml: { ...sp('hub'), nameId: { target: 'givenName' } } };
    await one.engine.configure(config({ hub }), asSystem);
    const person = await one.personOf('3');
    const pinned = { ...person, slack: one.slackOf('3'), version: person.version + 1 };
    await one.store.people.swap([{ before: person, after: pinned }]);
    const tokens = [tokenIn(await one.offer('hub', '1')), tokenIn(await one.offer('hub', '3'))];
    const outcomes = await Promise.all(tokens.map((token) => one.cases.signOn(token, null)));
    expect(outcomes.filter((outcome) => outcome?.result === 'post').length).toBeLessThan(2);
    await one.stop();
  });
});

describe('an account that Rollcall made', () => {
  async function provisioned() {
    const one = await acme({ crm: { provisioning: { enabled: true, approval: { create: false } } } });
    await one.time.advance(60_000);
    const login = async () => one.store.logins.get(`${(await one.personOf('1')).id}:crm`);
    expect(await login()).toMatchObject({ account: 'active', provenance: 'created' });
    return { ...one, login };
  }

  it('stays its own where provisioning is off and people sign on', async () => {
    const one = await provisioned();
    await one.engine.configure(config({ crm: { provisioning: { enabled: false } } }), asSystem);
    await one.time.advance(60_000);
    expect(await one.cases.signOn(tokenIn(await one.offer('crm')), null)).toMatchObject({ result: 'post' });
    expect(await one.login()).toMatchObject({ account: 'active', provenance: 'created' });
    expect((await one.login())?.signOn).toBeUndefined();
    const [issued] = await one.events('sign-on.issued');
    expect(issued).toMatchObject({ message: 'signed on', status: 'provisioned' });
    await one.stop();
  });

  it('is signed on to by the name it has, while another one waits for consent', async () => {
    const one = await provisioned();
    const asks = { crm: { provisioning: { enabled: true, approval: { create: false, update: true } } } };
    await one.engine.configure(config(asks), asSystem);
    one.directory.state.rows = [{ ...zoe, attributes: { ...zoe.attributes, email: 'zoe.k@acme.test' } }, ada];
    await one.sync();
    await one.time.advance(60_000);
    expect(await one.login()).toMatchObject({ operation: { kind: 'update', state: 'awaiting' } });
    await one.cases.signOn(tokenIn(await one.offer('crm')), null);
    expect(one.assertions.at(-1)?.nameId.value).toBe('zoe@acme.test');
    await one.stop();
  });
});

describe('whoever says who they are', () => {
  it('is who works here, where an address was somebody’s before', async () => {
    const one = await acme();
    const heir = row('3', 'Zoe', { familyName: 'Heir', department: 'Sales' });
    one.directory.state.rows = [{ ...zoe, status: 'left' }, ada, heir];
    await one.sync();
    const person = await one.personOf('3');
    await one.store.people.swap([{ before: person, after: { ...person, twins: [], version: person.version + 1 } }]);
    const { id } = await waiting(one);
    expect(await one.cases.numbersMessage(`${id} ${person.id}`)).toMatchObject({ state: 'open' });
    await one.stop();
  });
});
