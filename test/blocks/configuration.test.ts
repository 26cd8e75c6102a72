import { describe, expect, it } from 'vitest';
import { configForm } from '../../blocks/config-form.ts';
import { mappingList, parameterList, ruleList } from '../../blocks/config-list.ts';
import type { EffectView, ProposalView } from '../../blocks/config-view.ts';
import { lintMessage, lintView } from '../../blocks/lint.ts';
import { proposalCard, proposalList, proposalModal, withProposals } from '../../blocks/proposal-card.ts';
import { settingsList } from '../../blocks/settings-list.ts';
import { Config } from '../../src/core/config.ts';
import { good } from '../core/config-sample.ts';
import { ada, now, proposalView } from './samples.ts';

const config = Config.parse(good());
const crm = { app: 'crm', title: 'CRM' };
const bea = { kind: 'person', person: 'p-bea', name: 'Bea Stone', via: 'slack' } as const;

const decided = { decidedBy: bea, decidedAt: now };
const effect: EffectView = {
  ...{ lines: ['mapping Sales people, match: all → any'], power: [], deciders: [] },
  hits: {
    people: { count: 214, names: ['Ada', 'Bea', 'Cem', 'Dag', 'Eva'] },
    gained: { count: 2, names: ['Ada', 'Bea'] },
    lost: { count: 0, names: [] },
  },
  plan: {
    people: 2,
    counts: [{ app: 'crm', kind: 'create', count: 2 }],
    operations: [
      {
        ...{ person: 'p-1', personName: 'Ada', app: 'crm', kind: 'create', before: null, after: null, reasons: [] },
        ...{ verdict: 'ask', why: 'an approver is asked first' },
      },
    ],
    dropped: [{ app: 'wiki', kind: 'suspend', count: 1 }],
  },
};

describe('a proposed change of the configuration', () => {
  it.each<[string, ProposalView, boolean]>([
    ['open', proposalView(), false],
    ['open, as who proposed it sees it', proposalView(), true],
    ['agreed to, being applied', proposalView({ agreed: bea }), false],
    ['applied', proposalView({ state: 'applied', ...decided }), false],
    ['rejected', proposalView({ state: 'rejected', reason: 'not now', ...decided }), false],
    ['withdrawn', proposalView({ state: 'withdrawn', decidedBy: ada, decidedAt: now }), true],
    [
      'outdated',
      proposalView({ state: 'outdated', reason: 'changed meanwhile: settings.quorum', decidedAt: now }),
      false,
    ],
    ['without a plan', proposalView({ plan: null }), false],
  ])('%s', (_, shown, own) => {
    const card = proposalCard(shown, '0123456789abcdef', own);
    expect(lintMessage(card)).toEqual([]);
    expect(card).toMatchSnapshot();
    const modal = proposalModal(shown, '0123456789abcdef', own);
    expect(lintView(modal)).toEqual([]);
    expect(modal.blocks).toEqual(card.blocks);
  });

  it('is listed while it waits, and mentioned beside what else waits', () => {
    expect(proposalList([proposalView()])).toMatchSnapshot();
    expect(proposalList([]).text).toBe('No change of the configuration waits for anybody.');
    const beside = withProposals(proposalList([]), 2);
    expect(beside.text).toContain('2 changes of the configuration wait for you as well: `/provision proposals`');
    expect(lintMessage(beside)).toEqual([]);
    expect(withProposals(beside, 0)).toEqual(beside);
  });
});

describe('what can be changed', () => {
  it.each([
    ['mappings', mappingList(config, 0)],
    ['no mappings', mappingList({ mappings: [] }, 0)],
    ['rules', ruleList(crm, config.apps[0]?.rules ?? [], 0)],
    ['parameters', parameterList(crm, config.apps[0]?.parameters ?? [], 0)],
    ['settings', settingsList(config.settings)],
  ])('%s', (_, message) => {
    expect(lintMessage(message)).toEqual([]);
    expect(message).toMatchSnapshot();
  });
});

describe('a form', () => {
  const form = {
    ...{ title: 'Change mapping', head: 'Mapping Sales people', notes: ['Kept as it is: (title has a value)'] },
    ...{ verb: 'Save', metadata: '{}', addRow: 'Add a condition' },
    fields: [
      {
        kind: 'choice',
        block: 'match',
        label: 'Holds when',
        hint: '',
        optional: false,
        value: 'all',
        choices: [{ value: 'all', text: 'all' }],
      },
      {
        kind: 'names',
        block: 'roles',
        label: 'Roles',
        hint: '',
        optional: true,
        action: 'config_role',
        value: ['Sales'],
      },
      { kind: 'text', block: 'order', label: 'Place', hint: 'From 1.', optional: false, lines: false, value: '1' },
    ] as const,
  };

  it.each<[string, EffectView | null]>([
    ['before its effect is known', null],
    ['with its effect', effect],
    ['of a change of power', { ...effect, power: effect.lines, deciders: ['Bea Stone', 'Cem Ray'], hits: null }],
    ['whose plan cannot be worked out', { ...effect, hits: null, plan: 'not set: CRM_TOKEN.' }],
  ])('%s', (_, shown) => {
    const modal = configForm({ ...form, effect: shown });
    expect(lintView(modal)).toEqual([]);
    expect(modal).toMatchSnapshot();
  });
});
