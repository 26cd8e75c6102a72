import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { approvalCard } from '../../blocks/approval-card.ts';
import { auditLine } from '../../blocks/audit-line.ts';
import { choiceOption, choiceValue, chooseModal, chosenModal } from '../../blocks/choose.ts';
import { detailsModal } from '../../blocks/details.ts';
import { answer, help, verbHelp, whichOne } from '../../blocks/help.ts';
import { history } from '../../blocks/history.ts';
import { home, strangerHome } from '../../blocks/home.ts';
import { lintMessage, lintView, optionProblems } from '../../blocks/lint.ts';
import { notice } from '../../blocks/notice.ts';
import { pending } from '../../blocks/pending.ts';
import { plan } from '../../blocks/plan.ts';
import { questionLine, questionModal } from '../../blocks/question.ts';
import { rejectModal } from '../../blocks/reject-modal.ts';
import { seeAllModal } from '../../blocks/see-all.ts';
import { appStatus, overviewStatus, personStatus } from '../../blocks/status.ts';
import { syncReport } from '../../blocks/sync-report.ts';
import type { ApprovalView, EventView, LoginView, PlanPreview } from '../../blocks/view.ts';
import { makeEvent } from '../../src/core/event.ts';
import { listLength, hostileText as text, times } from './hostile.ts';
import { account, approval, approvalView, login, loginView, operation } from './samples.ts';

/** Every builder, every limit, every hostile text: nothing Slack refuses, nothing unescaped. */
const runs = { numRuns: 25 };
const fill = <T>(length: number, one: T): T[] => Array.from({ length }, () => one);

const accountView = fc
  .record({
    names: fc.array(text, { maxLength: 12 }),
    values: fc.array(text, { maxLength: 12 }),
    groups: fc.array(text, { maxLength: 40 }),
  })
  .map(({ names, values, groups }) =>
    account(Object.fromEntries(names.map((name, index) => [name, values[index] ?? ''])), groups),
  );

const operations = fc
  .record({
    kind: fc.constantFrom('create', 'update', 'suspend', 'reactivate', 'delete', 'adopt'),
    state: fc.constantFrom('awaiting', 'held', 'approved', 'applying', 'applied', 'rejected', 'failed', 'superseded'),
    before: fc.option(accountView),
    after: fc.option(accountView),
    because: text,
    reasons: fc.constantFrom(0, 1, 40),
    trouble: fc.option(fc.record({ kind: text, message: text, remedy: text, at: times })),
  })
  .map(({ because, reasons, ...rest }) =>
    operation({ ...rest, reasons: fill(reasons, { kind: 'role', name: because, because, target: because }) } as never),
  );

const loginViews: fc.Arbitrary<LoginView> = fc
  .record({ operation: fc.option(operations), personName: text, appTitle: text, word: text, explanation: text })
  .map(({ operation, ...rest }) => loginView({ ...rest, login: login({ operation }) }));

