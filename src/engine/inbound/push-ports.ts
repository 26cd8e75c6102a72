import type { Time } from '../../core/model.ts';
import type { PushTokens } from '../../core/push-token.ts';
import type { Pushed } from '../../core/scim/pushed.ts';
import type { InGroup } from '../../core/scim/render.ts';
import type { ResourceKind } from '../../core/scim/schema.ts';
import type { Documents } from '../store-ports.ts';

/** People of one directory, or its groups. */
export type Shelf = { directory: string; kind: ResourceKind };

/** What sources pushed. Its `uniqueKey` is unique. Ids sort by when they came. */
export type PushedStore = Documents<Pushed> & {
  /** Those with this key among their `searchKeys`, in id order. */
  byKey(key: string): Promise<Pushed[]>;
  /** Those that are there, in id order, passing over so many behind `after`. */
  list(shelf: Shelf, after: string | null, limit: number, skip?: number): Promise<Pushed[]>;
  count(shelf: Shelf): Promise<number>;
  /** Tombstones, in id order. */
  gone(shelf: Shelf, after: string | null, limit: number): Promise<Pushed[]>;
  /** What changed at that time or later, also what is gone; the earliest change first. `after`: the last one seen. */
  changedSince(shelf: Shelf, since: Time, after: Pushed | null, limit: number): Promise<Pushed[]>;
  /** The groups a person is in, in id order, with all their members. */
  groupsWith(directory: string, person: string): Promise<Pushed[]>;
  /** The same by id and name alone. */
  groupsOf(directory: string, person: string): Promise<InGroup[]>;
};

/** By the names of the directories. */
export type PushTokenStore = Documents<PushTokens>;
