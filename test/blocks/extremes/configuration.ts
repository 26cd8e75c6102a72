import fc from 'fast-check';
import { configForm, configNote } from '../../../blocks/config-form.ts';
import { mappingList, parameterList, ruleList, settingsList } from '../../../blocks/config-list.ts';
import type { EffectView } from '../../../blocks/config-view.ts';
import type { Field } from '../../../blocks/inputs.ts';
import { pending } from '../../../blocks/pending.ts';
import { proposalCard, proposalList, proposalModal, withProposals } from '../../../blocks/proposal-card.ts';
import { Settings } from '../../../src/core/config.ts';
import { type Built, type Extreme, fill, given } from './given.ts';
import { proposals } from './proposals.ts';

/** Inputs of a form. */
const mostFields = 20;

const onePage = fc.constantFrom(0, 1);
const conditional = (said: string, length: number) => ({
  ...{ name: said, match: 'all' as const },
  conditions: fill(Math.min(length, 200), { attribute: said, operator: '=' as const, value: said }),
});

/** What people set, and what they propose. */
export function configuration(extreme: Extreme): Built {
  const { text, listLength } = extreme;
  const { plans, approvals } = given(extreme);
  const waiting = proposals(extreme);
  const effects: fc.Arbitrary<EffectView> = fc
    .record({
      said: text,
      length: listLength,
      plan: fc.oneof<fc.Arbitrary<EffectView['plan']>[]>(fc.constant(null), text, plans),
      about: fc.boolean(),
    })
    .map(({ said, length, plan, about }) => {
      const hit = { count: length, names: fill(length, said) };
      const lines = fill(length, said);
      const hits = about ? { people: hit, gained: hit, lost: hit } : null;
      return { ...{ lines, power: lines, deciders: lines }, hits, plan };
    });
  return {
    configForm: fc.tuple(effects, text, listLength, fc.boolean()).map(([effect, said, length, shown]) =>
      configForm({
        ...{ title: said, head: said, notes: fill(Math.min(length, 5), said), metadata: '{}', verb: 'Save' },
        ...{ addRow: shown ? null : 'Add a row', effect: shown ? effect : null },
        fields: fieldsOf(said, length),
      }),
    ),
    configNote: fc
      .tuple(text, text, listLength)
      .map(([title, said, length]) => configNote(title, said, fill(length, said))),
    proposalCard: fc.tuple(waiting, fc.boolean()).map(([view, own]) => proposalCard(view, '0123456789ab', own)),
    proposalModal: fc.tuple(waiting, fc.boolean()).map(([view, own]) => proposalModal(view, '0123456789ab', own)),
    proposalList: fc.tuple(waiting, listLength).map(([view, length]) => proposalList(fill(length, view))),
    withProposals: fc
      .tuple(approvals, listLength)
      .map(([view, length]) => withProposals(pending(fill(Math.min(length, 15), view), true), length)),
    mappingList: fc
      .tuple(text, listLength, onePage)
      .map(([said, length, page]) =>
        mappingList(
          { mappings: fill(length, { ...conditional(said, length), roles: fill(length, said), set: [] }) },
          page,
        ),
      ),
    ruleList: fc
      .tuple(text, listLength, onePage)
      .map(([said, length, page]) =>
        ruleList(
          { app: said, title: said },
          fill(length, { ...conditional(said, length), actions: fill(length, { target: said, add: [said] }) }),
          page,
        ),
      ),
    parameterList: fc
      .tuple(text, listLength, onePage)
      .map(([said, length, page]) =>
        parameterList({ app: said, title: said }, fill(length, { target: said, from: said }), page),
      ),
    settingsList: fc.tuple(text, listLength).map(([said, length]) => {
      const people = fill(length, said);
      return settingsList({
        ...Settings.parse({}),
        ...{ admins: people, approvers: people, protected: people, channel: said, leaverChannel: said, timezone: said },
      });
    }),
  };
}

/** Fields of every kind. */
export function fieldsOf(said: string, length: number): Field[] {
  // Labels and hints are words of ours or of a connector; what stands in the fields is anybody’s.
  const about = { label: `Value of ${said.slice(0, 200)}`, hint: `As in ${said.slice(0, 200)}`, optional: true };
  return Array.from({ length: Math.min(length, mostFields) }, (_, index): Field => {
    const own = { ...about, block: `row-${index}` };
    if (index % 4 === 0) return { ...own, kind: 'text', value: said, lines: true };
    if (index % 4 === 1) return { ...own, kind: 'name', action: 'find', value: said };
    if (index % 4 === 2) return { ...own, kind: 'names', action: 'find', value: fill(length, said) };
    return { ...own, kind: 'choice', value: 'a', choices: fill(Math.max(1, length), { value: 'a', text: said }) };
  });
}
