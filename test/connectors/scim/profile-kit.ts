import { shapeOf } from '../../../connectors/scim/manner.ts';
import { type ProfileName, profileNames } from '../../../connectors/scim/profiles/index.ts';
import type { Skip } from '../../contracts/skips.ts';
import { testTarget } from '../../contracts/target.ts';
import { nonsense } from '../../fakes/scim-peers.ts';
import { startVendorPeer } from '../../fakes/scim-vendor-peers.ts';

/** What an app of this profile cannot do has no tests; each is left out with the words people read. */
function leftOut(profile: ProfileName): Skip[] {
  const { capabilities, title, remarks } = shapeOf({ profile });
  const without = `${title} cannot: ${remarks?.delete ?? 'it has no such endpoint'}`;
  return [
    { test: 'passwords', reason: 'people sign in elsewhere, by single sign-on' },
    ...(capabilities.delete === true
      ? []
      : ['deletes, and deletes again', 'says that an account is missing'].map((test) => ({ test, reason: without }))),
    ...(capabilities.suspend === true
      ? []
      : [{ test: 'suspends and reactivates, losing nothing', reason: `${remarks?.suspend}` }]),
    ...(capabilities.entitlements === true ? [] : [{ test: 'entitlements', reason: `${title} has no groups` }]),
  ];
}

/** Files that share the profiles: each is a process, and they run side by side. */
const parts = 3;

/** Runs the kit for the profiles of one part. The generic one is what the other kits are about. */
export function testProfiles(part: number): void {
  const own = profileNames.filter((name) => name !== 'generic').filter((_, index) => index % parts === part);
  for (const profile of own)
    testTarget({
      name: `scim, ${profile}`,
      start: () => startVendorPeer(profile),
      nonsense,
      skip: leftOut(profile),
    });
}
