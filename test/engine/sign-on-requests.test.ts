import { describe, expect, it } from 'vitest';
import type { AuthnRequest } from '../../src/core/saml.ts';
import { sp } from '../fakes/sign-on.ts';
import { keptLog } from './recording-store.ts';
import { acme, asked, tokenIn, waiting } from './sign-on-company.ts';

describe('signing on by a request of the app', () => {
  it('goes on once the person has picked the number their browser shows', async () => {
    const one = await acme();
    const { token, browser, id, number, message } = await waiting(one);
    const shown = await message();
    expect(shown).toMatchObject({ state: 'open', from: '127.0.0.1, Chromium', title: 'Image Hub' });
    expect(shown?.numbers).toHaveLength(3);
    expect(shown?.numbers).toContain(number);
    expect(await one.cases.signOn(token, browser)).toBeNull();
    const person = await one.personOf('1');
    expect(await one.cases.pickNumber(id, number, await one.personOf('2'))).toMatchObject({ result: 'refused' });
    expect(await one.cases.pickNumber(id, number, person)).toMatchObject({ result: 'confirmed' });
    expect(await one.cases.signOnPage(token, browser)).toMatchObject({ state: 'confirmed', personName: 'Zoe Test' });
    const outcome = await one.cases.signOn(token, browser);
    expect(outcome).toMatchObject({ result: 'post', posting: { relayState: '/start' } });
    expect(one.assertions[0]?.inResponseTo).toBe('_0');
    expect(await message()).toMatchObject({ state: 'confirmed', text: 'You signed on to Image Hub.' });
    expect(await one.cases.pickNumber(id, number, person)).toMatchObject({ result: 'refused' });
    await one.stop();
  });

  it('ends with a wrong number, or when it was not them', async () => {
    const one = await acme();
    const person = await one.personOf('1');
    const first = await waiting(one);
    const other = (await first.message())?.numbers.find((one) => one !== first.number) ?? 0;
    expect(await one.cases.pickNumber(first.id, other, person)).toMatchObject({
      result: 'refused',
      text: expect.stringMatching(/does not show/),
    });
    expect(await one.cases.pickNumber(first.id, first.number, person)).toMatchObject({ result: 'refused' });
    expect(await one.cases.signOnPage(first.token, first.browser)).toMatchObject({ state: 'refused' });
    const second = await waiting(one);
    await one.cases.denySignOn(second.id, person);
    expect(await one.cases.signOn(second.token, second.browser)).toBeNull();
    expect(one.assertions).toEqual([]);
    expect((await one.events('sign-on.refused')).map(({ message }) => message).join()).toMatch(
      /does not show.*not them/s,
    );
    await one.stop();
  });

  it('is of the one browser it began in', async () => {
    const one = await acme();
    const { token, browser, id, number } = await waiting(one);
    await one.cases.pickNumber(id, number, await one.personOf('1'));
    for (const stranger of [null, 'another', browser.slice(1)]) {
      expect(await one.cases.signOnPage(token, stranger)).toBeNull();
      expect(await one.cases.signOn(token, stranger)).toBeNull();
    }
    expect((await one.events('sign-on.misused')).map(({ message }) => message)).toEqual([
      'a sign-on was tried from another browser than the one it began in',
    ]);
    expect(await one.cases.signOn(token, browser)).toMatchObject({ result: 'post' });
    await one.stop();
  });

  it('shows strangers the same, whether or not there is somebody, and fills nobody’s messages', async () => {
    const one = await acme();
    const messages = async () =>
      (await one.store.outbox.due(one.time.clock.now() + 1, 100)).filter(({ kind }) => kind === 'numbers');
    expect((await waiting(one, 'nobody@acme.test')).number).toBeGreaterThan(9);
    expect(await messages()).toEqual([]);
    for (let count = 0; count < 5; count += 1) await waiting(one);
    expect(await messages()).toHaveLength(3);
    await one.stop();
  });

  it('reaches somebody who has never spoken to Rollcall in Slack, and is theirs once they pick', async () => {
    const one = await acme();
    const person = await one.personOf('1');
    await one.store.people.swap([{ before: person, after: { ...person, version: person.version + 1, slack: null } }]);
    const { token, browser, id, number, message } = await waiting(one);
    expect(await message()).toMatchObject({ state: 'open' });
    const profile = { email: 'zoe@acme.test', name: 'zoe', guest: false, bot: false, deleted: false, stranger: false };
    await one.cases.identify(one.slackOf('1'), profile);
    expect(await one.cases.pickNumber(id, number, await one.personOf('1'))).toMatchObject({ result: 'confirmed' });
    expect(await one.cases.signOn(token, browser)).toMatchObject({ result: 'post' });
    await one.stop();
  });

  it('says in Slack, and not in the browser, why somebody may not', async () => {
    const one = await acme();
    const { taken } = await asked(one);
    if (taken.result !== 'asks') throw new Error('refused');
    const page = await one.cases.nameSignOn(taken.token, taken.browser, 'ADA@acme.test');
    expect(page).toMatchObject({ state: 'pick' });
    expect(await one.cases.signOnPage(taken.token, taken.browser)).toMatchObject({ state: 'pick' });
    const ada = await one.personOf('2');
    const id = taken.token.split('.')[0] ?? '';
    expect(await one.cases.numbersMessage(`${id} ${ada.id}`)).toMatchObject({
      state: 'refused',
      text: expect.stringMatching(/not entitled/),
    });
    const number = page?.state === 'pick' ? page.number : 0;
    expect(await one.cases.pickNumber(id, number, ada)).toMatchObject({ result: 'refused' });
    await one.stop();
  });

  it('shows the first of two who were named nothing of the second', async () => {
    const one = await acme();
    const { token, browser, message, id } = await waiting(one);
    await one.cases.nameSignOn(token, browser, 'ada@acme.test');
    expect(await message()).toMatchObject({ state: 'over' });
    expect(await one.cases.pickNumber(id, 10, await one.personOf('1'))).toMatchObject({ result: 'refused' });
    expect(await one.cases.nameSignOn(token, browser, 'zoe@acme.test')).not.toBeNull();
    expect(await one.cases.nameSignOn(token, browser, 'zoe@acme.test')).toBeNull();
    await one.stop();
  });

  const refusals: [string, Partial<AuthnRequest>, RegExp][] = [
    ['an app nobody set up', { issuer: 'https://evil.test' }, /not set up/],
    ['another destination', { destination: 'https://other.test' }, /another identity provider/],
    ['an address the app does not have', { consumer: { url: 'https://evil.test/acs' } }, /does not have/],
    ['an index the app does not have', { consumer: { index: 7 } }, /does not have/],
    ['a time long past', { at: -3_600_000 }, /too old/],
    ['a time to come', { at: 3_600_000_000 }, /in the future/],
  ];
  it.each(refusals)('is refused for %s', async (_, change, why) => {
    const one = await acme();
    const { taken } = await asked(one, change.at === undefined ? change : { at: one.time.clock.now() + change.at });
    expect(taken).toMatchObject({ result: 'refused', text: why });
    expect(await one.events('sign-on.refused')).toHaveLength(1);
    await one.stop();
  });

  it('takes one request once', async () => {
    const one = await acme();
    const { query, taken } = await asked(one);
    expect(taken.result).toBe('asks');
    expect(await one.cases.takeSignOnRequest({ binding: 'redirect', query }, '', '')).toMatchObject({
      result: 'refused',
      text: expect.stringMatching(/brought before/),
    });
    await one.stop();
  });

  it('answers the app where nobody may be asked, or the name is of a kind it does not get', async () => {
    const one = await acme();
    const passive = await asked(one, { passive: true });
    expect(passive.taken).toMatchObject({
      result: 'post',
      posting: { acs: 'https://hub.acme.test/saml/acs', relayState: '/start' },
    });
    await asked(one, { nameIdFormat: 'urn:oasis:names:tc:SAML:2.0:nameid-format:persistent' });
    expect(one.denials.map(({ subcode }) => subcode)).toEqual(['NoPassive', 'InvalidNameIDPolicy']);
    await one.stop();
  });

  it('refuses requests without a signature where the app signs its own', async () => {
    const one = await acme({
      hub: { saml: { ...sp('hub'), requestsSigned: true, certificates: ['-----BEGIN CERTIFICATE-----'] } },
    });
    expect((await asked(one)).taken).toMatchObject({ result: 'refused', text: expect.stringMatching(/no signature/) });
    expect((await asked(one, { signed: true })).taken).toMatchObject({ result: 'asks' });
    await one.stop();
  });

  it('is told of, with the app it says it is from, where its signature is wrong or nothing can be read of it', async () => {
    const one = await acme();
    const forged = { binding: 'post', samlRequest: 'forged', relayState: null } as const;
    for (let count = 0; count < 3; count += 1)
      await expect(one.cases.takeSignOnRequest(forged, '', '')).rejects.toMatchObject({ code: 'saml-request' });
    const told = await one.events('sign-on.refused');
    expect(told.map(({ app, message }) => [app, message])).toEqual([
      ['hub', 'The request for a sign-on cannot be used. Its signature is wrong; told once an hour'],
    ]);
    await one.stop();
  });

  it('is not answered at an address whose value, once known, is none or in clear', async () => {
    for (const HUB of ['http://hub.test', 'javascript:alert(1)//', 'hub.test', 'https://zoe:secret@hub.test']) {
      const lines: string[] = [];
      const one = await acme({
        hub: { saml: { ...sp('hub'), acs: [{ url: '${HUB}/acs' }] } },
        ...{ environment: { HUB }, log: keptLog(lines) },
      });
      expect((await asked(one)).taken).toMatchObject({ result: 'refused', text: expect.stringMatching(/not set up/) });
      const outcome = await one.cases.signOn(tokenIn(await one.offer('hub')), null);
      expect(outcome).toMatchObject({ result: 'refused', text: expect.stringMatching(/cannot be signed on to/) });
      expect(one.assertions).toEqual([]);
      expect(lines.join()).toMatch(/saml-address/);
      expect(lines.join()).not.toContain(HUB);
      await one.stop();
    }
  });
});
