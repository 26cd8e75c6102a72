import type { Config } from '../../core/config.ts';
import { digestOf } from '../../core/hash.ts';
import type { Actor, Person } from '../../core/model.ts';
import { nameOf } from '../../core/name.ts';
import { isSame, newProposal, type Proposal, type ProposedPlan } from '../../core/proposal.ts';
import type { Deps } from '../ports.ts';
import type { StoredConfig } from '../store-ports.ts';
import type { ApplyDeps } from './apply-config.ts';
import { configEffect } from './config-effect.ts';

/** Operations told of a proposed plan. */
const sampled = 5;

/** Stores the change for one of the deciders to agree to, and asks them. The same proposed again is the one that waits already. */
export async function propose(
  deps: ApplyDeps,
  stored: StoredConfig,
  config: Config,
  actor: Actor,
  deciders: readonly Person[],
): Promise<{ proposal: Proposal; text: string }> {
  const open = await deps.store.proposals.open(1_000);
  const digest = digestOf(config);
  const waiting = open.find((one) => one.digest === digest && isSame(one.by, actor) && one.agreed === null);
  if (waiting !== undefined)
    return { proposal: waiting, text: `That is proposed already, as ${waiting.id}. ${asked(deciders)}` };
  const own = actor.kind === 'person' ? [actor.person] : [];
  const shown = [...deciders.map(({ id }) => id), ...own];
  const draft = { base: stored.config, edition: stored.edition, config, by: actor, shown };
  const plan = await planOf(deps, config);
  const proposal = newProposal({ ...draft, id: deps.random.id('c'), plan }, deps.clock.now());
  await deps.store.proposals.insert([proposal]);
  await showProposal(deps, proposal);
  deps.bell.ring('publisher');
  return { proposal, text: `Proposed as ${proposal.id}. ${asked(deciders)}` };
}

/** `Bea Stone or Cem Ray has to agree before anything changes.` */
function asked(deciders: readonly Person[]): string {
  const names = deciders.slice(0, 5).map(nameOf);
  const more = deciders.length - names.length;
  const all = [...names, ...(more > 0 ? [`${more} more`] : [])];
  const who = new Intl.ListFormat('en', { type: 'disjunction' }).format(all);
  return `It changes who decides, so ${who} has to agree; nothing is changed yet.`;
}

/** An app whose secret is not set here cannot be planned; that is no reason not to ask. */
async function planOf(deps: ApplyDeps, config: Config): Promise<ProposedPlan | null> {
  try {
    const { people, counts, operations } = await configEffect(deps, config, sampled);
    const sample = operations.map(({ personName, app, kind, why }) => ({ personName, app, kind, why }));
    return { people, counts, sample };
  } catch {
    return null;
  }
}

/** Everybody concerned has a card of it, in a direct message; each shows the newest state. */
export async function showProposal(
  { store, clock, bell }: Pick<Deps, 'store' | 'clock' | 'bell'>,
  { id, shown }: Pick<Proposal, 'id' | 'shown'>,
): Promise<void> {
  for (const to of shown) {
    const item = { id: proposalItem(id, to), kind: 'proposal' as const, subject: id, to, body: null };
    await store.outbox.want(item, clock.now());
  }
  bell.ring('outbox');
}

export const proposalItem = (id: string, to: string): string => `proposal:${id}:${to}`;
