import type { Rate } from '../../src/core/connector.ts';

/**
 * What Google takes of one user of one project: 2,400 calls a minute, and ten new users a second
 * (developers.google.com/workspace/admin/directory/v1/limits).
 */
export const rate: Rate = {
  ...{ writes: { calls: 10, seconds: 1, burst: 10 }, all: { calls: 2_400, seconds: 60, burst: 40 } },
  concurrency: 4,
};

/** A directory and apps that act as one administrator through one service account share its quota. */
export function quotaOf({ auth }: Readonly<Record<string, unknown>>): string {
  const { issuer = '', subject = '' } =
    typeof auth === 'object' && auth !== null ? (auth as Record<string, unknown>) : {};
  return `${issuer} ${subject}`.toLowerCase();
}
