import { z } from 'zod';
import { App } from './app-schema.ts';
import { group, Scalar } from './condition-schema.ts';
import { name } from './name-schema.ts';
import { Settings } from './settings-schema.ts';
import { Duration, day } from './time-schema.ts';

export const Directory = z.strictObject({
  name,
  title: z.string().optional(),
  connector: z.string(),
  config: z.record(z.string(), z.unknown()).default({}),
  schedule: Duration.default('15 minutes'),
  /** Suspended or gone here means leaving. */
  authoritative: z.boolean().default(true),
  /** Attributes that tell the same human in another directory, in order. */
  join: z.array(z.string()).default(['employeeId', 'email']),
});
export type DirectoryConfig = z.infer<typeof Directory>;

/** Somebody in a role by hand: an e-mail address, or one with its last day. */
export const Member = z.union([z.string(), z.strictObject({ email: z.string(), until: day })]);
export type Member = z.infer<typeof Member>;
export const memberEmail = (member: Member): string => (typeof member === 'string' ? member : member.email);

export const Role = z.strictObject({
  name,
  title: z.string().optional(),
  apps: z.array(name).default([]),
  /** People in the role by hand. */
  members: z.array(Member).default([]),
  /** People may ask for it themselves; the owners of its apps decide. */
  requestable: z.boolean().exactOptional(),
});
export type Role = z.infer<typeof Role>;

/** Sets an attribute of the person, as later mappings, parameters and rules see it; a text may hold a template. */
const Assignment = z.strictObject({ attribute: z.string().min(1), value: z.union([Scalar, z.array(Scalar)]) });
export const Mapping = z
  .strictObject({ name, ...group, roles: z.array(name).default([]), set: z.array(Assignment).default([]) })
  .refine(({ roles, set }) => roles.length + set.length > 0, { message: 'say what it gives: `roles` or `set`' });
export type Mapping = z.infer<typeof Mapping>;

/** The whole configuration, as in the YAML file. */
export const Config = z.strictObject({
  version: z.literal(1),
  settings: Settings.prefault({}),
  directories: z.array(Directory).default([]),
  roles: z.array(Role).default([]),
  mappings: z.array(Mapping).default([]),
  apps: z.array(App).default([]),
});
export type Config = z.infer<typeof Config>;
