import { randomBytes } from 'node:crypto';
import type { Response } from 'express';
import { type Html, html, sourceOf } from './html.ts';

/** A page of ours: no script, nothing from elsewhere, readable in a narrow window, by keyboard, aloud and at night. */
export type Page = { status: number; title: string; body: Html };

const style = `
:root { color-scheme: light dark; --ink: #1b1d21; --paper: #fbfaf8; --quiet: #5b606a; --line: #8a8f99; --act: #1f5b47; --on-act: #fff; --warn: #8a2b06; }
@media (prefers-color-scheme: dark) { :root { --ink: #ecebe8; --paper: #17191c; --quiet: #a9aeb8; --line: #747a85; --act: #8fd3b6; --on-act: #10231c; --warn: #ffb59a; } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--paper); color: var(--ink); font: 1.0625rem/1.55 system-ui, sans-serif; }
main { max-width: 34rem; margin: 0 auto; padding: clamp(1.5rem, 8vh, 5rem) 1.25rem 3rem; overflow-wrap: anywhere; }
h1 { font-size: 1.5rem; line-height: 1.25; margin: 0 0 1rem; text-wrap: balance; }
p { margin: 0 0 1rem; }
.quiet { color: var(--quiet); font-size: .9375rem; }
.warn { color: var(--warn); font-weight: 600; }
label { display: block; margin: 1.25rem 0 .375rem; font-weight: 600; }
input, textarea { width: 100%; min-height: 2.75rem; padding: .5rem .75rem; font: inherit; color: inherit; background: transparent; border: 1px solid var(--line); border-radius: .375rem; }
button { min-height: 2.75rem; margin-top: 1.5rem; padding: .5rem 1.25rem; font: inherit; font-weight: 600; color: var(--on-act); background: var(--act); border: 0; border-radius: .375rem; cursor: pointer; }
:focus-visible { outline: 3px solid var(--act); outline-offset: 2px; }
form + p { margin-top: 1rem; }
code { font: 1rem/1.4 ui-monospace, monospace; }
output { display: block; margin: 0 0 1.25rem; padding: .875rem 1rem; border: 1px solid var(--line); border-radius: .375rem; font: 1.25rem/1.4 ui-monospace, monospace; user-select: all; }
`;

/** Sends a page that is kept nowhere, framed by nobody, and tells no other site where it was. */
export function sendPage(response: Response, { status, title, body }: Page): void {
  const nonce = randomBytes(16).toString('base64');
  response.status(status).set({
    'Cache-Control': 'no-store',
    'Referrer-Policy': 'no-referrer',
    'Content-Security-Policy': `default-src 'none'; style-src 'nonce-${nonce}'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'`,
    'X-Content-Type-Options': 'nosniff',
    'X-Frame-Options': 'DENY',
    'X-Robots-Tag': 'noindex',
    'Cross-Origin-Opener-Policy': 'same-origin',
  });
  const [before, after] = frame(title, nonce);
  response.type('html').send(`${before}${sourceOf(body)}${after}`);
}

/** Around the body; the style is ours and holds nothing that is escaped. */
function frame(title: string, nonce: string): [before: string, after: string] {
  const head = html`<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>${title}</title><style nonce="${nonce}">`;
  return [`${sourceOf(head)}${style}</style></head><body><main>`, '</main></body></html>'];
}
