import { testTarget } from '../../contracts/target.ts';
import { startBetterAuthPeer } from '../../fakes/better-auth-app.ts';
import { nonsense } from '../../fakes/scim-peers.ts';

const reason = 'this server keeps no passwords: people sign in elsewhere';
const skip = [
  { test: 'passwords', reason },
  { test: 'under faults', reason: 'it sends what the strict app is sent, which meets them all' },
];

testTarget({ name: 'scim, better-auth', start: () => startBetterAuthPeer(), nonsense, skip });
testTarget({
  name: 'scim by PUT, better-auth',
  start: () => startBetterAuthPeer({ userUpdate: 'put' }),
  nonsense,
  skip,
});
