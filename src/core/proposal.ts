import type { Config } from './config.ts';
import { configDifferences, differenceText, fingerprintOf } from './config-difference.ts';
import { makeEvent } from './event.ts';
import { digestOf } from './hash.ts';
import type { Actor, OperationKind, RollcallEvent, Time, Versioned } from './model.ts';

export type ProposalState = 'open' | 'applied' | 'rejected' | 'withdrawn' | 'outdated';

/** What the change would come to, as it was worked out when it was proposed. */
export type ProposedPlan = {
  people: number;
  counts: readonly { app: string; kind: OperationKind; count: number }[];
  sample: readonly { personName: string; app: string; kind: OperationKind; why: string }[];
};

/** A change of the configuration that touches power, and waits for another admin. It is one thing: whole or nothing. */
export type Proposal = Versioned & {
  /** The configuration it was made on (its edition), and the one it would be followed by. */
  base: Config;
  edition: number;
  config: Config;
  digest: string;
  /** Null: it could not be worked out. */
  plan: ProposedPlan | null;
  by: Actor;
  at: Time;
  /** Ids of the people who have a card of it: the admins who may agree, and who proposed. */
  shown: readonly string[];
  state: ProposalState;
  /** Somebody agreed, and it is being applied: nobody else decides any more. */
  agreed: Actor | null;
  decidedBy: Actor | null;
  decidedAt: Time | null;
  /** Given with a rejection, or why it is outdated. */
  reason: string | null;
  /** When those who may agree were told of it again last. */
  remindedAt: Time | null;
};

export type ProposalDraft = Pick<Proposal, 'id' | 'base' | 'edition' | 'config' | 'plan' | 'by' | 'shown'>;

export function newProposal(draft: ProposalDraft, at: Time): Proposal {
  const blank = { version: 0, outbox: [], state: 'open', agreed: null, decidedBy: null, decidedAt: null } as const;
  const proposal: Proposal = { ...blank, reason: null, remindedAt: null, at, digest: digestOf(draft.config), ...draft };
  const message = `proposed to change the configuration: ${changesText(proposal)}`;
  return { ...proposal, outbox: [eventOf(proposal, 'proposed', message, draft.by, at)] };
}

/** What it changes, a line each. */
export const linesOf = ({ base, config }: Pick<Proposal, 'base' | 'config'>): string[] =>
  configDifferences(base, config).map(differenceText);

/** Stands for what was shown: a press on anything else decides nothing. */
export const shownOf = ({ base, config }: Pick<Proposal, 'base' | 'config'>): string =>
  fingerprintOf(configDifferences(base, config));

/** Changes told in an event; an import may have thousands. */
const toldAtMost = 20;

/** Lines as one sentence part: `quorum: 1 → 2; app crm, owners: + bea@acme.test`. */
export function linesText(lines: readonly string[]): string {
  const more = lines.length - toldAtMost;
  return [...lines.slice(0, toldAtMost), ...(more > 0 ? [`and ${more} more`] : [])].join('; ');
}
const changesText = (proposal: Proposal): string => linesText(linesOf(proposal));

export type ProposalRefusal = 'closed' | 'agreed' | 'self' | 'not-admin' | 'not-yours' | 'changed';
export type ProposalDecision = 'agree' | 'reject' | 'withdraw';

/**
 * Why this person may not decide; null when they may. `admins`: ids of the active admins of the present configuration: whom the
 * proposal itself would make an admin is none yet. `shown`: what their card showed; null when typed.
 */
export function proposalRefusal(
  proposal: Proposal,
  decision: ProposalDecision,
  actor: Actor,
  admins: readonly string[],
  shown: string | null,
): ProposalRefusal | null {
  if (proposal.state !== 'open') return 'closed';
  if (proposal.agreed !== null) return 'agreed';
  const own = isSame(actor, proposal.by);
  if (decision === 'withdraw') return own ? null : 'not-yours';
  if (own) return 'self';
  if (actor.kind !== 'person' || !admins.includes(actor.person)) return 'not-admin';
  return shown !== null && shown !== shownOf(proposal) ? 'changed' : null;
}

export const isSame = (a: Actor, b: Actor): boolean => {
  if (a.kind === 'person' || b.kind === 'person')
    return a.kind === 'person' && b.kind === 'person' && a.person === b.person;
  return a.kind === b.kind && a.name === b.name;
};

/** The decision itself, before the configuration is changed: whatever happens then, it is carried out. */
export const agreed = (proposal: Proposal, by: Actor, at: Time): Proposal =>
  next(proposal, { agreed: by }, 'agreed', `agreed to ${whose(proposal)}: ${changesText(proposal)}`, by, at);

/** `edition`: the one it has become. */
export function applied(proposal: Proposal, edition: number, at: Time): Proposal {
  const by = proposal.agreed ?? proposal.by;
  const message = `${whose(proposal)} is edition ${edition} of the configuration now`;
  return next(proposal, { state: 'applied', decidedBy: by, decidedAt: at }, 'applied', message, by, at);
}

export function ended(
  proposal: Proposal,
  state: 'rejected' | 'withdrawn' | 'outdated',
  reason: string | null,
  by: Actor,
  at: Time,
): Proposal {
  const told = { rejected: 'rejected', withdrawn: 'withdrew', outdated: 'outdated:' }[state];
  const message = `${told} ${whose(proposal)}${reason === null ? '' : `: ${reason}`}`;
  return next(proposal, { state, reason, decidedBy: by, decidedAt: at }, state, message, by, at);
}

/** The same change on a newer configuration. */
export const rebased = (proposal: Proposal, base: Config, edition: number, config: Config): Proposal => ({
  ...proposal,
  ...{ base, edition, config, digest: digestOf(config), version: proposal.version + 1 },
});

/** It still waits: those who may agree are told once more. */
export function reminded(proposal: Proposal, by: Actor, at: Time): Proposal {
  const hours = Math.floor((at - proposal.at) / 3_600_000);
  const message = `${whose(proposal)} is unanswered for ${hours === 1 ? '1 hour' : `${hours} hours`}`;
  return next(proposal, { remindedAt: at }, 'reminded', message, by, at);
}

/** Whoever became an admin since it was proposed may agree as well, and has a card of it. */
export function shownTo(proposal: Proposal, added: readonly string[], by: Actor, at: Time): Proposal {
  const shown = [...proposal.shown, ...added];
  const message = `${added.length === 1 ? 'one more admin is' : `${added.length} more admins are`} asked about ${whose(proposal)}`;
  return next(proposal, { shown }, 'shown', message, by, at);
}

const whose = ({ by }: Proposal): string => `the change of the configuration that ${by.name} proposed`;

function next(
  proposal: Proposal,
  change: Partial<Proposal>,
  type: string,
  message: string,
  actor: Actor,
  at: Time,
): Proposal {
  const after = { ...proposal, ...change, version: proposal.version + 1 };
  return { ...after, outbox: [...proposal.outbox, eventOf(after, type, message, actor, at)] };
}

const eventOf = (
  { id, version }: Pick<Proposal, 'id' | 'version'>,
  type: string,
  message: string,
  actor: Actor,
  at: Time,
): RollcallEvent => makeEvent({ type: `proposal.${type}`, message, actor }, `${id}:${version}`, at);
