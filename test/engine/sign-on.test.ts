import { describe, expect, it } from 'vitest';
import { signOnLife } from '../../src/core/sign-on.ts';
import { explain, wordOf } from '../../src/core/status.ts';
import { acme, ada, config, hubLogin, tokenIn, zoe } from './sign-on-company.ts';

describe('signing on by a link', () => {
  it('makes the account at the first sign-on, from the same parameters, translations and rules as provisioning', async () => {
    const one = await acme();
    const offer = await one.offer('hub');
    expect(offer).toMatchObject({ result: 'link', title: 'Image Hub' });
    expect(await hubLogin(one)).toBeNull();
    const token = tokenIn(offer);
    expect(await one.cases.signOnPage(token, null)).toMatchObject({ state: 'ready', personName: 'Zoe Test' });
    const outcome = await one.cases.signOn(token, null);
    expect(outcome).toMatchObject({
      result: 'post',
      posting: { acs: 'https://hub.acme.test/saml/acs', relayState: null },
    });
    const [assertion] = one.assertions;
    expect(assertion).toMatchObject({
      ...{
        issuer: 'https://rollcall.acme.test/saml/metadata',
        audience: 'https://hub.acme.test/saml',
        inResponseTo: null,
      },
      nameId: { format: 'emailAddress', value: 'zoe@acme.test' },
    });
    const told = Object.fromEntries(assertion?.attributes.map(({ name, values }) => [name, values]) ?? []);
    expect(told).toMatchObject({ title: ['Seller'], groups: ['Sellers'], email: ['zoe@acme.test'] });
    const login = await hubLogin(one);
    expect(login === null ? null : wordOf(login)).toBe('provisioned by sign-on');
    const [issued] = await one.events('sign-on.issued');
    expect(issued).toMatchObject({
      app: 'hub',
      status: 'provisioned by sign-on',
      actor: { kind: 'person', via: 'slack' },
    });
    expect(issued?.reasons.map(({ name }) => name)).toContain('Sales');
    await one.stop();
  });

  it('only signs in the second time, and says what the directory has changed since', async () => {
    const one = await acme();
    await one.cases.signOn(tokenIn(await one.offer('hub')), null);
    one.directory.state.rows = [{ ...zoe, attributes: { ...zoe.attributes, title: 'Director' } }, ada];
    await one.sync();
    const [unsynced] = await one.events('sign-on.unsynced');
    expect(unsynced?.message).toMatch(/title: Seller → Boss.*not kept in sync/);
    const explained = await one.cases.explain((await one.personOf('1')).id, 'hub');
    expect(explained.text).toMatch(/^Zoe Test may sign on to Image Hub through the role Sales: .*title: Seller → Boss/);
    const login = await hubLogin(one);
    expect(login === null ? '' : explain(login)).toMatch(/title: Seller → Boss\): change it there by hand/);
    await one.time.advance(3_600_000);
    await one.cases.signOn(tokenIn(await one.offer('hub')), null);
    const again = await hubLogin(one);
    expect(again?.signOn).toMatchObject({ times: 2, made: { attributes: { title: 'Seller' } } });
    expect(await one.events('sign-on.unsynced')).toHaveLength(1);
    expect((await one.events('sign-on.issued')).map(({ message }) => message)).toEqual([
      'signed on',
      'signed on for the first time: the app makes the account',
    ]);
    await one.stop();
  });

  it('plans nothing in an app whose accounts sign-on makes', async () => {
    const one = await acme();
    await one.cases.signOn(tokenIn(await one.offer('hub')), null);
    await one.cases.reprovision((await one.personOf('1')).id, 'hub', { kind: 'system', name: 'test' });
    await one.time.advance(60_000);
    expect(await hubLogin(one)).toMatchObject({ operation: null, account: 'active', provenance: 'unmanaged' });
    await one.stop();
  });

  it('is for whoever is entitled, and says why not', async () => {
    const one = await acme();
    const refused = await one.offer('hub', '2');
    expect(refused).toMatchObject({ result: 'refused' });
    expect(refused.text).toMatch(/You are not entitled to Image Hub: .*not in Sales/);
    const [event] = await one.events('sign-on.refused');
    expect(event).toMatchObject({ app: 'hub', actor: { kind: 'person', name: 'Ada Test' } });
    expect(event?.message).toContain('not entitled');
    await one.stop();
  });

  it('ends for whoever leaves, links under way included, and the account is one a human closes', async () => {
    const one = await acme();
    await one.cases.signOn(tokenIn(await one.offer('hub')), null);
    const open = tokenIn(await one.offer('hub'));
    one.directory.state.rows = [{ ...zoe, status: 'suspended' }, ada];
    await one.sync();
    const outcome = await one.cases.signOn(open, null);
    expect(outcome === null ? await one.events('sign-on.misused') : outcome).toMatchObject({
      result: 'refused',
      text: expect.stringMatching(/suspended in the directory/),
    });
    const explained = await one.cases.explain((await one.personOf('1')).id, 'hub');
    expect(explained.text).toMatch(/^Zoe Test may not sign on .*is there until somebody closes it/);
    const report = await one.cases.leaver((await one.personOf('1')).id);
    expect(report.open.map(({ appTitle, word }) => [appTitle, word])).toEqual([
      ['Image Hub', 'provisioned by sign-on'],
    ]);
    expect(one.assertions).toHaveLength(1);
    await one.stop();
  });

  it('is provisioning first, then SAML, where Rollcall provisions', async () => {
    const one = await acme();
    const early = await one.offer('crm');
    expect(early).toMatchObject({ result: 'refused' });
    expect(early.text).toMatch(/Provisioning first, then SAML.*pending approval/);
    const [card] = await one.openCards();
    if (card === undefined) throw new Error('nothing was asked');
    await one.decide(card, '2');
    const outcome = await one.cases.signOn(tokenIn(await one.offer('crm')), null);
    expect(outcome).toMatchObject({ result: 'post', posting: { acs: 'https://crm.acme.test/saml/acs' } });
    const login = await one.store.logins.get(`${(await one.personOf('1')).id}:crm`);
    expect(login).toMatchObject({ provenance: 'created' });
    expect(login?.signOn).toBeUndefined();
    await one.stop();
  });

  it('is used once of a thousand tries, and every other try is recorded', async () => {
    const one = await acme();
    const token = tokenIn(await one.offer('hub'));
    const outcomes = await Promise.all(Array.from({ length: 1_000 }, () => one.cases.signOn(token, null)));
    expect(outcomes.filter((outcome) => outcome?.result === 'post')).toHaveLength(1);
    expect(outcomes.filter((outcome) => outcome === null)).toHaveLength(999);
    expect(await one.events('sign-on.issued')).toHaveLength(1);
    expect((await hubLogin(one))?.signOn).toMatchObject({ times: 1 });
    expect(await one.events('sign-on.misused')).toHaveLength(1);
    expect(await one.cases.signOnPage(token, null)).toBeNull();
    await one.stop();
  });

  it('leads nowhere after its time, with a foreign mark, or for somebody pinned anew', async () => {
    const one = await acme();
    const late = tokenIn(await one.offer('hub'));
    const pinned = tokenIn(await one.offer('hub'));
    expect(await one.cases.signOn(`${late.slice(0, -3)}abc`, null)).toBeNull();
    const person = await one.personOf('1');
    const moved = { ...person, version: person.version + 1, slack: { team: 'T1', user: 'U9' } };
    await one.store.people.swap([{ before: person, after: moved }]);
    expect(await one.cases.signOn(pinned, null)).toMatchObject({
      result: 'refused',
      text: expect.stringMatching(/another Slack user/),
    });
    await one.time.advance(signOnLife.link + 1);
    expect(await one.cases.signOn(late, null)).toBeNull();
    expect((await one.events('sign-on.misused')).map(({ message }) => message)).toEqual([
      'a link to sign on was tried after its time',
    ]);
    await one.stop();
  });

  it('tells of no sign-on where a value cannot be written', async () => {
    const one = await acme();
    one.directory.state.rows = [{ ...zoe, attributes: { ...zoe.attributes, displayName: 'Boss\u0001' } }, ada];
    await one.sync();
    const outcome = await one.cases.signOn(tokenIn(await one.offer('hub')), null);
    expect(outcome).toMatchObject({ result: 'refused', text: expect.stringMatching(/U\+0001/) });
    expect(await one.events('sign-on.issued')).toEqual([]);
    expect(await hubLogin(one)).toBeNull();
    await one.stop();
  });

  it('keeps its token in no document, event or log', async () => {
    const one = await acme();
    const token = tokenIn(await one.offer('hub'));
    await one.cases.signOn(token, null);
    const mark = token.split('.')[1] ?? '';
    const [id] = token.split('.');
    const kept = JSON.stringify([await one.store.signOns.get(id ?? ''), await one.store.events.list({}, null, 1_000)]);
    expect(kept).not.toContain(mark);
    await one.stop();
  });
});

describe('an app that is provisioned later', () => {
  it('takes over the account sign-on made, once somebody agrees', async () => {
    const one = await acme();
    await one.cases.signOn(tokenIn(await one.offer('hub')), null);
    one.app.accounts.set('r-9', {
      ...{ remoteId: 'r-9', active: true, attributes: { userName: 'zoe@acme.test' }, entitlements: {} },
      ...{ externalId: null, userName: 'zoe@acme.test', emails: ['zoe@acme.test'] },
    });
    const provisioned = {
      ...config().apps[1],
      connector: 'memory',
      parameters: [],
      rules: [],
      provisioning: { enabled: true },
    };
    await one.engine.configure(config({ hub: provisioned }), { kind: 'system', name: 'test' });
    await one.time.advance(120_000);
    const login = await hubLogin(one);
    expect(login).toMatchObject({ operation: { kind: 'adopt', state: 'awaiting' } });
    expect((await one.offer('hub')).text).toContain('Provisioning first, then SAML');
    await one.stop();
  });
});
