import fc from 'fast-check';
import { connectCard, connectList } from '../../../blocks/connect-card.ts';
import { type StepField, startForm, stepForm } from '../../../blocks/connect-form.ts';
import { connectReview } from '../../../blocks/connect-review.ts';
import { type DraftView, stepWords } from '../../../blocks/connect-view.ts';
import { md } from '../../../blocks/markup.ts';
import type { StepName } from '../../../src/core/draft.ts';
import type { Step } from '../../../src/core/draft-steps.ts';
import { times } from '../hostile.ts';
import { fieldsOf } from './configuration.ts';
import { type Built, type Extreme, fill, given } from './given.ts';

const stepNames = Object.keys(stepWords) as StepName[];
const stepStates = fc.constantFrom('done' as const, 'todo' as const, 'wrong' as const, 'blocked' as const);
const onceUrl = 'https://rollcall.acme.test/once/draft:d-1.Zm9vYmFyYmF6';

/** Connecting an app or a directory, step by step. */
export function connecting(extreme: Extreme): Built {
  const { text, listLength } = extreme;
  const { plans } = given(extreme);
  const drafts: fc.Arbitrary<DraftView> = fc
    .record({
      ...{ said: text, at: times, kind: fc.constantFrom('app' as const, 'directory' as const), state: stepStates },
      ...{ renews: fc.boolean(), titled: fc.boolean(), linked: fc.boolean(), length: listLength, known: fc.boolean() },
      stands: fc.constantFrom('open' as const, 'done' as const, 'dropped' as const),
    })
    .map(({ said, at, kind, state, renews, titled, linked, length, known, stands }) => ({
      draft: {
        ...{
          id: 'd-1',
          kind,
          renews,
          saved: linked ? stepNames : [],
          name: 'crm',
          title: titled ? said : null,
          state: stands,
          outcome: said,
          at,
        },
        busy: linked ? { step: 'discovery' as const, done: length, total: titled ? length : null, at } : null,
        by: { kind: 'operator' as const, name: said, via: 'cli' as const },
      },
      connectorTitle: said,
      steps: known ? stepNames.map((name): Step => ({ name, state, text: said })) : [],
      next: titled ? 'review' : null,
      link: linked
        ? { person: 'p-ada', url: onceUrl, expires: at, purpose: renews ? 'secrets' : 'authenticate' }
        : null,
    }));
  return {
    connectCard: drafts.map((view) => connectCard(view, 'p-ada')),
    connectList: fc.tuple(drafts, listLength).map(([view, length]) => connectList(fill(length, view))),
    stepForm: fc.tuple(text, listLength).map(([said, length]) =>
      stepForm({
        ...{ title: said, head: md`${said}`, lines: fill(length, said), notes: fill(Math.min(length, 5), said) },
        ...{ fields: [...fieldsOf(said, length), ...checksOf(said, length)], submit: said, metadata: '{}' },
      }),
    ),
    // There is always a connector: without one nothing starts.
    startForm: fc
      .tuple(text, listLength, fc.constantFrom('app' as const, 'directory' as const))
      .map(([said, length, kind]) => startForm(kind, fill(Math.max(1, length), { name: 'scim', title: said }), '{}')),
    connectReview: fc
      .tuple(drafts, text, listLength, fc.boolean(), fc.oneof(fc.constant(null), text, plans))
      .map(([view, said, length, amiss, plan]) => {
        const lines = fill(length, said);
        const problems = amiss ? fill(length, { message: said, remedy: said }) : [];
        return connectReview({ view, problems, lines, power: lines, shown: '0123456789ab', deciders: lines, plan });
      }),
  };
}

const checksOf = (said: string, length: number): StepField[] =>
  length === 0
    ? []
    : [
        {
          ...{ kind: 'checks', block: 'checks', optional: true, label: said, hint: said, value: ['a'] },
          choices: fill(Math.min(length, 10), { value: 'a', text: said }),
        },
      ];
