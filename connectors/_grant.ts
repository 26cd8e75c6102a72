import { z } from 'zod';
import { claimsIn, endOfToken, visible } from './_credentials.ts';

/** What a token service has granted, as it is kept: never shown, always sealed. Times in milliseconds since the epoch. */
export type Grant = {
  accessToken: string | null;
  /** When the access token ends, and when it is time for another one; null: nobody said. */
  endsAt: number | null;
  renewAt: number | null;
  refreshToken: string | null;
  /** When the refresh token ends; null: nobody said. */
  refreshEndsAt: number | null;
};

const Kept = z.object({
  accessToken: visible.nullable(),
  endsAt: z.number().nullable(),
  renewAt: z.number().nullable(),
  refreshToken: z.string().min(1).nullable(),
  refreshEndsAt: z.number().nullable(),
});

/** What is kept, or what an admin has entered: a refresh token by itself. */
export function readGrant(text: string): Grant {
  const kept = text.startsWith('{') ? Kept.safeParse(parsed(text)) : null;
  if (kept?.success === true) return kept.data;
  return { accessToken: null, endsAt: null, renewAt: null, refreshToken: text.trim() || null, refreshEndsAt: null };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

export const writeGrant = ({ accessToken, endsAt, renewAt, refreshToken, refreshEndsAt }: Grant): string =>
  JSON.stringify({ accessToken, endsAt, renewAt, refreshToken, refreshEndsAt });

/** Seconds; some services write them as text. */
const seconds = z.coerce.number().positive().optional().catch(undefined);

/** The good answer of a token service (RFC 6749 section 5.1), as far as it is read. */
export const TokenAnswer = z.object({
  access_token: visible,
  token_type: z.string().optional().catch(undefined),
  expires_in: seconds,
  refresh_token: z.string().min(1).optional().catch(undefined),
  refresh_token_expires_in: seconds,
  scope: z.string().optional().catch(undefined),
  id_token: z.string().optional().catch(undefined),
});
export type TokenAnswer = z.infer<typeof TokenAnswer>;

/** Milliseconds before its end in which a token is no longer used, at most: a call takes its time, and clocks differ. */
const margin = 60_000;

/** What was answered takes the place of what was known; a refresh token that is not replaced stays (RFC 6749 section 6). */
export function grantOf(answer: TokenAnswer, before: Grant | null, now: number): Grant {
  const { access_token, expires_in, refresh_token, refresh_token_expires_in } = answer;
  const isReplaced = refresh_token !== undefined && refresh_token !== before?.refreshToken;
  const endsAt = expires_in === undefined ? endOfToken(access_token) : now + expires_in * 1_000;
  const refreshEnd = refresh_token_expires_in === undefined ? null : now + refresh_token_expires_in * 1_000;
  return {
    accessToken: access_token,
    endsAt,
    renewAt: endsAt === null ? null : endsAt - Math.min(margin, (endsAt - now) / 5),
    refreshToken: refresh_token ?? before?.refreshToken ?? null,
    refreshEndsAt: refreshEnd ?? (isReplaced ? null : (before?.refreshEndsAt ?? null)),
  };
}

/** Is its access token good for another call? */
export const isGood = ({ accessToken, renewAt }: Grant, now: number): boolean =>
  accessToken !== null && (renewAt === null || now < renewAt);

/** When somebody has to authenticate anew, as far as is known. */
export const endOfGrant = ({ endsAt, refreshToken, refreshEndsAt }: Grant): number | null =>
  refreshToken === null ? endsAt : refreshEndsAt;

/** Whose sign-in it was, where the app says it beside the tokens. */
export function signedInAs({ id_token }: TokenAnswer): string | null {
  const claims = id_token === undefined ? null : claimsIn(id_token);
  return claims?.email ?? claims?.preferred_username ?? null;
}

/** What a token service answers of itself and never as something granted (OpenID Connect Core, sections 3.1.2.1, 5.4 and 11). */
const unsaid = new Set(['openid', 'profile', 'email', 'offline_access']);

/** Scopes asked for that the answer leaves out. An answer that names none has given them all (RFC 6749 section 5.1). */
export function notGranted(asked: string | undefined, { scope }: TokenAnswer): string[] {
  if (asked === undefined || scope === undefined) return [];
  const given = new Set(scope.split(/[ ,]+/));
  return asked.split(' ').filter((one) => !given.has(one) && !unsaid.has(one));
}
