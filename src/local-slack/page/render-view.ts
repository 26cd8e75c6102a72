import type { KnownBlock } from '@slack/types';
import type { OpenView } from '../model.ts';
import { type Html, html } from './html.ts';
import { renderBlocks } from './render-blocks.ts';
import { plainText } from './render-text.ts';
import type { Viewer } from './viewer.ts';

const contextOf = ({ id, errors = {}, values = {} }: OpenView, viewer: Viewer) => ({
  viewer,
  scope: id,
  errors,
  values,
});
const attribute = (view: OpenView) => JSON.stringify({ view: view.id });

/** The top of the modal stack; nothing when none is open. */
export function renderModal(open: OpenView | undefined, viewer: Viewer): Html {
  if (open?.view.type !== 'modal') return html``;
  const { view } = open;
  const submit = view.submit || view.blocks.some(({ type }) => type === 'input');
  return html`<form class="modal" data-key="${open.id}" data-container="${attribute(open)}" novalidate aria-label="${plainText(view.title)}">
<header><h2>${plainText(view.title)}</h2><button type="button" class="close" aria-label="Close">×</button></header>
<div class="body">${renderBlocks(view.blocks as KnownBlock[], contextOf(open, viewer))}</div>
<footer class="foot"><button type="button" class="button close">${plainText(view.close) || (open.previous ? 'Back' : submit ? 'Cancel' : 'Close')}</button>${
    submit && html`<button type="submit" class="button primary">${plainText(view.submit) || 'Submit'}</button>`
  }</footer>
</form>`;
}

/** The App Home tab; a word of welcome until the bot has published one. */
export function renderHome(open: OpenView | undefined, viewer: Viewer, appName: string): Html {
  if (!open)
    return html`<div class="home empty" data-key="home"><p>${appName} has not published its Home tab for ${viewer.user.realName} yet.</p></div>`;
  const blocks = renderBlocks(open.view.blocks as KnownBlock[], contextOf(open, viewer));
  return html`<div class="home" role="tabpanel" aria-label="Home" data-key="${open.id}" data-container="${attribute(open)}">${blocks}</div>`;
}
