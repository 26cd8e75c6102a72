import { randomBytes } from 'node:crypto';
import type { Response } from 'express';
import { type Html, html, sourceOf } from './html.ts';

/**
 * A page of ours: nothing from elsewhere, readable in a narrow window, by keyboard, aloud and at night; and no script and no form that
 * leaves, but for what is said here.
 */
export type Page = {
  status: number;
  title: string;
  body: Html;
  /** Every so many seconds the browser looks by itself whether it shows something else by now. Until then it stays: nothing is read aloud anew. */
  refresh?: number;
  /** Its one form goes by itself where scripts run, by a line of ours and no other. */
  goesOn?: true;
  /** Its form goes to another site. */
  leaves?: true;
  /** An app may have opened it in a window of its own, and goes on knowing that window when it comes back. */
  opened?: true;
};

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
.number { font: 700 clamp(4rem, 25vw, 7rem)/1.1 system-ui, sans-serif; font-variant-numeric: tabular-nums; letter-spacing: .06em; }
a { color: var(--act); }
label { display: block; margin: 1.25rem 0 .375rem; font-weight: 600; }
input, textarea { width: 100%; min-height: 2.75rem; padding: .5rem .75rem; font: inherit; color: inherit; background: transparent; border: 1px solid var(--line); border-radius: .375rem; }
button { min-height: 2.75rem; margin-top: 1.5rem; padding: .5rem 1.25rem; font: inherit; font-weight: 600; color: var(--on-act); background: var(--act); border: 0; border-radius: .375rem; cursor: pointer; }
:focus-visible { outline: 3px solid var(--act); outline-offset: 2px; }
form + p { margin-top: 1rem; }
code { font: 1rem/1.4 ui-monospace, monospace; }
output { display: block; margin: 0 0 1.25rem; padding: .875rem 1rem; border: 1px solid var(--line); border-radius: .375rem; font: 1.25rem/1.4 ui-monospace, monospace; user-select: all; }
`;

/** Sends a page that is kept nowhere, framed by nobody, and tells no other site where it was. */
export function sendPage(response: Response, page: Page): void {
  const nonce = randomBytes(16).toString('base64');
  response.status(page.status).set({
    'Cache-Control': 'no-store',
    'Referrer-Policy': 'no-referrer',
    'Content-Security-Policy': policyOf(page, nonce),
    'X-Content-Type-Options': 'nosniff',
    'X-Frame-Options': 'DENY',
    'X-Robots-Tag': 'noindex',
  });
  if (page.opened !== true) response.set('Cross-Origin-Opener-Policy', 'same-origin');
  const [before, after] = frame(page, nonce);
  response.type('html').send(`${before}${sourceOf(page.body)}${after}`);
}

function policyOf({ goesOn, leaves, refresh }: Page, nonce: string): string {
  const parts = [
    `default-src 'none'; style-src 'nonce-${nonce}'`,
    goesOn === true || refresh !== undefined ? `script-src 'nonce-${nonce}'` : null,
    refresh === undefined ? null : "connect-src 'self'",
    // Browsers hold the redirects that follow a post against this as well, and where a site sends its visitors is the site's own affair.
    leaves === true ? null : "form-action 'self'",
    "base-uri 'none'; frame-ancestors 'none'",
  ];
  return parts.filter((part) => part !== null).join('; ');
}

/** Where no scripts run the page is loaded anew instead; an answer that says nothing of the page (too often, a fault of ours) is waited out. */
const lookAgain = (seconds: number): string => `
const shown = document.querySelector('main').innerHTML;
const later = () => setTimeout(look, ${seconds * 1_000});
async function look() {
  try {
    const answer = await fetch(location.href, { cache: 'no-store' });
    const page = (await answer.text()).split(/<\\/?main>/);
    const main = document.createElement('template');
    main.innerHTML = page[1];
    if (answer.status < 429 && main.innerHTML !== shown) return location.reload();
  } catch {}
  later();
}
later();
`;

/** Around the body; style and scripts are ours and hold nothing that is escaped. */
function frame({ title, refresh, goesOn }: Page, nonce: string): [before: string, after: string] {
  const again =
    refresh === undefined ? null : html`<noscript><meta http-equiv="refresh" content="${refresh}"></noscript>`;
  const head = html`<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">${again}<title>${title}</title><style nonce="${nonce}">`;
  const script = goesOn === true ? 'document.forms[0].submit()' : refresh === undefined ? null : lookAgain(refresh);
  const last = script === null ? '' : `${sourceOf(html`<script nonce="${nonce}">`)}${script}</script>`;
  return [`${sourceOf(head)}${style}</style></head><body><main>`, `</main>${last}</body></html>`];
}
