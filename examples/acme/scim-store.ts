import { randomUUID } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { z } from 'zod';
import { keeper } from './kept-file.ts';

const Stored = z.looseObject({ id: z.string() });
const User = Stored.extend({ userName: z.string() });
const Member = z.looseObject({ value: z.string() });
const Group = Stored.extend({ displayName: z.string(), members: z.array(Member).default([]) });
export type User = z.infer<typeof User>;
export type Group = z.infer<typeof Group>;

/** How many active accounts the contract pays for; left out: any number. */
const seats = z.number().int().positive().optional();
const Contents = z.object({ users: z.array(User).default([]), groups: z.array(Group).default([]), seats });
/** What a seed file holds: ids are given out where they are missing. */
const Seed = z.object({
  users: z.array(User.extend({ id: z.string().default(() => randomUUID()) })).default([]),
  groups: z.array(Group.extend({ id: z.string().default(() => randomUUID()) })).default([]),
  seats,
});

/** The accounts and groups of one app, kept in one file. */
export type Store = {
  users: Map<string, User>;
  groups: Map<string, Group>;
  seats?: number | undefined;
  /** Done once the present state is on disk: an answer given after it survives kill -9. */
  saved(): Promise<void>;
};

export function openStore(file: string, seedFile?: string): Store {
  const stored = existsSync(file)
    ? Contents.parse(JSON.parse(readFileSync(file, 'utf8')))
    : Seed.parse(seedFile === undefined ? {} : JSON.parse(readFileSync(seedFile, 'utf8')));
  const store: Omit<Store, 'saved'> = {
    users: new Map(stored.users.map((user) => [user.id, user])),
    groups: new Map(stored.groups.map((group) => [group.id, group])),
    seats: stored.seats,
  };
  const saved = keeper(file, () => {
    const { users, groups, ...rest } = store;
    return { users: [...users.values()], groups: [...groups.values()], ...rest };
  });
  return Object.assign(store, { saved });
}
