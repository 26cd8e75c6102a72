import fc from 'fast-check';
import { requestList, requestModal } from '../../../blocks/access-request.ts';
import { answerModal, waitingModal } from '../../../blocks/answer-modal.ts';
import { cleanDigest, type DigestView, digestMessage, retryPreview } from '../../../blocks/digest.ts';
import { findingList } from '../../../blocks/findings.ts';
import { answer } from '../../../blocks/help.ts';
import { loginModal } from '../../../blocks/login-modal.ts';
import { lookUpModal } from '../../../blocks/look-up.ts';
import { movedCard } from '../../../blocks/moved-card.ts';
import { onceMessage } from '../../../blocks/once-message.ts';
import { welcomeMessage } from '../../../blocks/welcome.ts';
import { statusWords } from '../../../src/core/status.ts';
import { times } from '../hostile.ts';
import { approval, approvalView, now } from '../samples.ts';
import { type Built, type Extreme, fill, given } from './given.ts';

const onceUrl = 'https://rollcall.acme.test/once/sso:p-7k2.Zm9vYmFyYmF6';
const grantWords = fc.constantFrom('waiting' as const, 'given' as const, 'refused' as const, 'over' as const);

/** What is searched, opened, asked for, and told of by itself. */
export function lookUps(extreme: Extreme): Built {
  const { text, listLength } = extreme;
  const { loginViews, appOverview } = given(extreme);
  const digests: fc.Arbitrary<DigestView> = fc
    .record({
      ...{ length: listLength, said: text, when: times, retryable: fc.boolean() },
      ...{ count: fc.constantFrom(1, 2, 100_000), before: fc.option(fc.nat(9)), since: fc.option(times) },
    })
    .map(({ length, said, when, count, before, retryable, since }) => {
      const app = { app: said, appTitle: said };
      const group = { ...app, code: 'c-1', word: said, kind: 'rejected', count, before, cause: said, remedy: said };
      return {
        ...{ at: now, since, more: count, groups: fill(length, { ...group, people: [said, said], retryable }) },
        quarantined: fill(length, { ...app, since: when, reason: said, nextTry: when, waiting: count }),
        expiring: fill(length, { what: 'app' as const, name: said, title: said, endsAt: when }),
        overdue: { count: length, oldest: since, requests: [] },
        cured: fill(length, { code: 'c', app: said, cause: said, count }),
      };
    });
  return {
    requestModal: fc
      .tuple(text, listLength, fc.boolean(), fc.constantFrom('app' as const, 'role' as const))
      .map(([said, length, named, kind]) =>
        requestModal(named ? { kind, name: said, title: said, apps: fill(length, said), state: 'open' } : null),
      ),
    requestList: fc.tuple(text, listLength, grantWords, fc.boolean()).map(([said, length, word, own]) =>
      requestList(
        fill(length, {
          ...{ id: `r-${said.length}`, title: said, why: said, until: own ? null : said },
          apps: fill(length, { app: said, title: said, word }),
        }),
        own ? null : said,
      ),
    ),
    answerModal: text.map((said) => answerModal(answer(said, said))),
    waitingModal: fc.constant(waitingModal()),
    digestMessage: digests.map(digestMessage),
    cleanDigest: fc.constant(cleanDigest()),
    retryPreview: fc
      .tuple(text, listLength)
      .map(([said, count]) =>
        retryPreview(
          { count, people: fill(Math.min(count, 5), said), text: said },
          { app: said, appTitle: said, cause: 'c-1' },
        ),
      ),
    loginModal: fc
      .tuple(loginViews, text, fc.boolean(), fc.boolean(), listLength)
      .map(([login, said, admin, asks, length]) =>
        loginModal({
          ...{ login, admin, deletes: admin, approvedBy: fill(length, said) },
          request: asks
            ? { view: approvalView({ personName: said, approval: approval(), logins: [login] }), mayDecide: admin }
            : null,
          paused: asks ? { app: said, person: said } : null,
        }),
      ),
    lookUpModal: fc
      .tuple(appOverview, loginViews, text, listLength, fc.boolean(), fc.option(fc.constantFrom(...statusWords)))
      .map(([app, login, said, length, more, word]) =>
        lookUpModal({
          of: more ? { app } : { person: said, name: said },
          reader: { person: said, admin: more, approver: more },
          // The modal’s own input takes no more.
          ...{ word, text: said.slice(0, 200), logins: fill(length, login), page: length + 1, more, metadata: '{}' },
        }),
      ),
    findingList: fc
      .tuple(text, listLength, fc.constantFrom('right' as const, 'note' as const, 'wrong' as const))
      .map(([said, length, state]) => findingList(fill(length, { state, what: said, remedy: said }))),
    movedCard: fc.constant(movedCard()),
    welcomeMessage: fc
      .tuple(
        text,
        listLength,
        fc.constantFrom('joiner' as const, 'manager' as const, 'informed' as const),
        fc.boolean(),
      )
      .map(([said, length, to, linked]) => {
        const apps = Array.from({ length }, (_, index) => ({
          ...{ app: `app-${index}`, title: said, userName: linked ? said : null },
          signOn: linked ? `https://${'a'.repeat(480)}.test` : null,
        }));
        return welcomeMessage({ personName: said, apps, coming: fill(length, { title: said, word: said }) }, to);
      }),
    onceMessage: fc
      .tuple(text, listLength, fc.constantFrom('show' as const, 'set' as const), fc.constantFrom(null, onceUrl))
      .map(([said, length, purpose, link]) => onceMessage({ purpose, apps: fill(length, said), link })),
  };
}
