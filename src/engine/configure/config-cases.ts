import { configDifferences, differenceText, fingerprintOf } from '../../core/config-difference.ts';
import { RollcallError, refused } from '../../core/errors.ts';
import type { Actor } from '../../core/model.ts';
import { nameOf } from '../../core/name.ts';
import { powerIn } from '../../core/power.ts';
import { linesOf, type Proposal } from '../../core/proposal.ts';
import type { StoredConfig } from '../store-ports.ts';
import { activeAdmins, whoMustAgree } from './admins.ts';
import { configEffect } from './config-effect.ts';
import { type ConfigureDeps, configure } from './configure.ts';
import type { Configuring, Edit, ProposalView, Tried } from './configuring.ts';
import { hits } from './hits.ts';
import { decideProposal } from './proposals.ts';

/** The use cases of the configuration over one set of dependencies. */
export const configuring = (deps: ConfigureDeps): Configuring => ({
  configuration: () => deps.store.config.read(),
  tryEdit: (edit, actor) => tryEdit(deps, edit, actor),
  configEffect: (next, sample) => configEffect(deps, next, sample),
  hits: (next, holder) => hits(deps, next, holder),
  changeConfig: (edit, actor, shown) => changeConfig(deps, edit, actor, shown),
  proposals: () => openProposals(deps),
  proposal: async (id) => {
    const proposal = await deps.store.proposals.get(id);
    return proposal === null ? null : viewOf(deps, proposal);
  },
  decideProposal: (input) => decideProposal(deps, input),
  targetOf: (app) => deps.connections.connector(app),
});

/** @throws RollcallError `not-set-up`. */
export async function presentConfig({ store }: Pick<ConfigureDeps, 'store'>): Promise<StoredConfig> {
  const stored = await store.config.read();
  if (stored !== null) return stored;
  throw refused('not-set-up', 'Rollcall has no configuration yet', 'Import one: `rollcall config import FILE`.');
}

type Wrong = Exclude<Awaited<ReturnType<Configuring['tryEdit']>>, Tried>;

async function tryEdit(deps: ConfigureDeps, edit: Edit, actor: Actor): Promise<Tried | Wrong> {
  const stored = await presentConfig(deps);
  const checked = deps.connections.check(edit(stored.config));
  if ('problems' in checked) return checked;
  const differences = configDifferences(stored.config, checked.config);
  const deciders = await whoMustAgree(deps, stored, checked.config, actor);
  return {
    next: checked.config,
    lines: differences.map(differenceText),
    power: powerIn(stored.config, checked.config).map(differenceText),
    shown: fingerprintOf(differences),
    deciders: deciders.map(nameOf),
  };
}

/** How often somebody else may be faster. */
const tries = 5;

async function changeConfig(deps: ConfigureDeps, edit: Edit, actor: Actor, shown: string | null) {
  for (let left = tries; ; left -= 1) {
    const tried = await tryEdit(deps, edit, actor);
    if ('problems' in tried) throw wrong(tried);
    if (shown !== null && tried.shown !== shown)
      throw refused('config-changed', 'the configuration has changed since this was shown', 'Look at it again.');
    try {
      return await configure(deps, tried.next, actor);
    } catch (error) {
      if (!(error instanceof RollcallError && error.code === 'config-race') || left === 1) throw error;
    }
  }
}

function wrong({ problems }: Wrong): RollcallError {
  const [first] = problems;
  return refused('config-wrong', `${first?.path}: ${first?.message}`, `${first?.remedy ?? 'Look at it again'}.`);
}

const listed = 200;

async function openProposals(deps: ConfigureDeps): Promise<ProposalView[]> {
  const open = await deps.store.proposals.open(listed);
  const views: ProposalView[] = [];
  for (const proposal of open) views.push(await viewOf(deps, proposal));
  return views;
}

async function viewOf(deps: ConfigureDeps, proposal: Proposal): Promise<ProposalView> {
  const stored = await deps.store.config.read();
  const admins = stored === null ? [] : await activeAdmins(deps, stored.config);
  const own = proposal.by.kind === 'person' ? proposal.by.person : null;
  return {
    proposal,
    lines: linesOf(proposal),
    power: powerIn(proposal.base, proposal.config).map(differenceText),
    deciders: admins
      .filter(({ id }) => id !== own)
      .map((person) => ({ person: person.id, name: nameOf(person), slack: person.slack })),
  };
}
