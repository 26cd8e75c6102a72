import { describe, expect, it } from 'vitest';
import { type Ask, batchKey, common, groupBy, peopleIn, personKey } from '../../src/core/asking.ts';
import type { Operation } from '../../src/core/model.ts';
import { login, operation } from './samples.ts';

const by = (...circle: string[]): Ask['steps'] => [{ who: [], circle, fallback: [], quorum: 1, fellBack: false }];
const ask = (change: Partial<Operation>, rest: Partial<Ask> = {}): Ask => ({
  ...{
    before: null,
    login: login(),
    operation: operation(change),
    steps: by('p-ada', 'p-max'),
    risk: 'normal',
    leaving: false,
    urgent: false,
  },
  ...rest,
});

describe('cards', () => {
  it('are one for a person’s apps, whatever the order of the circle', () => {
    const joiner = [ask({ app: 'crm' }), ask({ app: 'wiki' }, { steps: by('p-max', 'p-ada') })];
    expect(groupBy(joiner, personKey).size).toBe(1);
    expect(groupBy(joiner, batchKey).size).toBe(2);
  });

  it('are apart for another person, another circle, and for leaving', () => {
    const asks = [ask({}), ask({ person: 'p-max' }), ask({}, { steps: by('p-ada') }), ask({}, { leaving: true })];
    expect(groupBy(asks, personKey).size).toBe(4);
  });

  it('are apart where somebody else caused a part: whoever did decides nothing about it, and may decide the rest', () => {
    const by = (person: string) => ({ kind: 'person', person, name: person, via: 'cli' }) as const;
    const asks = [ask({}), ask({ app: 'wiki', requester: by('p-max') }), ask({ app: 'hub', requester: by('p-ada') })];
    expect(groupBy(asks, personKey).size).toBe(3);
    const own = ask({ app: 'wiki', requester: by(ask({}).operation.person) });
    expect(groupBy([ask({}), own], personKey).size).toBe(1);
  });

  it('of a batch are one for an app and kind, however many people', () => {
    const asks = [ask({ person: 'a' }), ask({ person: 'b' }), ask({ person: 'b', kind: 'update' })];
    expect([...groupBy(asks, batchKey).values()].map((group) => group.length)).toEqual([2, 1]);
    expect(peopleIn(asks)).toBe(2);
  });

  it('of a batch of adoptions are apart by what the accounts were found by', () => {
    const asks = ['email', 'userName', 'email'].map((foundBy) => ask({ kind: 'adopt', foundBy }));
    expect([...groupBy(asks, batchKey).values()].map((group) => group.length)).toEqual([2, 1]);
    expect(groupBy(asks, personKey).size).toBe(1);
  });
});

it('common is what all share', () => {
  expect([common(['crm', 'crm']), common(['crm', 'wiki']), common([])]).toEqual(['crm', null, null]);
});
