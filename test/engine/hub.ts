import { connector as samlConnector } from '../../connectors/saml.ts';
import { Config } from '../../src/core/config.ts';
import type { Actor } from '../../src/core/model.ts';
import type { Saml } from '../../src/engine/sign-on/saml-port.ts';
import type { Store } from '../../src/engine/store-ports.ts';
import { createSaml } from '../../src/saml/saml.ts';
import { memoryStore } from '../../src/store/memory.ts';
import { row } from '../fakes/memory-directory.ts';
import { company } from './company.ts';

const sp = { entityId: 'https://hub.test/sp', acs: [{ url: 'https://hub.test/acs' }] };
export const hub = { name: 'hub', title: 'Image Hub', connector: 'saml', saml: sp, owners: ['olga@acme.test'] };
export const crm = { name: 'crm', title: 'CRM', connector: 'memory', provisioning: { enabled: true } };
export const config = (apps: object[] = [crm, hub]) =>
  Config.parse({
    version: 1,
    settings: { admins: ['ada@acme.test'], approvers: ['bob@acme.test', 'manager'] },
    directories: [{ name: 'hr', connector: 'memory-directory' }],
    roles: [{ name: 'Sales', apps: apps.map((app) => (app as { name: string }).name) }],
    mappings: [
      { name: 'Sales', conditions: [{ attribute: 'department', operator: '=', value: 'Sales' }], roles: ['Sales'] },
    ],
    apps,
  });

export const others = () => ['ada', 'bob', 'olga', 'max', 'eve'].map((name) => row(name, { department: 'IT' }));
export const zoe = { department: 'Sales', manager: 'max@acme.test', displayName: 'Zoë Abendroth' };
export const staff = () => [...others(), row('zoe', zoe)];

/** Nothing is signed here: that is the room of SAML's. */
const unsigned = (): Saml => ({
  ...createSaml({ now: () => 0 }),
  makeKey: async () => ({ certificate: 'a certificate', privateKey: 'a private key' }),
  respond: () => '<response>',
});

/** Zoë has signed on to the hub, which made her an account. */
export async function hubCompany(store: Store = memoryStore()) {
  const one = await company(staff(), config(), { also: samlConnector as never, saml: unsigned(), store });
  await one.sync();
  const { useCases } = one.engine;
  const slack = { team: 'T1', user: 'UZOE' };
  await useCases.identify(slack, {
    ...{ email: 'zoe@acme.test', name: 'zoe', guest: false, bot: false, deleted: false, stranger: false },
  });
  const { id } = await one.personOf('zoe');
  const offer = async () => useCases.signOnLink(await one.personOf('zoe'), 'hub', slack);
  async function signOn(): Promise<string> {
    const offered = await offer();
    if (offered.result !== 'link') throw new Error(offered.text);
    await useCases.signOn(offered.link.split('/').at(-1) ?? '', null);
    await one.time.advance(60_000);
    return offered.text;
  }
  await signOn();
  return {
    ...{ ...one, useCases, id, offer, signOn },
    async as(name: string): Promise<Actor> {
      const person = await one.personOf(name);
      return { kind: 'person', person: person.id, name: String(person.attributes.displayName), via: 'slack' };
    },
    async be(rows: ReturnType<typeof staff>): Promise<void> {
      one.directory.state.rows = rows;
      await one.sync();
    },
    login: async () => (await store.logins.get(`${id}:hub`)) ?? Promise.reject(new Error('no login')),
    async events(type: string) {
      await one.time.advance(60_000);
      return (await store.events.list({ person: id, app: 'hub' }, null, 1_000)).filter((event) => event.type === type);
    },
  };
}

export type HubCompany = Awaited<ReturnType<typeof hubCompany>>;

/** Zoë leaves. */
export const leave = (one: HubCompany) => one.be(others());
