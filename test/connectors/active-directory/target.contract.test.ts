import { target as connector } from '../../../connectors/active-directory/index.ts';
import type { TargetConnector } from '../../../src/core/connector.ts';
import { testTarget } from '../../contracts/target.ts';
import { startLdapDomain } from '../../fakes/ldap-domain.ts';
import { accountNumber, attributesOfKit, nonsense, refusedAccount, skips } from './target-kit.ts';

const groupNames = ['Sales, and "more"', 'Managers'] as const;

testTarget({
  name: 'active-directory, a server of our own',
  start: async () => {
    const domain = await startLdapDomain();
    const [first, second] = groupNames.map((name) =>
      domain.group(name.replace(/[,"]/g, '\\$&'), domain.groups, { sAMAccountName: [name] }),
    );
    const dnOf = (name: string) => (name === groupNames[0] ? first : second) ?? '';
    return {
      connector: connector as TargetConnector,
      connection: domain.connection,
      wrongSecret: { ...domain.connection, password: 'not the password' },
      secrets: [domain.password],
      pageSize: 3,
      account: accountNumber,
      invalid: refusedAccount,
      attributes: attributesOfKit,
      entitlement: { target: 'groups', values: groupNames },
      outside: {
        createAccount: async (userName) => domain.user(userName, domain.people, { userPrincipalName: [userName] }),
        give: async (name, id) => domain.join(dnOf(name), id),
        holders: async (name) => domain.membersOf(dnOf(name)),
      },
      passwords: {
        accepts: async (id, password) => domain.signIn(domain.valuesOf(id, 'userPrincipalName')[0] ?? '', password),
        refused: 'tiny-1',
      },
      stop: domain.stop,
    };
  },
  nonsense,
  skip: skips,
});
