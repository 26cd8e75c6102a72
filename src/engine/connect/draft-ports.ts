import type { Draft } from '../../core/draft.ts';
import type { NamedSecret } from '../../core/named-secret.ts';
import type { Documents } from '../store-ports.ts';

/** What the `${NAME}`s of the configuration stand for where the environment does not say; by their names. A few for each app. */
export type NamedSecretStore = Documents<NamedSecret> & {
  /** In the order of their names. */
  all(): Promise<NamedSecret[]>;
};

/** Apps and directories on their way into the configuration, and those that were. */
export type DraftStore = Documents<Draft> & {
  /** Open ones, those changed last first. */
  open(limit: number): Promise<Draft[]>;
};
