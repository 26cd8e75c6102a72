import { testTarget } from '../../contracts/target.ts';
import { startBetterAuthPeer } from '../../fakes/better-auth-app.ts';
import { nonsense } from '../../fakes/scim-peers.ts';

testTarget({ name: 'scim, better-auth', start: () => startBetterAuthPeer(), nonsense });
testTarget({ name: 'scim by PUT, better-auth', start: () => startBetterAuthPeer({ userUpdate: 'put' }), nonsense });
