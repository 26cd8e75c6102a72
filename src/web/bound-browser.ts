import type { Request, Response } from 'express';

/** A browser that goes to a provider and comes back: where it is remembered, and for how many milliseconds. */
export type Trip = { name: string; path: string; publicUrl: string; patience: number };

/** The browser that went, and no other, comes back for its link: one cookie for each trip, as several may be under way. */
export function boundBrowser({ name, path, publicUrl, patience }: Trip) {
  const secure = publicUrl.startsWith('https:');
  // Sent along when the provider sends the browser back to us (`lax`), and to no other page.
  const cookie = { httpOnly: true, sameSite: 'lax', secure, path } as const;
  const cookieFor = (state: string): string => `${name}_${state.slice(0, 16)}`;
  return {
    /** Sends it away, remembered with its link. */
    send(response: Response, address: string, { state, token }: { state: string; token: string }): void {
      response.set({ 'Cache-Control': 'no-store', 'Referrer-Policy': 'no-referrer' });
      response.cookie(cookieFor(state), token, { ...cookie, maxAge: patience });
      response.redirect(303, address);
    },
    /** The link it went by; null where it did not go with this state. */
    tokenIn({ headers }: Request, state: string): string | null {
      const start = `${cookieFor(state)}=`;
      const found = (headers.cookie ?? '').split(/;\s*/).find((one) => one.startsWith(start));
      const token = found?.slice(start.length) ?? '';
      return /^[\w.-]{1,600}$/.test(token) ? token : null;
    },
    forget: (response: Response, state: string): Response => response.clearCookie(cookieFor(state), cookie),
  };
}
