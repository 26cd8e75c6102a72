import type { Connection } from 'mongoose';
import type { Store } from '../engine/store-ports.ts';
import { accountsCollection, listingsCollection, mongoAccounts } from './mongo/accounts.ts';
import { approvalsCollection, mongoApprovals } from './mongo/approvals.ts';
import type { Collection } from './mongo/collection.ts';
import { configCollection, mongoConfig } from './mongo/config.ts';
import { delegationsCollection, mongoDelegations } from './mongo/delegations.ts';
import { digestsCollection, mongoDigests } from './mongo/digests.ts';
import { directoriesCollection, mongoDirectories } from './mongo/directories.ts';
import { draftsCollection, mongoDrafts } from './mongo/drafts.ts';
import { catalogsCollection, entitlementsCollection } from './mongo/entitlements.ts';
import { eventsCollection, mongoEvents } from './mongo/events.ts';
import { guarded } from './mongo/failures.ts';
import { healthCollection, mongoHealth } from './mongo/health.ts';
import { inboxCollection, mongoInbox } from './mongo/inbox.ts';
import { leasesCollection, mongoLeases } from './mongo/leases.ts';
import { loginsCollection, mongoLogins } from './mongo/logins.ts';
import { movesCollection } from './mongo/moves.ts';
import { mongoNamedSecrets, namedSecretsCollection } from './mongo/named-secrets.ts';
import { orphansCollection } from './mongo/orphans.ts';
import { mongoOutbox, outboxCollection } from './mongo/outbox.ts';
import { mongoPauses, pausesCollection } from './mongo/pauses.ts';
import { mongoPeople, peopleCollection } from './mongo/people.ts';
import { mongoProposals, proposalsCollection } from './mongo/proposals.ts';
import { mongoPushed, mongoPushTokens, pushedCollection, pushTokensCollection } from './mongo/pushed.ts';
import { mongoSecrets, secretsCollection } from './mongo/secrets.ts';
import { mongoSigningKeys, mongoSignOns, signingKeysCollection, signOnsCollection } from './mongo/sign-ons.ts';

export { connectMongo } from './mongo/connection.ts';

/**
 * The store on MongoDB, one collection per kind of document; see `buildIndexes` for what must be there first.
 * Every write is a compare-and-set or an idempotent update of single documents.
 * Its functions throw RollcallError `store-unavailable` (retry) when the database does not answer; what was being written may or
 * may not be there then: read again.
 */
export function mongoStore(connection: Connection): Store {
  return {
    people: guarded(mongoPeople(connection)),
    logins: guarded(mongoLogins(connection)),
    approvals: guarded(mongoApprovals(connection)),
    events: guarded(mongoEvents(connection)),
    leases: guarded(mongoLeases(connection)),
    accounts: guarded(mongoAccounts(connection)),
    directories: guarded(mongoDirectories(connection)),
    health: guarded(mongoHealth(connection)),
    pauses: guarded(mongoPauses(connection)),
    delegations: guarded(mongoDelegations(connection)),
    digests: guarded(mongoDigests(connection)),
    secrets: guarded(mongoSecrets(connection)),
    namedSecrets: guarded(mongoNamedSecrets(connection)),
    drafts: guarded(mongoDrafts(connection)),
    proposals: guarded(mongoProposals(connection)),
    pushed: guarded(mongoPushed(connection)),
    pushTokens: guarded(mongoPushTokens(connection)),
    signOns: guarded(mongoSignOns(connection)),
    signingKeys: guarded(mongoSigningKeys(connection)),
    config: guarded(mongoConfig(connection)),
    inbox: guarded(mongoInbox(connection)),
    outbox: guarded(mongoOutbox(connection)),
  };
}

const collections = [
  peopleCollection,
  loginsCollection,
  approvalsCollection,
  eventsCollection,
  leasesCollection,
  accountsCollection,
  listingsCollection,
  entitlementsCollection,
  catalogsCollection,
  orphansCollection,
  directoriesCollection,
  healthCollection,
  pausesCollection,
  delegationsCollection,
  digestsCollection,
  secretsCollection,
  namedSecretsCollection,
  draftsCollection,
  proposalsCollection,
  pushedCollection,
  pushTokensCollection,
  signOnsCollection,
  signingKeysCollection,
  configCollection,
  inboxCollection,
  outboxCollection,
  movesCollection,
];

/** Everything a store has, empty or not: whoever copies a store goes by this. */
export const storeCollections = (connection: Connection): Collection[] =>
  collections.map((collectionOf) => collectionOf(connection));

/** Builds what indexes are missing; must have ended before the store is used, as uniqueness rests on them. Safe to repeat. */
export async function buildIndexes(connection: Connection): Promise<void> {
  for (const model of storeCollections(connection)) await model.createIndexes();
}
