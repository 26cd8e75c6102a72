import { connector } from '../../../connectors/scim/index.ts';
import type { ProfileName } from '../../../connectors/scim/profiles/index.ts';
import { connectorFor, type TargetConnector } from '../../../src/core/connector.ts';
import type { Peer } from '../../contracts/peer.ts';
import { testTarget } from '../../contracts/target.ts';
import { startBetterAuthPeer } from '../../fakes/better-auth-app.ts';
import { nonsense } from '../../fakes/scim-peers.ts';

const reason = 'this server keeps no passwords: people sign in elsewhere';
const skip = [
  { test: 'passwords', reason },
  { test: 'under faults', reason: 'it sends what the strict app is sent, which meets them all' },
];

/** The same server under a profile: it takes Entra ID and Okta for clients. */
async function under(profile: ProfileName): Promise<Peer> {
  const peer = await startBetterAuthPeer();
  return {
    ...peer,
    connector: connectorFor(connector as TargetConnector, { profile }),
    connection: { ...peer.connection, profile },
    wrongSecret: { ...peer.wrongSecret, profile },
  };
}

testTarget({ name: 'scim, better-auth', start: () => startBetterAuthPeer(), nonsense, skip });
testTarget({
  name: 'scim by PUT, better-auth',
  start: () => startBetterAuthPeer({ userUpdate: 'put' }),
  nonsense,
  skip,
});
testTarget({ name: 'scim as Entra ID speaks it, better-auth', start: () => under('entra'), nonsense, skip });
testTarget({
  name: 'scim as Okta speaks it, better-auth',
  start: () => under('okta'),
  nonsense,
  skip: [
    ...skip,
    ...['deletes, and deletes again', 'says that an account is missing'].map((test) => ({
      ...{ test, reason: 'Okta never deletes users' },
    })),
  ],
});
