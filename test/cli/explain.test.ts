import { describe, expect, it } from 'vitest';
import { explanationLines } from '../../src/cli/explain.ts';
import type { Explanation } from '../../src/engine/governance.ts';

const explanation: Explanation = {
  ...{ person: 'p-1', personName: 'Zoe', app: 'crm', appTitle: 'CRM', word: 'provisioned', wished: 'active' },
  text: 'Zoe has an account in CRM.',
  chain: [
    { kind: 'status', name: 'hr', because: 'active in hr' },
    { kind: 'mapping', name: 'Sales people', because: 'department is Sales' },
  ],
  targets: [
    {
      target: 'title',
      value: 'Clerk',
      chain: [{ kind: 'parameter', name: 'title', because: 'from title', target: 'title' }],
    },
    {
      target: 'groups',
      value: 'Managers',
      chain: [{ kind: 'rule', name: 'Leaders', because: 'title is Head', target: 'groups' }],
    },
    {
      target: 'seats',
      value: '',
      chain: [{ kind: 'parameter', name: 'seats', because: 'no value: level is empty', target: 'seats' }],
    },
  ],
  near: [],
};

describe('an explanation in the terminal', () => {
  it('is the sentence, the chain, and each value with where it comes from', () => {
    expect(explanationLines(explanation)).toEqual([
      'Zoe in CRM: provisioned',
      'Zoe has an account in CRM.',
      '',
      'Why:',
      '  status   hr            active in hr',
      '  mapping  Sales people  department is Sales',
      '',
      'Each value:',
      '  title   Clerk     from title',
      '  groups  Managers  rule Leaders: title is Head',
      '  seats   none      no value: level is empty',
    ]);
  });

  it('shows what is missing in a table', () => {
    const near = [
      { role: 'Sales', mapping: 'Sales people', condition: 'department is Sales', has: 'Ops', wants: 'Sales' },
    ];
    expect(explanationLines({ ...explanation, chain: [], targets: [], near }).slice(2)).toEqual([
      '',
      'Nearest to an account:',
      '  role   mapping       condition            there is  it wants',
      '  Sales  Sales people  department is Sales  Ops       Sales',
    ]);
  });
});
