import { z } from 'zod';

/** The config of a directory that a source pushes to; the token it shows is made by `rollcall directory token`. */
export const ScimInboundConfig = z.strictObject({
  attributes: z
    .record(z.string().min(1), z.string().min(1))
    .default({})
    .describe('Attribute and the SCIM attribute it comes from, such as nickName or urn:acme:2.0:User:badge'),
  fullReadHours: z
    .number()
    .int()
    .min(1)
    .max(168)
    .default(24)
    .describe('Everybody is read again when the last full read is older; in between only what changed'),
});
export type ScimInboundConfig = z.infer<typeof ScimInboundConfig>;
