import type { NamedSecret } from '../core/named-secret.ts';
import type { Documents } from './ports.ts';

/** What the `${NAME}`s of the configuration stand for where the environment does not say; by their names. A few for each app. */
export type NamedSecretStore = Documents<NamedSecret> & {
  /** In the order of their names. */
  all(): Promise<NamedSecret[]>;
};
