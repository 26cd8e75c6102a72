import type { AuthenticationOutcome } from '../engine/connect/connecting.ts';
import { html } from './html.ts';
import type { Page } from './page.ts';

export function broughtHome({ result, title, text }: AuthenticationOutcome): Page {
  if (result === 'authenticated')
    return {
      status: 200,
      title: 'Access is granted',
      body: html`<h1>Access to ${title} is granted</h1>
<p>${text}</p>
<p>Rollcall keeps it sealed and shows it to nobody. Go on in Slack: the card in your direct messages with Rollcall tests the connection next. You may close this page.</p>`,
    };
  return notGranted(text);
}

/** `why`: in sentences. */
export const notGranted = (why: string): Page => ({
  status: 409,
  title: 'Access was not granted',
  body: html`<h1>Access was not granted</h1>
<p>${why}</p>
<p>Press <em>Authenticate</em> on the card in Slack to try once more; <code>/provision connect</code> finds the card.</p>`,
});

/** The same whatever the reason, so that nobody learns from it which links there are. */
export const noWay: Page = {
  status: 404,
  title: 'This link leads nowhere',
  body: html`<h1>This link leads nowhere</h1>
<p>A link to authenticate works once, for an hour, in one browser, for the admin it was made for. This one was used, replaced by a newer one, not used in time, opened in another browser, or is not complete.</p>
<p>Nothing was kept. Press <em>Authenticate</em> on the card in Slack for a new one; <code>/provision connect</code> finds the card.</p>`,
};
