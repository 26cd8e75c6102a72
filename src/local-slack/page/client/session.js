/** Who looks at what: the one state of this page that the server does not hold. */
export const session = { user: '', place: '', limit: 100 };

/** @param {string} selector @param {ParentNode} [within] @returns {any} the first match, or null */
export const find = (selector, within = document) => within.querySelector(selector);

/** @param {string} selector @param {ParentNode} [within] @returns {any[]} */
export const findAll = (selector, within = document) => [...within.querySelectorAll(selector)];

/** Where floating parts must hang to be reachable: an open dialog makes everything outside it inert. */
export const layer = () => find('#confirm[open]') ?? find('#modal[open]') ?? document.body;

/** Shows a sentence for some seconds. @param {string} message */
export function toast(message) {
  const box = find('#toasts');
  layer().append(box);
  const line = document.createElement('p');
  line.textContent = message;
  box.append(line);
  box.hidePopover();
  box.showPopover();
  setTimeout(() => {
    line.remove();
    if (!box.firstChild) box.hidePopover();
  }, 8000);
}

/**
 * One action of the person. A failure is told to them here.
 * @param {string} action @param {object} [body]
 * @returns {Promise<{ ok: boolean, message?: string, markup?: string }>}
 */
export async function post(action, body = {}) {
  const outcome = await fetch(`page/${action}`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ user: session.user, ...body }),
  })
    .then((response) => response.json())
    .catch(() => ({ ok: false, message: 'The workspace did not answer. Is it still running?' }));
  if (outcome.message) toast(outcome.message);
  return outcome;
}
