import type { Rate, Remarks } from '../../src/core/connector.ts';
import type { Place } from './attributes.ts';

export type Endpoint = 'Users' | 'Groups';

/** An attribute beside those of the standard, and what to put into it. */
export type OwnAttribute = Place & { description: string; required?: boolean };

/** How an app speaks SCIM. Each member says what an app may do otherwise than its neighbours, never what to do about a failure. */
export type Manner = {
  /** Where discovery is asked, in this order until one answers. None: it is not asked, and what stands here is all there is to know. */
  configPaths: readonly string[];
  /** Does an app that says nothing of PATCH know it? */
  patchUnsaid: boolean;
  contentType: 'application/scim+json' | 'application/json';
  /** Sent with every request, beside those of the protocol. */
  headers: Readonly<Record<string, string>>;
  /** `discovered`: by PATCH, unless the app says that it knows none. */
  userUpdate: 'discovered' | 'patch' | 'put';
  /** Does a PATCH name each attribute by path, or send one object of values? Removing always names a path. */
  patchPath: 'path' | 'none';
  /** `replace` or `Replace`. */
  opCase: 'lower' | 'capital';
  /** In a PATCH: `false` or `"False"`. */
  booleans: 'json' | 'text';
  /** Which attributes an `eq` may ask for; null: any. Where it may not, all are listed and compared here. */
  filters: Readonly<Record<Endpoint, readonly string[] | null>>;
  /** Does a list of groups go without their members when asked to? */
  excludesMembers: boolean;
  /** Does an account keep our id? If not, only its user name finds it again. */
  externalId: boolean;
  /** `most`: rows it gives at a time. */
  paging: { by: 'index' | 'cursor' | 'none'; most: number };
  /** Are there groups to be in? */
  groups: boolean;
  members: {
    /**
     * How one member comes or goes: `filter` removes by `members[value eq "…"]`, `array` by a list of values, `wrapped` both adds and
     * removes inside an object, `put` writes the whole group.
     */
    change: 'filter' | 'array' | 'wrapped' | 'put';
    /** Does the app tell who is in a group, or which groups an account is in? */
    readable: boolean;
    /** Where it does not: the filter that tells whether one account is in one group. */
    pair: ((group: string, user: string) => string) | null;
  };
  /** What `active: false` comes to: the account is kept, its membership ends for good, or the account does. */
  inactive: 'suspended' | 'removed' | 'deleted';
  /** Is an account gone after DELETE? */
  delete: boolean;
  /** Does it take passwords? */
  password: boolean;
  /** May an account have several addresses and numbers? */
  multiEmail: boolean;
  /** Which attributes of the standard it holds, by their flat names; null: all. */
  attributes: readonly string[] | null;
  /** Without which it refuses an account. */
  required: readonly string[];
  own: Readonly<Record<string, OwnAttribute>>;
  rate: Rate | null;
  /** What changes really come to there, where the word alone would mislead. */
  remarks: Remarks;
};

/** One vendor: what differs from the standard, and the pages it can be checked against. */
export type Profile = Partial<Manner> & {
  title: string;
  /** What its base URL looks like. */
  address: string;
  sources: readonly string[];
};

/** As RFC 7643 and RFC 7644 have it. */
export const standard: Manner = {
  configPaths: ['ServiceProviderConfig'],
  patchUnsaid: true,
  contentType: 'application/scim+json',
  headers: {},
  userUpdate: 'discovered',
  patchPath: 'path',
  opCase: 'lower',
  booleans: 'json',
  filters: { Users: null, Groups: null },
  excludesMembers: true,
  externalId: true,
  paging: { by: 'index', most: 1_000 },
  groups: true,
  members: { change: 'filter', readable: true, pair: null },
  inactive: 'suspended',
  delete: true,
  password: false,
  multiEmail: true,
  attributes: null,
  required: [],
  own: {},
  rate: null,
  remarks: {},
};
