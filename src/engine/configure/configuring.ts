import type { Config } from '../../core/config.ts';
import type { Problem } from '../../core/config-check.ts';
import type { TargetConnector } from '../../core/connector.ts';
import type { Actor, SlackIdentity } from '../../core/model.ts';
import type { Proposal } from '../../core/proposal.ts';
import type { StoredConfig } from '../store-ports.ts';
import type { PlanPreview } from '../use-cases.ts';
import type { ConfigureOutcome } from './configure.ts';
import type { ProposalInput, ProposalOutcome } from './proposals.ts';

/** An edit as data (`core/config-edit.ts`): of any configuration, so that it can be made on the newest one. Throws RollcallError. */
export type Edit = (config: Config) => Config;

/** What an edit would change; nothing is changed yet. */
export type Tried = {
  next: Config;
  /** The differences, a line each, and those of them that touch power. */
  lines: readonly string[];
  power: readonly string[];
  /** Stands for these differences: whoever saw them saves them, and nothing else. */
  shown: string;
  /** Names of the admins of whom one has to agree; none: it applies at once. */
  deciders: readonly string[];
};

/** What would happen under another configuration and would not under the present one; `dropped`: the other way round. */
export type ConfigEffect = PlanPreview & { dropped: PlanPreview['counts'] };

/** Whom a mapping or a rule is about. */
export type Holder = { mapping: string } | { app: string; rule: string };
/** Active people for whom its conditions hold, and how that differs from now; each with the names of some. */
export type Hits = { people: Hit; gained: Hit; lost: Hit };
export type Hit = { count: number; names: readonly string[] };

export type ProposalView = {
  proposal: Proposal;
  lines: readonly string[];
  power: readonly string[];
  /** The admins who may decide it now. */
  deciders: readonly { person: string; name: string; slack: SlackIdentity | null }[];
};

/** What admins do to the configuration itself. */
export type Configuring = {
  configuration(): Promise<StoredConfig | null>;
  /** @throws RollcallError `not-set-up`, and what the edit throws. */
  tryEdit(edit: Edit, actor: Actor): Promise<Tried | { problems: readonly Problem[] }>;
  /** What a configuration would change in the plan there is, changing nothing. */
  configEffect(next: Config, sample: number): Promise<ConfigEffect>;
  hits(next: Config, holder: Holder): Promise<Hits>;
  /**
   * Makes the edit of the newest configuration, or proposes it. `shown` null: whatever it changes.
   * @throws RollcallError `config-changed` when it would change something else than was shown, `config-wrong`, what the edit throws.
   */
  changeConfig(edit: Edit, actor: Actor, shown: string | null): Promise<ConfigureOutcome>;
  /** Those that wait, newest first. */
  proposals(): Promise<ProposalView[]>;
  proposal(id: string): Promise<ProposalView | null>;
  decideProposal(input: ProposalInput): Promise<ProposalOutcome>;
  /** What the connector of an app says of it, without connecting. @throws RollcallError `unknown-app`. */
  targetOf(app: string): Pick<TargetConnector, 'title' | 'attributes' | 'capabilities' | 'parameters' | 'remarks'>;
};