const approvals: fc.Arbitrary<ApprovalView> = fc
  .record({
    change: fc.record({
      id: fc.constantFrom('a-1', `a-${'x'.repeat(100)}`),
      kind: fc.constantFrom('person', 'batch', 'threshold'),
      operationKind: fc.constantFrom(null, 'create', 'delete'),
      state: fc.constantFrom('open', 'approved', 'rejected', 'expired', 'closed'),
      leaving: fc.boolean(),
      urgent: fc.boolean(),
      reason: fc.option(text),
      operations: fc.nat(100_000),
      people: fc.nat(100_000),
      expiresAt: fc.option(times),
      decidedAt: fc.option(times),
      quorum: fc.integer({ min: 1, max: 5 }),
      step: fc.constantFrom(0, 4),
      risk: fc.constantFrom('normal', 'high'),
      stuckAt: fc.option(times),
    }),
    words: fc.array(text, { maxLength: 30 }),
    name: text,
    shown: listLength,
    one: loginViews,
    circle: listLength,
    votes: fc.constantFrom(0, 1, 5, 400),
    tally: fc.dictionary(fc.constantFrom('applied', 'failed', 'held', 'superseded', 'applying'), fc.nat(100_000)),
  })
  .map(({ change, words, name, shown, one, circle, votes, tally }) =>
    approvalView({
      approval: approval({
        ...(change as object),
        decidedBy: { kind: 'person', person: 'p', name, via: 'slack' },
        requester: { kind: 'operator', name, via: 'cli' },
        steps: fill(change.step + 1, { who: words, circle: [name], fallback: [], quorum: 1, fellBack: change.urgent }),
        votes: [
          ...fill(votes, { person: 'p', name, at: 0, step: 0, for: null }),
          ...fill(votes, { person: 'p', name, at: 0, step: 4, for: { person: 'p', name } }),
        ],
      }),
      logins: fill(shown, one),
      total: shown,
      circle: fill(circle, {
        ...{ person: 'p', name, slack: circle === 40 ? { team: name, user: name } : null },
        ...(circle > 1 && { for: name }),
      }),
      personName: name,
      personTitle: name,
      appTitle: name,
      tally,
    }),
  );

const events: fc.Arbitrary<EventView> = fc
  .record({ message: text, name: text, at: times, status: fc.option(text), known: fc.boolean() })
  .map(({ message, name, at, status, known }) => ({
    event: makeEvent({ type: 't', message, actor: { kind: 'operator', name, via: 'cli' }, status }, 'e', at),
    personName: known ? name : null,
    appTitle: known ? name : null,
  }));

const plans: fc.Arbitrary<PlanPreview> = fc
  .record({ length: listLength, name: text, why: text, after: accountView, counts: listLength })
  .map(({ length, name, why, after, counts }) => ({
    operations: fill(length, {
      person: name,
      personName: name,
      app: name,
      kind: 'create' as const,
      before: null,
      after,
      reasons: [],
      verdict: 'ask' as const,
      why,
    }),
    counts: fill(counts, { app: name, kind: 'create' as const, count: 3 }),
    people: length,
  }));

const appOverview = fc.record({
  app: text,
  title: text,
  words: fc.dictionary(text, fc.nat(9)),
  heldUp: fc.record({
    pause: fc.option(fc.record({ until: fc.option(times), by: text, reason: fc.option(text) })),
    people: fc.nat(9),
    window: fc.option(fc.record({ open: fc.boolean(), opens: fc.option(times) })),
  }),
  health: fc.option(
    fc.record({
      pausedUntil: fc.option(times),
      reason: fc.option(text),
      quarantine: fc.option(
        fc.record({ since: times, kind: fc.constant('auth' as const), reason: text, nextTry: times, tries: fc.nat(9) }),
      ),
    }),
  ),
});
const directory = fc
  .record({
    title: text,
    at: times,
    reason: fc.option(text),
    complete: fc.boolean(),
    place: text,
    said: text,
    problems: listLength,
    read: fc.boolean(),
  })
  .map(({ title, at, reason, complete, place, said, problems, read }) => ({
    title,
    present: 5,
    lastRead: read ? { at, complete, rows: 1, changed: 1, reason } : null,
    problems: fill(problems, { place, message: said }),
  }));

