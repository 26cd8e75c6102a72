import fc from 'fast-check';
import { appPeople } from '../../../blocks/app-people.ts';
import { candidates } from '../../../blocks/candidates.ts';
import { discovery } from '../../../blocks/discovery.ts';
import { explanation } from '../../../blocks/explanation.ts';
import type { CandidateView } from '../../../blocks/governance-view.ts';
import { graceReminder, graceReport } from '../../../blocks/grace-report.ts';
import { holdings } from '../../../blocks/holdings.ts';
import { leaverReport } from '../../../blocks/leaver-report.ts';
import { paused, pauseList } from '../../../blocks/pauses.ts';
import { personCard } from '../../../blocks/person-card.ts';
import { oneRole, roleList } from '../../../blocks/roles.ts';
import { twinList } from '../../../blocks/twins.ts';
import { undoPlan } from '../../../blocks/undo.ts';
import { unlink } from '../../../blocks/unlink.ts';
import type { LoginView } from '../../../blocks/view.ts';
import { statusWords } from '../../../src/core/status.ts';
import { times } from '../hostile.ts';
import { account, approval, approvalView, batch, login, loginView, now } from '../samples.ts';
import { type Built, type Extreme, fill } from './given.ts';

const suspended = loginView({
  word: 'suspended',
  login: login({
    wish: { state: 'suspended', cause: 'left', attributes: {}, entitlements: {}, reasons: [] } as never,
  }),
});

