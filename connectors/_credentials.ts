import { z } from 'zod';
import type { Auth } from './_http.ts';

/** The one claim of a JSON Web Token that is read, seconds since the epoch (RFC 7519 section 4.1.4). */
const Claims = z.object({ exp: z.number().positive() });

/** When credentials end: on the day the connection names, else when the token itself says. Null: not known. */
export function credentialsEnd(auth: Auth): number | null {
  if (auth.expires !== undefined) return Date.parse(`${auth.expires}T00:00:00Z`);
  return auth.type === 'bearer' ? endOfToken(auth.token) : null;
}

/** Only a hint for people: the signature is the app's to check. */
function endOfToken(token: string): number | null {
  const [, body, signature] = token.split('.');
  if (body === undefined || signature === undefined) return null;
  try {
    const claims = Claims.safeParse(JSON.parse(Buffer.from(body, 'base64url').toString('utf8')));
    return claims.success ? claims.data.exp * 1_000 : null;
  } catch {
    return null;
  }
}
