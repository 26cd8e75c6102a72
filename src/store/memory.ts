import type { Store } from '../engine/store-ports.ts';
import { memoryAccounts } from './memory/accounts.ts';
import { memoryApprovals } from './memory/approvals.ts';
import { memoryDelegations } from './memory/delegations.ts';
import { memoryDigests } from './memory/digests.ts';
import { memoryDrafts } from './memory/drafts.ts';
import { memoryEvents } from './memory/events.ts';
import { memoryInbox } from './memory/inbox.ts';
import { memoryLogins } from './memory/logins.ts';
import { memoryNamedSecrets } from './memory/named-secrets.ts';
import { memoryOutbox } from './memory/outbox.ts';
import { memoryPauses } from './memory/pauses.ts';
import { memoryPeople } from './memory/people.ts';
import { memoryProposals } from './memory/proposals.ts';
import { memoryPushed, memoryPushTokens } from './memory/pushed.ts';
import { memorySecrets } from './memory/secrets.ts';
import { memorySigningKeys, memorySignOns } from './memory/sign-ons.ts';
import { memoryConfig, memoryDirectories, memoryHealth, memoryLeases } from './memory/states.ts';

/**
 * The store in memory, under the same contract as the one on MongoDB: for tests, the fault simulation and previews.
 * What goes in is copied; what comes out is frozen and may be shared, but not changed.
 */
export function memoryStore(): Store {
  return {
    people: memoryPeople(),
    logins: memoryLogins(),
    approvals: memoryApprovals(),
    events: memoryEvents(),
    leases: memoryLeases(),
    accounts: memoryAccounts(),
    directories: memoryDirectories(),
    health: memoryHealth(),
    pauses: memoryPauses(),
    delegations: memoryDelegations(),
    digests: memoryDigests(),
    secrets: memorySecrets(),
    namedSecrets: memoryNamedSecrets(),
    drafts: memoryDrafts(),
    proposals: memoryProposals(),
    pushed: memoryPushed(),
    pushTokens: memoryPushTokens(),
    signOns: memorySignOns(),
    signingKeys: memorySigningKeys(),
    config: memoryConfig(),
    inbox: memoryInbox(),
    outbox: memoryOutbox(),
  };
}
