import { existsSync, readFileSync } from 'node:fs';
import { z } from 'zod';
import { keeper } from './kept-file.ts';

const HubAccount = z.object({
  userName: z.string(),
  displayName: z.string(),
  title: z.string(),
  groups: z.array(z.string()),
  signOns: z.number(),
  firstAt: z.string(),
});
export type HubAccount = z.infer<typeof HubAccount>;

const Contents = z.object({
  users: z.array(HubAccount).default([]),
  used: z.array(z.tuple([z.string(), z.number()])).default([]),
});

/** Accounts that were made by sign-on, and the assertions that were used, kept in one file. */
export type SignOnStore = {
  users: Map<string, HubAccount>;
  used: Map<string, number>;
  /** Done once the present state is on disk. */
  saved(): Promise<void>;
};

export function openSignOnStore(file: string): SignOnStore {
  const stored = Contents.parse(existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : {});
  const users = new Map(stored.users.map((user) => [user.userName, user]));
  const used = new Map(stored.used);
  return { users, used, saved: keeper(file, () => ({ users: [...users.values()], used: [...used] })) };
}
