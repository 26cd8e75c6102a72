import { refused } from '../../src/core/errors.ts';
import type { Configuring } from '../../src/engine/configure/configuring.ts';

const notSetUp = () => refused('not-set-up', 'Rollcall has no configuration yet', 'Import one.');

/** Before there is a configuration: nothing to change, and nothing proposed. */
export const unconfigured: Configuring = {
  configuration: async () => null,
  proposals: async () => [],
  proposal: async () => null,
  decideProposal: async ({ id }) => ({ result: 'refused', proposal: null, text: `There is no proposed change ${id}.` }),
  hits: async () => ({ people: none, gained: none, lost: none }),
  configEffect: async () => ({ operations: [], counts: [], taken: [], people: 0, passwords: [], dropped: [] }),
  async tryEdit() {
    throw notSetUp();
  },
  async changeConfig() {
    throw notSetUp();
  },
  targetOf() {
    throw notSetUp();
  },
};
const none = { count: 0, names: [] };
