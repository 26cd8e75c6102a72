import { mergeConfigs } from '../../core/config-merge.ts';
import { broken, RollcallError } from '../../core/errors.ts';
import { makeEvent, system } from '../../core/event.ts';
import { digestOf } from '../../core/hash.ts';
import type { Actor, Person } from '../../core/model.ts';
import { nameOf } from '../../core/name.ts';
import {
  agreed,
  applied,
  ended,
  type Proposal,
  type ProposalDecision,
  type ProposalRefusal,
  proposalRefusal,
  rebased,
} from '../../core/proposal.ts';
import { changeNewest, swapOne } from '../gather.ts';
import { record } from '../publisher.ts';
import type { StoredConfig } from '../store-ports.ts';
import { type AdminDeps, activeAdmins } from './admins.ts';
import { type ApplyDeps, followConfig, replaceConfig } from './apply-config.ts';
import { showProposal } from './propose.ts';

export type ProposalDeps = ApplyDeps & AdminDeps;

/** One press on a proposal's card, or its typed twin. `shown`: what the card showed; null when typed. */
export type ProposalInput = {
  id: string;
  decision: ProposalDecision;
  shown: string | null;
  reason: string | null;
  actor: Actor;
};
/** `text` is a plain sentence for whoever decided. */
export type ProposalOutcome = {
  result: 'applied' | 'rejected' | 'withdrawn' | 'outdated' | 'refused';
  proposal: Proposal | null;
  text: string;
};

/**
 * Decides a proposed change of the configuration. The decision is one compare-and-set of the proposal; what follows can be
 * repeated after a crash. Never throws for what a person did: it answers with a sentence.
 */
export async function decideProposal(deps: ProposalDeps, input: ProposalInput): Promise<ProposalOutcome> {
  for (;;) {
    const found = await deps.store.proposals.get(input.id);
    if (found === null) return refuse(null, `There is no proposed change ${input.id}.`);
    const stored = await storedConfig(deps);
    const proposal = (await refreshed(deps, found, stored)) ?? found;
    const admins = await activeAdmins(deps, stored.config);
    const ids = admins.map(({ id }) => id);
    const why = proposalRefusal(proposal, input.decision, input.actor, ids, input.shown);
    if (why !== null) return refusedAttempt(deps, proposal, input, sentence(why, proposal, admins));
    const after = decided(proposal, input, deps.clock.now());
    if (!(await swapOne(deps.store.proposals, proposal, after))) continue;
    if (input.decision === 'agree') return finish(deps, after);
    await told(deps, after);
    return input.decision === 'reject'
      ? { result: 'rejected', proposal: after, text: 'Rejected. The configuration stays as it is.' }
      : { result: 'withdrawn', proposal: after, text: 'Withdrawn. The configuration stays as it is.' };
  }
}

function decided(proposal: Proposal, { decision, reason, actor }: ProposalInput, at: number): Proposal {
  if (decision === 'agree') return agreed(proposal, actor, at);
  return ended(proposal, decision === 'reject' ? 'rejected' : 'withdrawn', reason, actor, at);
}

/** Who tried what, and why it was not taken, is on record. */
async function refusedAttempt(
  deps: ProposalDeps,
  proposal: Proposal,
  { decision, actor }: ProposalInput,
  text: string,
): Promise<ProposalOutcome> {
  const message = `was not let ${decision} the change of the configuration that ${proposal.by.name} proposed: ${text}`;
  const draft = { type: 'proposal.refused', message, actor };
  await record(deps, makeEvent(draft, deps.random.id('e'), deps.clock.now()));
  return refuse(proposal, text);
}

const refuse = (proposal: Proposal | null, text: string): ProposalOutcome => ({ result: 'refused', proposal, text });

function sentence(why: ProposalRefusal, proposal: Proposal, admins: readonly Person[]): string {
  if (why === 'self') return 'Nobody agrees to their own change: another admin has to. You can withdraw it.';
  if (why === 'not-yours')
    return `Only ${proposal.by.name}, who proposed it, can withdraw it; another admin can reject it.`;
  if (why === 'changed') return 'The change is another since this card was drawn. Please look at it again.';
  if (why === 'not-admin')
    return `Only an admin by name may decide this: ${admins.map(nameOf).join(', ') || 'there is none'}.`;
  if (why === 'agreed') return `${proposal.agreed?.name ?? 'Somebody'} has agreed already.`;
  const reason = proposal.state === 'outdated' && proposal.reason !== null ? `: ${proposal.reason}` : '';
  const by = proposal.state === 'outdated' || proposal.decidedBy === null ? '' : ` by ${proposal.decidedBy.name}`;
  return `This change is ${proposal.state} already${by}${reason}.`;
}

