import { randomBytes } from 'node:crypto';
import type { RequestHandler, Response } from 'express';
import { loopbackOnly } from '../loopback.ts';

/**
 * Lets through only what this page itself sends: from this machine under its own name (`loopbackOnly`), never on behalf of another
 * site, and for whatever changes something with its own Origin. Everything else gets 403 and one line why.
 */
export const guard: readonly RequestHandler[] = [
  loopbackOnly,
  ({ headers, method, path }, response, next) => {
    const { host, origin, 'sec-fetch-site': site = 'none' } = headers;
    const foreign = path !== '/' && !['none', 'same-origin'].includes(String(site));
    const own = origin === `http://${host}` || origin === `https://${host}`;
    if (!foreign && (method !== 'POST' || own)) return next();
    response.status(403).type('text').send('This request comes from another site.\n');
  },
];

/** Headers of the document: own scripts and styles by nonce, nothing from elsewhere, never inside a frame. Returns the nonce. */
export function protect(response: Response): string {
  const nonce = randomBytes(16).toString('base64');
  const policy = [
    "default-src 'none'",
    `script-src 'nonce-${nonce}'`,
    `style-src 'nonce-${nonce}'`,
    "connect-src 'self'",
    'img-src data:',
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ];
  response.set({
    'Content-Security-Policy': policy.join('; '),
    'X-Frame-Options': 'DENY',
    'X-Content-Type-Options': 'nosniff',
    'Referrer-Policy': 'no-referrer',
    'Cross-Origin-Opener-Policy': 'same-origin',
    'Cross-Origin-Resource-Policy': 'same-origin',
    'Cache-Control': 'no-store',
  });
  return nonce;
}
