import fc from 'fast-check';
import { appSetup } from '../../../blocks/app-setup.ts';
import { configForm, configNote } from '../../../blocks/config-form.ts';
import { directoryList, mappingList, parameterList, ruleList } from '../../../blocks/config-list.ts';
import type { EffectView } from '../../../blocks/config-view.ts';
import type { Field } from '../../../blocks/inputs.ts';
import { pending } from '../../../blocks/pending.ts';
import { proposalCard, proposalList, proposalModal, withProposals } from '../../../blocks/proposal-card.ts';
import { settingsList } from '../../../blocks/settings-list.ts';
import { App } from '../../../src/core/app-schema.ts';
import { Directory } from '../../../src/core/config.ts';
import { SamlSetup } from '../../../src/core/saml-schema.ts';
import { Settings } from '../../../src/core/settings-schema.ts';
import { type Built, type Extreme, fill, given } from './given.ts';
import { proposals } from './proposals.ts';

/** Inputs of a form: more than Slack takes, each as long as it can be. */
const mostFields = 120;

const onePage = fc.constantFrom(0, 1);
const conditional = (said: string, length: number) => ({
  ...{ name: said, match: 'all' as const },
  conditions: fill(Math.min(length, 200), { attribute: said, operator: '=' as const, value: said }),
});

const someApp = App.parse({ name: 'crm', connector: 'scim' });
const someDirectory = Directory.parse({ name: 'hr', connector: 'csv' });

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
    directoryList: fc.tuple(text, listLength, onePage).map(([said, length, page]) =>
      directoryList(
        {
          directories: fill(length, {
            ...someDirectory,
            ...{ name: said, title: said, connector: said, join: fill(Math.min(length, 40), said) },
          }),
        },
        page,
      ),
    ),
    appSetup: fc.tuple(text, listLength, fc.boolean()).map(([said, length, set]) => {
      const words = fill(Math.min(length, 200), said);
      const steps = [{ who: words, fallback: words }];
      const approval = { ...someApp.provisioning.approval, create: { steps, risk: 'high' as const } };
      const window = { days: ['monday' as const], from: '09:00', to: '17:00', timezone: said };
      const provisioning = {
        ...someApp.provisioning,
        privileged: { [said]: words },
        ...(set ? { approval, window } : {}),
      };
      const acs = fill(Math.min(length, 49) + 1, { url: `https://${'a'.repeat(60)}.test/acs` });
      const signsOn = set ? { saml: SamlSetup.parse({ entityId: said.slice(0, 1_024).trim() || '-', acs }) } : {};
      return appSetup(
        { app: said, title: said },
        { ...someApp, ...signsOn, connector: said, owners: words, provisioning },
        set ? { entityId: said, signOn: said, metadata: said } : null,
      );
    }),
    settingsList: fc.tuple(text, listLength, fc.boolean()).map(([said, length, more]) => {
      const people = fill(length, said);
      return settingsList({
        ...Settings.parse({}),
        ...{ admins: people, approvers: people, protected: people, channel: said, leaverChannel: said, timezone: said },
        keyAttributes: people,
        ...(more ? { contractors: { ...conditional(said, length), sponsor: said, longest: said } } : {}),
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
    if (index % 5 === 4)
      return {
        ...own,
        kind: 'checks',
        value: ['a'],
        choices: fill(Math.max(1, Math.min(length, 10)), { value: 'a', text: said }),
      };
    if (index % 5 === 0) return { ...own, kind: 'text', value: said, lines: true };
    if (index % 5 === 1) return { ...own, kind: 'name', action: 'find', value: said };
    if (index % 5 === 2) return { ...own, kind: 'names', action: 'find', value: fill(length, said) };
    return { ...own, kind: 'choice', value: 'a', choices: fill(Math.max(1, length), { value: 'a', text: said }) };
  });
}
