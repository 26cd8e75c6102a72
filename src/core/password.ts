import type { Time, Versioned } from './model.ts';

/** How an app's Password parameter is filled: not at all, by Rollcall for each account, or by the person for all apps (SSO password). */
export const passwordSources = ['none', 'generated', 'sso'] as const;
export type PasswordSource = (typeof passwordSources)[number];

/** Text under a key: AES-256-GCM. It opens only with the key of this id and the same `about` it was sealed for. All base64url. */
export type Sealed = { key: string; nonce: string; text: string; tag: string };

/** A one-time page about a secret, opened by a link in a direct message. Its token is worked out from the sealing key and `nonce`; it is stored nowhere. */
export type OncePage = { purpose: 'show' | 'set'; nonce: string; expires: Time };

/**
 * A password on its way, one document each: sealed until everybody who needs it has it, then erased. `generated`: of one account, id
 * `generated:<operation id>`; `sso`: of one person, id `sso:<person id>`.
 */
export type Secret = Versioned & {
  kind: Exclude<PasswordSource, 'none'>;
  person: string;
  /** Sealed `about` this secret's id. Null before the person set it, and once it is erased. */
  sealed: Sealed | null;
  /** Apps that have not got it yet; empty for one that only waits to be shown. */
  waiting: readonly string[];
  /** Apps whose account carries it already: named to the person. */
  delivered: readonly string[];
  page: OncePage | null;
  /** The person was told about the page. */
  told: boolean;
  /** Failed deliveries since the last good one, and when the next is due; null: nothing to do. */
  attempts: number;
  nextAt: Time | null;
  at: Time;
};
