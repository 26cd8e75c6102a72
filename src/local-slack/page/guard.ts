import { randomBytes } from 'node:crypto';
import type { RequestHandler, Response } from 'express';

const loopback = new Set(['127.0.0.1', 'localhost', '[::1]']);

function isLoopback(host: string | undefined): boolean {
  const address = `http://${host}`;
  return host !== undefined && URL.canParse(address) && loopback.has(new URL(address).hostname);
}

/**
 * Lets through only what this page itself sends: a loopback Host (so that no foreign name resolving to 127.0.0.1 gets in) and, for
 * anything that changes something, its own Origin. Everything else gets 403 and one line why.
 */
export const guard: RequestHandler = (request, response, next) => {
  const { host, origin, 'sec-fetch-site': site = 'none' } = request.headers;
  const refuse = (why: string) => void response.status(403).type('text').send(`${why}\n`);
  if (!isLoopback(host)) return refuse('The local workspace answers to 127.0.0.1, localhost and [::1] only.');
  const foreign = request.path !== '/' && !['none', 'same-origin'].includes(String(site));
  const ownOrigin = origin === `http://${host}` || origin === `https://${host}`;
  if (foreign || (request.method === 'POST' && !ownOrigin)) return refuse('This request comes from another site.');
  next();
};

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
