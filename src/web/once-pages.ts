import { listed } from '../core/handover.ts';
import { passwordLengths } from '../core/password-strength.ts';
import { html } from './html.ts';
import type { Page } from './page.ts';

/** Titles in a sentence. */
const named = (titles: readonly string[]): string => (titles.length === 0 ? 'your apps' : listed(titles));

/** A button only: whoever previews a link opens pages, and presses nothing. */
export const askToShow = (apps: readonly string[]): Page => ({
  status: 200,
  title: 'Your password',
  body: html`<h1>Your password for ${named(apps)}</h1>
<p>It is shown once, and Rollcall keeps no copy. Have the place ready where you keep your passwords.</p>
<form method="post"><button>Show the password</button></form>`,
});

export const showing = (apps: readonly string[], password: string): Page => ({
  status: 200,
  title: 'Your password',
  body: html`<h1>Your password for ${named(apps)}</h1>
<p id="what">Copy it now: it is gone from Rollcall, and this page will not show it again.</p>
<output aria-describedby="what" translate="no">${password}</output>
<p class="quiet">You may change it in ${named(apps)} afterwards. Close this page when you have kept it.</p>`,
});

/** `problem`: why what was sent will not do; nothing of it is ever repeated. */
export const askToSet = (apps: readonly string[], problem: string | null): Page => ({
  status: problem === null ? 200 : 422,
  title: 'Set your password',
  body: html`<h1>Set your password for ${named(apps)}</h1>
<p class="warn" id="never">Never use your company password here.</p>
<p>Rollcall keeps it sealed until each app has it, and then erases it. The password is set by Rollcall: you no longer change it in ${named(apps)}.</p>
<p class="quiet" id="rules">At least ${passwordLengths.least} characters; a few words that have nothing to do with each other will do. Nothing of your name, your address or the company, and none of the common ones.</p>
${problem === null ? null : html`<p class="warn" role="alert" id="problem">This password will not do: ${problem}.</p>`}
<form method="post">
<label for="password">New password</label>
<input id="password" name="password" type="password" autocomplete="new-password" required minlength="${passwordLengths.least}" maxlength="${passwordLengths.most}" aria-describedby="never rules problem">
<label for="again">The same once more</label>
<input id="again" name="again" type="password" autocomplete="new-password" required>
<button>Set the password</button>
</form>`,
});

export const wasSet = (apps: readonly string[]): Page => ({
  status: 200,
  title: 'Your password is set',
  body:
    apps.length === 0
      ? html`<h1>No app takes it any more</h1><p>None of your apps waits for a password; what you typed was not kept.</p>`
      : html`<h1>Your password is set</h1>
<p>It is on its way to ${named(apps)}, usually within a minute. You may close this page.</p>
<p class="quiet">To change it later, type <code>/provision password</code> in Slack: you no longer change it in ${named(apps)}.</p>`,
});

/** The same whatever the reason, so that nobody learns from it which links there are. */
export const nowhere: Page = {
  status: 404,
  title: 'This link leads nowhere',
  body: html`<h1>This link leads nowhere</h1>
<p>A link to a one-time page works once, and not for long. This one was used, replaced by a newer one, not used in time, or is not complete.</p>
<p>Type <code>/provision password</code> in Slack: it says how things stand and sends you a new link where there is one to send. If somebody else may have used yours, tell an admin of Rollcall in your company at once.</p>`,
};

export const slower: Page = {
  status: 429,
  title: 'Too many requests',
  body: html`<h1>Too many requests</h1><p>Nothing was done, and your link is as good as before. Try again in a minute.</p>`,
};

export const unreadable = (status: number): Page => ({
  status,
  title: 'That could not be read',
  body: html`<h1>That could not be read</h1><p>Nothing was done, and your link is as good as before. Open it again from Slack.</p>`,
});

export const ourFault: Page = {
  status: 500,
  title: 'Something went wrong',
  body: html`<h1>Something went wrong</h1><p>The fault is on Rollcall’s side; an admin finds it in the log. Open the link again in a moment.</p>`,
};
