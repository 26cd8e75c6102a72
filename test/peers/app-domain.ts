import { target as connector } from '../../connectors/active-directory/index.ts';
import type { Target } from '../../src/core/connector.ts';
import { type Acts, actsIn } from './acts.ts';
import { type Domain, startDomain } from './samba.ts';
import { serviceAccount } from './service-account.ts';

/** A domain in which accounts are made and changed, by an account with the rights the docs list and no others. */
export type AppDomain = {
  domain: Domain;
  acts: Acts;
  units: { people: string; sales: string; groups: string };
  connection: Readonly<Record<string, unknown>>;
  /** The domain as an app, connected otherwise where `change` says so. */
  connect(change?: object): Target;
};

export async function startAppDomain(): Promise<AppDomain> {
  const domain = await startDomain();
  const acts = actsIn(domain);
  const [people, groups] = [await acts.unit('People'), await acts.unit('Groups')];
  const units = { people, groups, sales: await acts.unit('Sales', people) };
  for (const name of ['Staff', 'Crew', 'House']) await acts.group(name, groups);
  await acts.join(`CN=House,${groups}`, `CN=Crew,${groups}`);
  const connection = {
    ...{ url: `ldaps://${domain.address}`, ca: domain.ca, serverName: domain.host, allowHosts: [domain.address] },
    ...(await serviceAccount(domain, acts, units)),
    ...{ base: people, organizationalUnit: people, groupBase: groups },
  };
  const context = { name: 'ad', allowHosts: [], deadline: 20_000, now: Date.now };
  const connect = (change: object = {}) =>
    connector.connect(connector.config.parse({ ...connection, ...change }), context);
  return { domain, acts, units, connection, connect };
}
