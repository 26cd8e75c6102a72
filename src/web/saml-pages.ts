import type { RollcallError } from '../core/errors.ts';
import { ended } from '../core/text.ts';
import type { Posting, SignOnPage } from '../engine/sign-on/sign-ons.ts';
import { type Html, html } from './html.ts';
import type { Page } from './page.ts';

/** Seconds between two looks of a browser that waits. */
const again = 3;
type In<State extends SignOnPage['state']> = Extract<SignOnPage, { state: State }>;

/** Sentences as they are written for Slack: what stands between backticks is to be typed. */
const sentences = (text: string): (string | Html)[] =>
  text.split(/`([^`]*)`/).map((part, place) => (place % 2 === 1 ? html`<code>${part}</code>` : part));

/** A button only: whoever previews a link opens pages, and presses nothing. */
export const askToSignOn = ({ title, personName }: In<'ready'>): Page => ({
  status: 200,
  title: `Sign on to ${title}`,
  body: html`<h1>Sign on to ${title} as ${personName}</h1>
<p>Rollcall tells ${title} who you are, and ${title} lets you in. The link works once, for you alone.</p>
<form method="post"><button>Sign on to ${title}</button></form>
<p class="quiet">If you are not ${personName}, or did not ask for this in Slack, close this page.</p>`,
});

/** `here`: the address of the page. `problem`: why what was typed will not do. */
export const askWho = ({ title }: Pick<SignOnPage, 'title'>, here: string, problem: string | null = null): Page => ({
  status: problem === null ? 200 : 422,
  title: `Sign on to ${title}`,
  opened: true,
  body: html`<h1>Sign on to ${title}</h1>
<p>Say who you are. Rollcall then sends you a message in Slack, and you confirm there that it is you: no password is asked for.</p>
${problem === null ? null : html`<p class="warn" role="alert" id="problem">${problem}</p>`}
<form method="post" action="${here}/who">
<label for="email">Your work e-mail address</label>
<input id="email" name="email" type="email" autocomplete="username" inputmode="email" spellcheck="false" required autofocus maxlength="320"${problem === null ? null : html` aria-describedby="problem" aria-invalid="true"`}>
<button>Go on</button>
</form>`,
});

export const showNumber = ({ title, number }: In<'pick'>, here: string): Page => ({
  status: 200,
  title: `Pick ${number} in Slack`,
  opened: true,
  refresh: again,
  body: html`<h1>Sign on to ${title}</h1>
<p>Pick this number in the message Rollcall sent you in Slack:</p>
<p class="number" role="img" aria-label="${[...String(number)].join(' ')}">${number}</p>
<p>Then come back here: this page goes on by itself. It looks every ${again} seconds; <a href="${here}">look now</a>.</p>
<p class="quiet">No message? Look whether you typed the address by which your company knows you, and <a href="${here}/who">type it again</a> if not; or type <code>/provision sign-on</code> in Slack for a link. Never tell the number to anybody who asks for it.</p>`,
});

/** No more messages are sent for it. */
export const namedEnough = (title: string): Page => ({
  status: 409,
  title: `Sign on to ${title}`,
  opened: true,
  body: html`<h1>Begin anew in ${title}</h1>
<p>You said too often who you are, so Rollcall sends no more messages for this sign-on. Go back to ${title} and sign on there once more, or type <code>/provision sign-on</code> in Slack for a link.</p>`,
});

export const goOn = ({ title, personName }: In<'confirmed'>): Page => ({
  status: 200,
  title: `Sign on to ${title}`,
  opened: true,
  goesOn: true,
  body: html`<h1>Sign on to ${title} as ${personName}</h1>
<p>You confirmed it in Slack. This page goes on by itself; if it does not, press the button.</p>
<form method="post"><button>Go on to ${title}</button></form>`,
});

export const notSignedOn = (title: string, text: string): Page => ({
  status: 403,
  title: `Not signed on to ${title}`,
  opened: true,
  body: html`<h1>You were not signed on to ${title}</h1><p>${sentences(text)}</p>`,
});

/** Takes the answer to the app, by the browser: also the answer that somebody may not be let in without being asked. */
export const toTheApp = (title: string, { acs, response, relayState }: Posting): Page => ({
  status: 200,
  title: `On to ${title}`,
  opened: true,
  goesOn: true,
  leaves: true,
  body: html`<h1>On to ${title}</h1>
<p>Your browser takes Rollcall’s answer to ${title}, at <strong>${new URL(acs).host}</strong>, by itself; if it does not, press the button.</p>
<form method="post" action="${acs}">
<input type="hidden" name="SAMLResponse" value="${response}">
${relayState === null ? null : html`<input type="hidden" name="RelayState" value="${relayState}">`}
<button>Go on to ${title}</button>
</form>`,
});

/** What is wrong with what an app sent, in the words of whoever found it. */
export const badRequest = ({ message, remedy }: Pick<RollcallError, 'message' | 'remedy'>): Page => ({
  status: 400,
  title: 'This request cannot be answered',
  opened: true,
  body: html`<h1>This request cannot be answered</h1>
<p>${sentences(ended(message))}</p>
<p>Nobody was signed on. ${sentences(remedy)}</p>`,
});

/** The same whatever the reason, so that nobody learns from it which links there are. */
export const nowhere: Page = {
  status: 404,
  title: 'This link leads nowhere',
  body: html`<h1>This link leads nowhere</h1>
<p>A link to sign on works once, for a few minutes, in one browser. This one was used, not used in time, opened in another browser, or is not complete.</p>
<p>Type <code>/provision sign-on</code> in Slack for a new one, or go back to the app and begin anew. If somebody else may have used yours, tell an admin of Rollcall in your company at once.</p>`,
};

export const slower: Page = {
  status: 429,
  title: 'Too many requests',
  body: html`<h1>Too many requests</h1><p>Nothing was done, and whatever you had begun is as good as before. Try again in a minute.</p>`,
};

/** A form that is too long, or none; `status`: as HTTP has it. */
export const unreadable = (status: number): Page => ({
  status,
  title: 'That could not be read',
  body: html`<h1>That could not be read</h1><p>Nothing was done. Go back and try again; if an app sent you here, tell whoever runs it.</p>`,
});

export const ourFault: Page = {
  status: 500,
  title: 'Something went wrong',
  body: html`<h1>Something went wrong</h1><p>Nobody was signed on. The fault is on Rollcall’s side; an admin finds it in the log. Try again in a moment.</p>`,
};
