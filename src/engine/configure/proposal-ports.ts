import type { Proposal } from '../../core/proposal.ts';
import type { Documents } from '../store-ports.ts';

/** Changes of the configuration that wait for another admin, and those that did. */
export type ProposalStore = Documents<Proposal> & {
  /** Those nobody decided, newest first. */
  open(limit: number): Promise<Proposal[]>;
};