/** What repairs, undoes and looks back. */
export function governance({ text, listLength }: Extreme): Built {
  const words = fc.constantFrom(...statusWords);
  const logins: fc.Arbitrary<LoginView> = fc
    .record({ personName: text, appTitle: text, word: fc.oneof(words, text), explanation: text })
    .map((said) => ({ ...suspended, ...said }));
  const reasons = fc
    .tuple(text, listLength)
    .map(([said, length]) => fill(length, { kind: 'rule' as const, name: said, because: said, target: said }));
  const lines = fc.tuple(text, listLength).map(([said, length]) => fill(length, said));
  const subjects = fc
    .tuple(text, text, text)
    .map(([personName, appTitle, app]) => ({ person: 'p-zoe', personName, app, appTitle }));
  const accounts = fc.tuple(text, text).map(([name, value]) => account({ [name]: value }, [value]));
  const appView = fc.record({
    app: text,
    title: text,
    words: fc.dictionary(text, fc.nat(9)),
    health: fc.option(fc.record({ pausedUntil: fc.option(times), reason: fc.option(text) })),
  });
  const found: fc.Arbitrary<CandidateView> = fc.record({
    remoteId: text,
    userName: fc.option(text),
    emails: lines,
    active: fc.boolean(),
    heldBy: fc.option(text),
    difference: lines,
  });
  return {
    explanation: fc
      .record({ names: subjects, word: words, text, chain: reasons, target: text, value: text, length: listLength })
      .map(({ names, word, text: said, chain, target: of, value, length }) =>
        explanation({
          ...{ ...names, word, text: said, chain },
          targets: fill(length, { target: of, value, chain }),
          near: fill(length, { role: of, mapping: of, condition: said, has: said, wants: value }),
        }),
      ),
    undoPlan: fc
      .record({
        said: text,
        before: fc.option(accounts),
        after: fc.option(accounts),
        length: listLength,
        note: fc.option(text),
      })
      .map(({ said, before, after, length, note }) =>
        undoPlan(
          {
            text: said,
            steps: fill(length, { personName: said, app: said, kind: 'update' as const, before, after }),
            cannot: fill(length, { personName: said, app: said, why: said }),
          },
          { what: 'operation', plan: '0123456789ab', id: said },
          { [said]: said },
          note,
        ),
      ),
    candidates: fc
      .tuple(text, subjects, found, listLength)
      .map(([said, names, one, length]) => candidates(said, names, fill(length, one))),
    unlink: subjects.map(unlink),
    discovery: fc.tuple(text, listLength, fc.dictionary(text, fc.nat(9))).map(([said, length, matched]) =>
      discovery(
        { app: said, title: said },
        {
          ...{ accounts: length, matched, ambiguous: length, unmatched: length, ownerless: length, managed: length },
          ...{ text: said, enabled: length > 0, requests: [{ foundBy: said, operations: length }] },
        },
        fill(length, { remoteId: said, userName: said === 'CRM' ? null : said }),
        fill(Math.min(length, 9), {
          view: batch(3, 'adopt', { foundBy: Object.keys(matched)[0] ?? said }),
          mayDecide: length !== 1,
        }),
      ),
    ),
    twinList: fc.tuple(text, lines, listLength, listLength).map(([said, records, length, people]) =>
      twinList(
        fill(length, {
          ...{ newcomer: said, newcomerName: said, records },
          people: fill(people, { person: said, personName: said }),
        }),
      ),
    ),
    paused: fc.tuple(text, fc.option(times)).map(([said, until]) => paused(said, until)),
    pauseList: fc
      .tuple(text, fc.option(times), listLength)
      .map(([said, until, length]) =>
        pauseList(fill(length, { subject: { app: said }, about: said, until, reason: said, by: said, at: now })),
      ),
    roleList: fc
      .tuple(text, lines, listLength)
      .map(([said, apps, length]) =>
        roleList(
          fill(length, { name: said, title: said, apps, members: [{ email: said, until: said }], people: length }),
        ),
      ),
    oneRole: fc
      .tuple(text, lines, listLength)
      .map(([said, apps, length]) =>
        oneRole({ name: said, title: said, apps, members: fill(length, { email: said, until: said }), people: length }),
      ),
    holdings: fc.tuple(text, times, lines, listLength).map(([said, at, approvedBy, length]) =>
      holdings(
        { app: said, title: said },
        at,
        fill(length, {
          ...{ personName: said, state: 'active' as const, since: at, approvedBy, reason: said },
          entitlements: { [said]: approvedBy },
        }),
      ),
    ),
    leaverReport: fc
      .tuple(text, logins, listLength, fc.boolean(), fc.option(times))
      .map(([said, one, length, isAdmin, leftAt]) =>
        leaverReport(
          {
            ...{ personName: said, status: 'left', leftAt, text: said },
            ...{
              open: fill(length, { ...one, closers: ['p-ada'] }),
              failed: fill(length, one),
              pending: fill(length, one),
              closed: fill(length, one),
            },
          },
          { person: 'p-ada', admin: isAdmin, deletes: [one.login.app] },
        ),
      ),
    graceReport: fc
      .tuple(subjects, times, fc.option(times), listLength)
      .map(([names, at, keptUntil, length]) =>
        graceReport(fill(length, { ...names, since: at, deletesAt: at, keptUntil, asks: true }), true),
      ),
    graceReminder: fc
      .tuple(subjects, times, fc.option(times), listLength, fc.boolean())
      .map(([names, at, keptUntil, length, asks]) =>
        graceReminder(names.appTitle, fill(length, { ...names, since: at, deletesAt: at, keptUntil, asks })),
      ),
    appPeople: fc.tuple(appView, logins, listLength, fc.option(text)).map(([app, one, length, word]) =>
      appPeople({
        app,
        word,
        logins: fill(length, one),
        more: true,
        reader: { person: 'p', admin: true, approver: true },
      }),
    ),
    personCard: fc.tuple(text, logins, listLength, fc.option(times)).map(([said, one, length, at]) =>
      personCard({
        ...{ person: 'p-zoe', name: said, title: said, status: 'left', leftAt: at, more: true },
        stop: at === null ? null : { by: said, at, reason: said },
        logins: fill(length, one),
        means: fill(length, {
          admin: true,
          deletes: true,
          request: approvalView({ personName: said, approval: approval() }),
        }),
      }),
    ),
  };
}
