import { testTarget } from '../../contracts/target.ts';
import { startBetterAuthPeer } from '../../fakes/better-auth-app.ts';
import { nonsense } from '../../fakes/scim-peers.ts';

const reason = 'this server keeps no passwords: people sign in elsewhere';
const skip = [
  { test: 'sets a password with a new account and a new one later, and never shows it', reason },
  { test: 'leaves a password alone when anything else changes', reason },
  { test: 'says that a password is refused without saying it', reason },
];

testTarget({ name: 'scim, better-auth', start: () => startBetterAuthPeer(), nonsense, skip });
testTarget({
  name: 'scim by PUT, better-auth',
  start: () => startBetterAuthPeer({ userUpdate: 'put' }),
  nonsense,
  skip,
});
