import { describe, expect, it } from 'vitest';
import { approvalSteps, approverWords, circleAmong, circleFor, resolveCircle } from '../../src/core/circle.ts';
import type { Person } from '../../src/core/model.ts';
import { person } from './samples.ts';

const named = (id: string, change: Partial<Person> = {}) =>
  person({ id: `p-${id}`, attributes: { email: `${id}@acme.test` }, ...change });
const [ada, max, old] = [named('ada'), named('max'), named('old', { status: 'left' })];
const zoe = named('zoe', { attributes: { email: 'zoe@acme.test', manager: ' Max@ACME.test' } });
const people = {
  byEmail: new Map([ada, max, old, zoe].map((one) => [String(one.attributes.email), one])),
  bySlack: new Map([['U0ADA0000', ada]]),
};
const settings = { approvers: ['ada@acme.test', 'manager'], admins: ['ada@acme.test'] };

describe('who is asked', () => {
  it('are the company’s approvers, else the app’s owners, else the admins', () => {
    const owned = { owners: ['max@acme.test'] };
    expect(approverWords(owned, settings)).toEqual(['ada@acme.test', 'manager']);
    expect(approverWords(owned, { approvers: ['owners', 'manager'], admins: [] })).toEqual([
      'max@acme.test',
      'manager',
    ]);
    expect(approverWords(owned, { ...settings, approvers: [] })).toEqual(['max@acme.test']);
    expect(approverWords({ owners: [] }, { ...settings, approvers: [] })).toEqual(['ada@acme.test']);
    expect(approverWords({ owners: [] }, { approvers: ['owners'], admins: ['ada@acme.test'] })).toEqual([
      'ada@acme.test',
    ]);
  });
});

describe('the circle', () => {
  it('finds e-mail addresses, Slack ids and the manager, each once', () => {
    const words = ['ADA@acme.test', 'U0ADA0000', 'manager'];
    expect(resolveCircle(words, { ...people, person: zoe })).toEqual({ circle: ['p-ada', 'p-max'], unresolved: [] });
  });

  it('tells words that lead to nobody who works here', () => {
    const words = ['nobody@acme.test', 'old@acme.test', 'manager', 'U0GONE000'];
    expect(resolveCircle(words, { ...people, person: ada })).toEqual({ circle: [], unresolved: words });
  });

  it('never includes the person, nor whoever asked', () => {
    const words = ['ada@acme.test', 'max@acme.test', 'zoe@acme.test'];
    const requester = { kind: 'person', person: 'p-max', name: 'Max', via: 'slack' } as const;
    expect(resolveCircle(words, { ...people, person: zoe, requester })).toEqual({ circle: ['p-ada'], unresolved: [] });
    const operator = { kind: 'operator', name: 'p-max', via: 'cli' } as const;
    expect(resolveCircle(words, { ...people, person: zoe, requester: operator }).circle).toEqual(['p-ada', 'p-max']);
  });

  it('falls back on the admins where nobody may decide', () => {
    const only = { approvers: ['max@acme.test'], admins: ['ada@acme.test', 'old@acme.test'] };
    expect(circleFor(max, { owners: [] }, only, people)).toEqual({ circle: ['p-ada'], unresolved: ['old@acme.test'] });
    expect(circleFor(zoe, { owners: [] }, only, people)).toEqual({ circle: ['p-max'], unresolved: [] });
  });
});

describe('the steps of an approval', () => {
  const company = { approvers: ['owners', 'manager'], admins: ['ada@acme.test'], quorum: 2 };
  const steps = (written: Parameters<typeof approvalSteps>[0], about = zoe, owners: string[] = ['max@acme.test']) =>
    approvalSteps(written, { person: about, app: { owners }, settings: company }, people);
  const step = (who: string[], change: object = {}) => ({ who, fallback: [], ...change });

  it('are one of the approvers without any of its own, whose quorum fits the people there are', () => {
    const plain = { who: [], fallback: [], fellBack: false };
    expect(steps(undefined)).toEqual([{ ...plain, circle: ['p-max'], quorum: 1 }]);
    expect(steps(undefined, max)).toEqual([{ ...plain, circle: ['p-ada'], quorum: 1, fellBack: true }]);
  });

  it('take the groups apart, each person once', () => {
    const [all] = steps([step(['Owners', 'manager', 'approvers', 'admins', 'max@acme.test'])]);
    expect(all).toMatchObject({ circle: ['p-ada', 'p-max'], quorum: 2, fellBack: false });
  });

  it('are widened by their fallback, then by the admins; a written quorum stays', () => {
    const fallback = ['zoe@acme.test', 'max@acme.test'];
    expect(steps([step(['old@acme.test'], { fallback, quorum: 1 })])).toMatchObject([
      { circle: ['p-max'], fallback: ['p-max'], fellBack: true },
    ]);
    expect(steps([step(['max@acme.test'], { quorum: 4 })])).toMatchObject([
      { circle: ['p-ada', 'p-max'], quorum: 4, fellBack: true },
    ]);
    expect(steps([step(['max@acme.test'])])).toMatchObject([{ circle: ['p-max'], quorum: 1 }]);
  });

  it('never hold the person, nor whoever asked', () => {
    const requester = { kind: 'person', person: 'p-ada', name: 'Ada', via: 'slack' } as const;
    const written = [step(['max@acme.test', 'ada@acme.test', 'zoe@acme.test'], { fallback: ['zoe@acme.test'] })];
    const asked = { person: zoe, app: { owners: [] }, settings: company };
    expect(approvalSteps(written, asked, { ...people, requester })).toMatchObject([
      { circle: ['p-max'], fallback: [] },
    ]);
  });
});

it('among admins, nobody decides about themself, nor what they caused, nor once they are gone', () => {
  const by = { kind: 'person', person: 'p-max', name: 'Max', via: 'cli' } as const;
  expect(circleAmong([zoe, max, ada, old], { person: 'p-zoe', requester: null })).toEqual(['p-ada', 'p-max']);
  expect(circleAmong([max, ada], { person: 'p-zoe', requester: by })).toEqual(['p-ada']);
});
