import type { SlackIdentity } from '../src/core/model.ts';
import type { Proposal } from '../src/core/proposal.ts';
import type { PlanPreview } from './view.ts';

/*
 * What the blocks of the configuration are given; the engine's own answers have at least these fields.
 */

export type ProposalView = {
  proposal: Pick<Proposal, 'id' | 'by' | 'at' | 'state' | 'agreed' | 'decidedBy' | 'decidedAt' | 'reason' | 'plan'>;
  /** Everything it changes, a line each, and those of them that touch power. */
  lines: readonly string[];
  power: readonly string[];
  deciders: readonly { name: string; slack: SlackIdentity | null }[];
};

export type Hit = { count: number; names: readonly string[] };

/** What an edit would do, before it is saved. */
export type EffectView = {
  lines: readonly string[];
  power: readonly string[];
  /** Names of the admins of whom one has to agree; none: it applies at once. */
  deciders: readonly string[];
  /** Whom a mapping or rule is about; null where the edit is of something else. */
  hits: { people: Hit; gained: Hit; lost: Hit } | null;
  /** Null: still being worked out. A sentence: why it could not be. */
  plan: (PlanPreview & { dropped?: PlanPreview['counts'] }) | string | null;
};
