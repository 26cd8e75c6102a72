import { afterEach, beforeEach, describe } from 'vitest';
import type { Store } from '../../src/engine/store-ports.ts';
import { testAccounts } from './store/accounts.ts';
import { testApprovals } from './store/approvals.ts';
import { testDelegations } from './store/delegations.ts';
import { testDrafts } from './store/drafts.ts';
import { testEvents } from './store/events.ts';
import { testLogins } from './store/logins.ts';
import { testMail } from './store/mail.ts';
import { testNamedSecrets } from './store/named-secrets.ts';
import { testPeople } from './store/people.ts';
import { testProposals } from './store/proposals.ts';
import { testPushed, testPushTokens } from './store/pushed.ts';
import { testRoundTrips } from './store/round-trip.ts';
import { testSecrets } from './store/secrets.ts';
import { testSigningKeys, testSignOns } from './store/sign-ons.ts';
import { testStates } from './store/states.ts';

/** Gives an empty store. */
export type OpenStore = { name: string; open(): Promise<{ store: Store; close(): Promise<void> }> };

/** What every store must do; run over memory and over MongoDB. */
export function testStore({ name, open }: OpenStore): void {
  describe(`store ${name}`, () => {
    let opened: Awaited<ReturnType<OpenStore['open']>>;
    beforeEach(async () => {
      opened = await open();
    });
    afterEach(() => opened.close());
    const store = (): Store => opened.store;

    testPeople(() => store().people);
    testLogins(() => store().logins);
    testApprovals(() => store().approvals);
    testDelegations(() => store().delegations);
    testEvents(() => store().events);
    testAccounts(() => store().accounts);
    testStates(store);
    testSecrets(() => store().secrets);
    testNamedSecrets(() => store().namedSecrets);
    testDrafts(() => store().drafts);
    testProposals(() => store().proposals);
    testPushed(() => store().pushed);
    testPushTokens(() => store().pushTokens);
    testSignOns(() => store().signOns);
    testSigningKeys(() => store().signingKeys);
    testMail(store);
    testRoundTrips(store);
  });
}
