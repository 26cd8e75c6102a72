import fc from 'fast-check';
import type { ProposalView } from '../../../blocks/config-view.ts';
import { times } from '../hostile.ts';
import { type Extreme, fill } from './given.ts';

/** Changes of the configuration that somebody proposed, in any state. */
export const proposals = ({ text, listLength }: Extreme): fc.Arbitrary<ProposalView> =>
  fc
    .record({
      ...{ said: text, length: listLength, at: times, known: fc.boolean(), reason: fc.option(text) },
      ...{ agreed: fc.boolean(), named: fc.boolean() },
      state: fc.constantFrom('open' as const, 'applied' as const, 'rejected' as const, 'withdrawn' as const),
    })
    .map(({ said, length, at, known, reason, agreed, named, state }) => {
      const by = { kind: 'operator' as const, name: said, via: 'cli' as const };
      const lines = fill(length, said);
      return {
        proposal: {
          ...{ id: 'c-1', by, at, state, agreed: agreed ? by : null, decidedBy: named ? by : null, reason },
          decidedAt: named ? at : null,
          plan: known
            ? {
                people: length,
                counts: fill(length, { app: said, kind: 'create' as const, count: 3 }),
                sample: fill(length, { personName: said, app: said, kind: 'create' as const, why: said }),
              }
            : null,
        },
        ...{ lines, power: lines },
        deciders: fill(length, { name: said, slack: named ? { team: 'T1', user: 'U0ADA00001' } : null }),
      };
    });
