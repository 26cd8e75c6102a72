import { testTarget } from '../../contracts/target.ts';
import { nonsense, startScimmyPeer, startStrictPeer } from '../../fakes/scim-peers.ts';

/** The requests are those of the strict app, which meets every fault by PATCH and by PUT. */
const skip = [{ test: 'under faults', reason: 'it sends what the strict app is sent, which meets them all' }];

testTarget({ name: 'scim, strict app', start: () => startStrictPeer(), nonsense });
testTarget({
  name: 'scim, bare app: no discovery, no groups on users, empty answers',
  start: () =>
    startStrictPeer({}, { discovery: false, userGroups: false, patch: 'empty', create: 'empty', filter: 'refused' }),
  nonsense,
  skip,
});
testTarget({
  name: 'scim by PUT, with versions',
  start: () => startStrictPeer({ userUpdate: 'put' }, { etag: true, create: 'location' }),
  nonsense,
});
testTarget({
  name: 'scim by PATCH without paths',
  start: () => startStrictPeer({ patchPath: 'none' }, { filter: 'ignored', paging: 'restarts', userGroups: false }),
  nonsense,
  skip,
});
testTarget({ name: 'scim, scimmy', start: () => startScimmyPeer(), nonsense, skip });
testTarget({ name: 'scim by PUT, scimmy', start: () => startScimmyPeer({ userUpdate: 'put' }), nonsense, skip });