const messages = {
  'approval card': approvals.map(approvalCard),
  'audit line': events.map(auditLine),
  answer: fc.tuple(text, fc.option(text)).map(([said, usage]) => answer(said, usage)),
  'which one': fc.tuple(text, listLength).map(([name, length]) => whichOne(name, fill(length, { name, email: name }))),
  help: fc
    .tuple(text, listLength)
    .map(([said, length]) => help(fill(length, { usage: said, summary: said, note: said, example: said }))),
  'verb help': text.map((said) => verbHelp({ usage: said, summary: said, note: said, example: said })),
  history: fc
    .tuple(text, events, listLength)
    .map(([subject, event, length]) => history(subject, fill(length, event), true)),
  notice: fc.tuple(text, listLength).map(([body, length]) => notice(fill(Math.max(1, length), body).join('\n'))),
  pending: fc.tuple(approvals, listLength).map(([view, length]) => pending(fill(length, view), true)),
  plan: fc.tuple(text, plans).map(([subject, preview]) => plan(subject, preview, { [subject]: subject })),
  'person status': fc
    .tuple(text, loginViews, listLength)
    .map(([name, view, length]) =>
      personStatus({ name, title: name, status: 'active', logins: fill(length, view), more: true }),
    ),
  'app status': fc
    .tuple(appOverview, loginViews, listLength)
    .map(([app, view, length]) => appStatus(app, fill(length, view), true)),
  overview: fc
    .tuple(appOverview, directory, listLength)
    .map(([app, place, length]) =>
      overviewStatus({ apps: fill(length, app), directories: fill(length, place), waiting: length }),
    ),
  question: fc
    .tuple(events, text, fc.option(text))
    .map(([view, name, user]) => questionLine(view, user === null ? null : { name, user })),
  'sync report': fc.tuple(text, text, listLength).map(([said, place, length]) =>
    syncReport(
      fill(length, {
        directory: said,
        result: 'read' as const,
        text: said,
        problems: fill(length, { place, message: said }),
      }),
    ),
  ),
};

const views = {
  details: approvals.map(detailsModal),
  'see all': fc.tuple(approvals, fc.constantFrom(0, 1, 39)).map(([view, page]) => seeAllModal(view, page)),
  'choose modal': approvals.map((view) => chooseModal(view, '{}')),
  'chosen modal': fc
    .record({ view: approvals, one: loginViews, act: fc.constantFrom('approve', 'reject'), length: listLength })
    .map(({ view, one, act, length }) => {
      const chosen = fill(Math.min(length, 100), one);
      return chosenModal(view, { act: act as 'approve', chosen, dropped: length, reason: one.personName }, '{}');
    }),
  'question modal': approvals.map((view) => questionModal(view, '{}')),
  'reject modal': approvals.map((view) => rejectModal(view, '{}')),
  home: fc
    .tuple(text, approvals, loginViews, directory, appOverview, listLength)
    .map(([name, view, one, place, app, length]) =>
      home({
        person: 'p-ada',
        name,
        pending: fill(length, view),
        logins: fill(length, one),
        approvedBy: { crm: fill(Math.min(length, 40), name) },
        apps: fill(length, app),
        admin: {
          ...{ failures: fill(length, one), held: fill(length, one), directories: fill(length, place) },
          expiring: fill(length, { what: 'app', name, title: name, endsAt: 0 }),
        },
      }),
    ),
  'home of a stranger': text.map(strangerHome),
};

function expectSound(problems: readonly string[], built: unknown): void {
  expect(problems.slice(0, 3)).toEqual([]);
  expect(/<@UEVIL|<!channel|<https?:/.exec(JSON.stringify(built))).toBeNull();
}

describe('every message keeps to Slack’s limits and escapes everything', () => {
  it.each(Object.entries(messages))(
    '%s',
    (_name, built) => {
      fc.assert(
        fc.property(built, (message) => {
          expectSound(lintMessage(message), message);
        }),
        runs,
      );
    },
    60_000,
  );
});

it('every option of a menu keeps to Slack’s limits and escapes everything', () => {
  fc.assert(
    fc.property(loginViews, (view) => {
      expect(optionProblems('option', choiceOption(view))).toEqual([]);
      expect(choiceValue(view)).toMatch(/^p-zoe (o-1)?$/);
    }),
    runs,
  );
});

describe('every view keeps to Slack’s limits and escapes everything', () => {
  it.each(Object.entries(views))(
    '%s',
    (_name, built) => {
      fc.assert(
        fc.property(built, (view) => {
          expectSound(lintView(view), view);
        }),
        runs,
      );
    },
    60_000,
  );
});
