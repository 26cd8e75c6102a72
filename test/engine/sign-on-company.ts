import { connector as samlConnector } from '../../connectors/saml.ts';
import type { RawRecord } from '../../src/core/connector.ts';
import { refused } from '../../src/core/errors.ts';
import type { Assertion, AuthnRequest, Denial } from '../../src/core/saml.ts';
import type { Log } from '../../src/engine/ports.ts';
import type { Saml } from '../../src/engine/sign-on/saml-port.ts';
import type { SignOnOffer } from '../../src/engine/sign-on/sign-ons.ts';
import { createSaml } from '../../src/saml/saml.ts';
import { element } from '../../src/saml/xml.ts';
import { signOnConfig, sp } from '../fakes/sign-on.ts';
import { company } from './company.ts';

export const row = (id: string, name: string, more: Record<string, string> = {}): RawRecord => ({
  externalId: id,
  status: 'active',
  attributes: {
    employeeId: id,
    givenName: name,
    familyName: 'Test',
    email: `${name.toLowerCase()}@acme.test`,
    ...more,
  },
});
export const zoe = row('1', 'Zoe', { title: 'Account Manager', department: 'Sales' });
export const ada = row('2', 'Ada', { department: 'IT' });

export const config = (change: { hub?: object; crm?: object; roles?: readonly object[] } = {}) =>
  signOnConfig({
    ...{ department: 'Sales', roles: change.roles ?? [] },
    apps: [
      {
        ...{ name: 'crm', title: 'CRM', connector: 'memory', saml: sp('crm') },
        provisioning: { enabled: true, approval: { create: true } },
        ...change.crm,
      },
      {
        ...{ name: 'hub', title: 'Image Hub', connector: 'saml', saml: sp('hub') },
        parameters: [{ target: 'title', from: 'title', translate: { 'Account Manager': 'Seller', Director: 'Boss' } }],
        rules: [
          {
            name: 'Sellers',
            conditions: [{ attribute: 'department', operator: '=', value: 'Sales' }],
            actions: [{ target: 'groups', add: ['Sellers'] }],
          },
        ],
        ...change.hub,
      },
    ],
  });

/** The words that are written, kept as they are decided; signatures are the room's of SAML, whose key this borrows. */
function written() {
  const real = createSaml({ now: () => 0 });
  const [assertions, denials, requests]: [Assertion[], Denial[], Map<string, AuthnRequest>] = [[], [], new Map()];
  const saml: Saml = {
    ...real,
    makeKey: async () => ({ certificate: `certificate ${assertions.length}`, privateKey: 'a private key' }),
    respond: (assertion) => {
      // The values are the room's own affair, which reads them before it signs.
      for (const { values } of assertion.attributes) for (const value of values) element('a', {}, String(value));
      assertions.push(assertion);
      return `<response ${assertions.length}>`;
    },
    metadata: ({ certificates }) => certificates.join(),
    deny: (denial) => {
      denials.push(denial);
      return '<denial>';
    },
    readRequest: (sent, certificatesOf) => {
      if (sent.binding === 'post' && sent.samlRequest === 'forged') {
        certificatesOf('https://hub.acme.test/saml');
        throw refused(
          'saml-request',
          'The request for a sign-on cannot be used. Its signature is wrong.',
          'Begin again.',
        );
      }
      const found = requests.get(sent.binding === 'post' ? sent.samlRequest : sent.query);
      if (found === undefined) throw new Error('no such request');
      return found;
    },
  };
  return { saml, assertions, denials, requests };
}

export type Acme = Awaited<ReturnType<typeof acme>>;

export async function acme({
  environment = {},
  log,
  ...setup
}: Parameters<typeof config>[0] & { environment?: Record<string, string>; log?: Log } = {}) {
  const saml = written();
  const one = await company([zoe, ada], config(setup), {
    ...{ also: samlConnector as never, saml: saml.saml, environment },
    ...(log !== undefined && { log }),
  });
  await one.sync();
  const { engine, store } = one;
  const slackOf = (id: string) => ({ team: 'T1', user: `U${id}` });
  for (const id of ['1', '2']) {
    const email = `${id === '1' ? 'zoe' : 'ada'}@acme.test`;
    const profile = { email, name: email, guest: false, bot: false, deleted: false, stranger: false };
    await engine.useCases.identify(slackOf(id), profile);
  }
  const offer = async (app: string, id = '1') => engine.useCases.signOnLink(await one.personOf(id), app, slackOf(id));
  const events = async (type: string) => {
    await one.time.advance(60_000);
    return (await store.events.list({}, null, 1_000)).filter((event) => event.type === type);
  };
  return { ...one, ...saml, cases: engine.useCases, offer, events, slackOf };
}

export const tokenIn = (offer: SignOnOffer): string => {
  if (offer.result !== 'link') throw new Error(offer.text);
  return offer.link.split('/').at(-1) ?? '';
};
export const hubLogin = async ({ store, personOf }: Acme) => store.logins.get(`${(await personOf('1')).id}:hub`);

export const request = (change: Partial<AuthnRequest> = {}): AuthnRequest => ({
  ...{ id: '_1', issuer: 'https://hub.acme.test/saml', destination: 'https://rollcall.acme.test/saml/sso', at: 0 },
  ...{ consumer: null, nameIdFormat: null, passive: false, relayState: '/start', signed: false },
  ...change,
});

export async function asked(one: Acme, change: Partial<AuthnRequest> = {}, network = '127.0.0.1') {
  const query = `SAMLRequest=${one.requests.size}`;
  one.requests.set(query, request({ id: `_${one.requests.size}`, at: one.time.clock.now(), ...change }));
  return {
    query,
    taken: await one.cases.takeSignOnRequest({ binding: 'redirect', query }, '127.0.0.1, Chromium', network),
  };
}

export async function waiting(one: Acme, email = 'zoe@acme.test') {
  const { taken } = await asked(one);
  if (taken.result !== 'asks') throw new Error(JSON.stringify(taken));
  const page = await one.cases.nameSignOn(taken.token, taken.browser, email);
  if (page?.state !== 'pick') throw new Error(JSON.stringify(page));
  const id = taken.token.split('.')[0] ?? '';
  const person = await one.personOf('1');
  return { ...taken, id, number: page.number, message: () => one.cases.numbersMessage(`${id} ${person.id}`) };
}
