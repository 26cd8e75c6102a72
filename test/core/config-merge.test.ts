import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Config } from '../../src/core/config.ts';
import { configDifferences, differenceText } from '../../src/core/config-difference.ts';
import { mergeConfigs } from '../../src/core/config-merge.ts';
import { runs } from './arbitraries.ts';
import { good } from './config-sample.ts';

const base = Config.parse(good());
const set = (settings: object): Config => ({ ...base, settings: { ...base.settings, ...settings } });
const app = (change: object): Config => ({ ...base, apps: base.apps.map((one) => ({ ...one, ...change })) });
const role = (name: string, change: object = {}) => ({ name, apps: [], members: [], ...change });
const mapping = (name: string) => ({ name, match: 'all' as const, conditions: [], roles: ['Sales'], set: [] });
const lines = (config: Config): string[] => configDifferences(base, config).map(differenceText);

function both(ours: Config, theirs: Config): string[] {
  const merged = mergeConfigs(base, ours, theirs);
  return 'overlap' in merged ? merged.overlap.map((place) => `! ${place}`) : lines(merged.config);
}

describe('two changes of one configuration', () => {
  it('in different settings are both there', () => {
    expect(both(set({ quorum: 2 }), set({ channel: '#x' }))).toEqual(['channel: #access → #x', 'quorum: 1 → 2']);
  });

  it('in one setting overlap, unless they say the same', () => {
    expect(both(set({ quorum: 2 }), set({ quorum: 3 }))).toEqual(['! settings.quorum']);
    expect(both(set({ quorum: 2 }), set({ quorum: 2 }))).toEqual(['quorum: 1 → 2']);
    const threshold = base.settings.deletionThreshold;
    const [count, percent] = [
      { ...threshold, count: 1 },
      { ...threshold, percent: 1 },
    ];
    expect(both(set({ deletionThreshold: count }), set({ deletionThreshold: percent }))).toEqual([
      '! settings.deletionThreshold',
    ]);
  });

  it('in different parts of an app are both there, in the same part overlap', () => {
    const [{ provisioning } = { provisioning: {} }] = base.apps;
    const off = { provisioning: { ...provisioning, enabled: false } };
    expect(both(app({ owners: [] }), app(off))).toHaveLength(2);
    expect(both(app(off), app({ provisioning: { ...provisioning, drift: 'ask' } }))).toHaveLength(2);
    expect(both(app({ owners: [] }), app({ owners: ['x@acme.test'] }))).toEqual(['! apps.crm.owners']);
  });

  it('that take away and change one entry overlap', () => {
    expect(both({ ...base, apps: [] }, app({ title: 'CRM' }))).toEqual(['! apps.crm']);
    expect(both({ ...base, apps: [] }, set({ quorum: 2 }))).toEqual(['quorum: 1 → 2', 'app crm: removed']);
  });

  it('that add under one name overlap, unless they add the same', () => {
    const ours = { ...base, roles: [...base.roles, role('Board')] };
    expect(both(ours, { ...base, roles: [...base.roles, role('Board', { apps: ['crm'] })] })).toEqual([
      '! roles.Board',
    ]);
    expect(both(ours, ours)).toEqual(['role Board: added']);
  });

  it('keep the order of each, and overlap where both moved', () => {
    const three = { ...base, mappings: ['A', 'B', 'C'].map(mapping) };
    const order = (...names: string[]) => ({ ...three, mappings: names.map(mapping) });
    const names = (ours: Config, theirs: Config) => {
      const merged = mergeConfigs(three, ours, theirs);
      return 'config' in merged ? merged.config.mappings.map(({ name }) => name).join('') : merged.overlap;
    };
    expect(names(order('A', 'X', 'B', 'C'), order('A', 'B', 'C', 'Y'))).toBe('AXBCY');
    expect(names(order('C', 'A', 'B'), order('A', 'B', 'Z', 'C'))).toBe('CABZ');
    expect(names(order('B', 'C'), order('C', 'B', 'A'))).toBe('CB');
    expect(names(order('C', 'A', 'B'), order('B', 'A', 'C'))).toEqual(['mappings (order)']);
  });

  it('lose nothing and invent nothing', () => {
    const change = fc.record({
      settings: fc.record(
        {
          quorum: fc.constantFrom(1, 2, 3),
          channel: fc.constantFrom('#access', '#a'),
          admins: fc.subarray(['a@x', 'b@x']),
        },
        { requiredKeys: [] },
      ),
      roles: fc.shuffledSubarray(['R1', 'R2', 'R3', 'R4']).map((names) => names.map((name) => role(name))),
      owners: fc.subarray(['a@x', 'b@x']),
    });
    const configOf = ({
      settings,
      roles,
      owners,
    }: typeof change extends fc.Arbitrary<infer T> ? T : never): Config => ({
      ...base,
      settings: { ...base.settings, ...settings },
      roles,
      apps: base.apps.map((one) => ({ ...one, owners })),
    });
    const start = configOf({ settings: {}, roles: [role('R1'), role('R2')], owners: [] });
    fc.assert(
      fc.property(change.map(configOf), change.map(configOf), (ours, theirs) => {
        expect(mergeConfigs(start, ours, start)).toEqual({ config: ours });
        expect(mergeConfigs(start, start, theirs)).toEqual({ config: theirs });
        const merged = mergeConfigs(start, ours, theirs);
        if ('overlap' in merged) return;
        const { settings, roles, apps } = merged.config;
        expect([ours.settings.quorum, theirs.settings.quorum]).toContain(settings.quorum);
        for (const name of ['R3', 'R4']) {
          const wanted = [ours, theirs].some((one) => one.roles.some((each) => each.name === name));
          expect(roles.some((each) => each.name === name)).toBe(wanted);
        }
        for (const name of ['R1', 'R2']) {
          const kept = [ours, theirs].every((one) => one.roles.some((each) => each.name === name));
          expect(roles.some((each) => each.name === name)).toBe(kept);
        }
        expect(apps).toHaveLength(1);
      }),
      runs,
    );
  });
});