async function storedConfig({ store }: ProposalDeps): Promise<StoredConfig> {
  const stored = await store.config.read();
  if (stored === null) throw broken('no-config', 'a change is proposed, and there is no configuration');
  return stored;
}

/** What the proposal comes to on the present configuration, or why it does not fit it any more. */
function onto(deps: ProposalDeps, { base, config }: Proposal, stored: StoredConfig): StoredConfig['config'] | string {
  const merged = mergeConfigs(base, config, stored.config);
  if ('overlap' in merged) return `changed meanwhile by somebody else: ${merged.overlap.slice(0, 5).join(', ')}`;
  const checked = deps.connections.check(merged.config);
  if ('config' in checked) return checked.config;
  const [problem] = checked.problems;
  return `it does not fit the present configuration: ${problem?.path ?? ''} ${problem?.message ?? ''}`;
}

/** The proposal as it stands now: on the present configuration, or outdated. Null: another was faster. */
async function refreshed(deps: ProposalDeps, proposal: Proposal, stored: StoredConfig): Promise<Proposal | null> {
  if (proposal.state !== 'open' || proposal.agreed !== null || proposal.edition === stored.edition) return proposal;
  const config = onto(deps, proposal, stored);
  const at = deps.clock.now();
  const outdated = (why: string): Proposal => ended(proposal, 'outdated', why, system('configuration'), at);
  const after =
    typeof config === 'string'
      ? outdated(config)
      : digestOf(config) === stored.digest
        ? outdated('the configuration says so already')
        : rebased(proposal, stored.config, stored.edition, config);
  if (!(await swapOne(deps.store.proposals, proposal, after))) return null;
  if (after.state === 'outdated') await told(deps, after);
  return after;
}

/** Carries out what was agreed to. Safe to repeat, by anybody. */
async function finish(deps: ProposalDeps, proposal: Proposal): Promise<ProposalOutcome> {
  const by = proposal.agreed?.name ?? 'somebody';
  for (;;) {
    const stored = await storedConfig(deps);
    const config = onto(deps, proposal, stored);
    if (typeof config === 'string') return outdate(deps, proposal, config);
    const author = { actor: proposal.by, note: `agreed to by ${by}` };
    const next = digestOf(config) === stored.digest ? stored : await replaced(deps, stored, config, author);
    if (next === null) continue;
    await followConfig(deps, { ...next, by: proposal.by, unfollowed: next.unfollowed ?? { before: proposal.base } });
    const after = await close(deps, proposal, (newest) => applied(newest, next.edition, deps.clock.now()));
    await refreshProposals(deps);
    return { result: 'applied', proposal: after, text: 'Agreed. The configuration is changed.' };
  }
}

async function replaced(
  deps: ProposalDeps,
  stored: StoredConfig,
  config: StoredConfig['config'],
  author: Parameters<typeof replaceConfig>[3],
): Promise<StoredConfig | null> {
  try {
    return await replaceConfig(deps, stored, config, author);
  } catch (error) {
    if (error instanceof RollcallError && error.code === 'config-race') return null;
    throw error;
  }
}

async function outdate(deps: ProposalDeps, proposal: Proposal, why: string): Promise<ProposalOutcome> {
  const end = (newest: Proposal) => ended(newest, 'outdated', why, system('configuration'), deps.clock.now());
  const after = await close(deps, proposal, end);
  return { result: 'outdated', proposal: after, text: `Nothing was changed: the proposal is outdated, ${why}.` };
}

async function close(deps: ProposalDeps, proposal: Proposal, end: (newest: Proposal) => Proposal): Promise<Proposal> {
  const { proposals } = deps.store;
  const after = await changeNewest(proposals, proposal, (newest) => (newest.state === 'open' ? end(newest) : null));
  if (after !== null) await told(deps, after);
  return after ?? (await proposals.get(proposal.id)) ?? proposal;
}

async function told(deps: ProposalDeps, proposal: Proposal): Promise<void> {
  await showProposal(deps, proposal);
  deps.bell.ring('publisher');
}

/** Puts open proposals onto the present configuration, and carries out what a crash left between agreement and change. */
export async function refreshProposals(deps: ProposalDeps, finishing = false): Promise<void> {
  const open = await deps.store.proposals.open(1_000);
  if (open.length === 0) return;
  const stored = await storedConfig(deps);
  for (const proposal of open) {
    if (proposal.agreed === null) await refreshed(deps, proposal, stored);
    else if (finishing) await finish(deps, proposal);
  }
}
