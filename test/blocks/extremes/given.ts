import type { HomeView, ModalView } from '@slack/types';
import fc from 'fast-check';
import type { Message } from '../../../blocks/kit.ts';
import type { ApprovalView, EventView, LoginView, PlanPreview } from '../../../blocks/view.ts';
import { makeEvent } from '../../../src/core/event.ts';
import { statusWords } from '../../../src/core/status.ts';
import { times } from '../hostile.ts';
import { account, approval, approvalView, login, loginView, operation } from '../samples.ts';

/** Every text and the length of every list. */
export type Extreme = { text: fc.Arbitrary<string>; listLength: fc.Arbitrary<number> };
/** What a builder makes of it, by the builder's name. */
export type Built = Readonly<Record<string, fc.Arbitrary<Message | ModalView | HomeView>>>;

export const fill = <T>(length: number, one: T): T[] => Array.from({ length }, () => one);

/** What builders are given, at an extreme. */
export function given({ text, listLength }: Extreme) {
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
      state: fc.constantFrom(
        'awaiting',
        'held',
        'approved',
        'applying',
        'handed',
        'applied',
        'rejected',
        'failed',
        'superseded',
      ),
      before: fc.option(accountView),
      after: fc.option(accountView),
      because: text,
      reasons: fc.constantFrom(0, 1, 40),
      trouble: fc.option(fc.record({ kind: text, message: text, remedy: text, at: times })),
    })
    .map(({ because, reasons, ...rest }) =>
      operation({
        ...rest,
        reasons: fill(reasons, { kind: 'role', name: because, because, target: because }),
      } as never),
    );

  const loginViews: fc.Arbitrary<LoginView> = fc
    .record({
      operation: fc.option(operations),
      personName: text,
      appTitle: text,
      word: fc.oneof(fc.constantFrom(...statusWords), text),
      // A sentence of ours, with what an app said in it; or nothing.
      explanation: text.map((said) => (said === '' ? '' : `It said “${said}”.`)),
    })
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
      hands: fc.constantFrom({}, { task: true as const }, { byHand: true as const }),
      words: fc.array(text, { maxLength: 30 }),
      name: text,
      shown: listLength,
      one: loginViews,
      circle: listLength,
      votes: fc.constantFrom(0, 1, 5, 400),
      tally: fc.dictionary(fc.constantFrom('applied', 'failed', 'held', 'superseded', 'applying'), fc.nat(100_000)),
    })
    .map(({ change, hands, words, name, shown, one, circle, votes, tally }) =>
      approvalView({
        approval: approval({
          ...(change as object),
          ...hands,
          decidedBy: { kind: 'person', person: 'p', name, via: 'slack' },
          requester: { kind: 'operator', name, via: 'cli' },
          steps: fill(change.step + 1, {
            who: words,
            circle: [name],
            fallback: [],
            quorum: 1,
            fellBack: change.urgent,
          }),
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
      durations: fill(counts, { app: name, text: why }),
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
          fc.record({
            since: times,
            kind: fc.constant('auth' as const),
            reason: text,
            nextTry: times,
            tries: fc.nat(9),
          }),
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

  return { accountView, operations, loginViews, approvals, events, plans, appOverview, directory };
}
