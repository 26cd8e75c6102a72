import { afterAll, beforeAll } from 'vitest';
import { target as connector } from '../../connectors/active-directory/index.ts';
import type { TargetConnector } from '../../src/core/connector.ts';
import {
  accountNumber,
  attributesOfKit,
  nonsense,
  refusedAccount,
  skips,
} from '../connectors/active-directory/target-kit.ts';
import { testTarget } from '../contracts/target.ts';
import { type Acts, actsIn } from './acts.ts';
import { type Domain, startDomain } from './samba.ts';
import { serviceAccount } from './service-account.ts';

let domain: Domain;
let acts: Acts;

beforeAll(async () => {
  domain = await startDomain();
  acts = actsIn(domain);
});
afterAll(() => domain?.stop());

const groupNames = ['Sales and more', 'Managers'] as const;

testTarget({
  name: 'active-directory, a Samba domain controller',
  start: async () => {
    const units = { people: await acts.unit('People'), groups: await acts.unit('Groups') };
    const account = await serviceAccount(domain, acts, units);
    for (const name of groupNames) await acts.group(name, units.groups);
    const dnOf = (name: string) => `CN=${name},${units.groups}`;
    const connection = {
      ...{ url: `ldaps://${domain.address}`, ca: domain.ca, serverName: domain.host, allowHosts: [domain.address] },
      ...{ ...account, base: units.people, organizationalUnit: units.people, groupBase: units.groups, pageSize: 3 },
    };
    return {
      connector: connector as TargetConnector,
      connection,
      wrongSecret: { ...connection, password: 'not the password' },
      secrets: [account.password],
      pageSize: 3,
      account: accountNumber,
      invalid: refusedAccount,
      attributes: attributesOfKit,
      entitlement: { target: 'groups', values: groupNames },
      outside: {
        createAccount: async (userName) => {
          const [name = ''] = userName.split('@');
          return acts.idOf(await acts.user(name, units.people, { userPrincipalName: userName }));
        },
        give: async (name, id) => acts.join(dnOf(name), await acts.dnOf(id)),
        holders: (name) => acts.idsIn(dnOf(name)),
      },
      passwords: {
        accepts: async (id, password) => domain.accepts(await acts.valueOf(id, 'userPrincipalName'), password),
        refused: 'tiny-1',
      },
      stop: async () => undefined,
    };
  },
  nonsense,
  skip: skips,
});
