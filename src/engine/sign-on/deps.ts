import type { Deps } from '../ports.ts';
import type { SecretBook } from '../secret/secret-book.ts';
import type { Documents } from './documents-port.ts';
import type { Saml } from './saml-port.ts';

/** What signing on takes. */
export type SignOnDeps = Pick<Deps, 'store' | 'clock' | 'random' | 'bell' | 'sealer' | 'connections' | 'log'> & {
  /** What the `${NAME}`s in an app's addresses stand for. */
  book: Pick<SecretBook, 'secret'>;
  /** Left out: this process writes no SAML. */
  saml?: Saml;
  /** What is read from addresses outside. Left out: nothing is. */
  documents?: Documents;
  /** Where people reach this Rollcall, without a slash at the end. Unset: nobody signs on here. */
  publicUrl?: string;
  /** The Slack workspace, once known. */
  team?(): string | null;
};
