import { readAll } from './controls.js';
import { morphChildren } from './morph.js';
import { find, post } from './session.js';

/** @param {any} form */
function focusFirst(form) {
  const fields = '[autofocus], [data-v]:not([type=hidden]), [role=combobox], summary';
  (find('[autofocus]', form) ?? find(fields, form) ?? find('footer button:last-child', form))?.focus();
}

/** The region holds one form, or none: the dialog opens and closes after it. @param {any} next */
export function drawModal(next) {
  const dialog = find('#modal');
  const view = find('#view');
  const wanted = next.firstElementChild;
  const shown = view.firstElementChild;
  if (!wanted) {
    document.body.append(find('#toasts'), find('#completions'));
    dialog.close();
    return view.replaceChildren();
  }
  const other = shown?.dataset.key !== wanted.dataset.key;
  morphChildren(view, next);
  const form = view.firstElementChild;
  dialog.setAttribute('aria-label', form.getAttribute('aria-label'));
  if (!dialog.open) dialog.showModal();
  // A redraw may take the focused button away: whoever has only a keyboard would be outside of the form.
  if (other || !dialog.contains(document.activeElement)) focusFirst(form);
  else if (form.sent && find('[aria-invalid]', form)) {
    form.sent = false;
    find('[aria-invalid]', form).focus();
  }
}

/** @param {any} form */
async function submit(form) {
  const button = find('[type=submit]', form);
  if (button.getAttribute('aria-busy')) return;
  form.sent = true;
  button.setAttribute('aria-busy', 'true');
  await post('submit', { view: form.dataset.key, values: readAll(form) });
  button.removeAttribute('aria-busy');
}

function close() {
  const form = find('#view form');
  if (form) void post('close', { view: form.dataset.key });
}

export function installModal() {
  document.addEventListener('submit', (event) => {
    const form = /** @type {Element} */ (event.target);
    if (!form.closest('#view')) return;
    event.preventDefault();
    void submit(form);
  });
  document.addEventListener('click', ({ target }) => {
    if (target instanceof Element && target.closest('#view .close')) close();
  });
  const dialog = find('#modal');
  dialog.addEventListener('keydown', (/** @type {KeyboardEvent} */ event) => {
    if (
      event.key !== 'Escape' ||
      event.defaultPrevented ||
      find('.menu:popover-open, #completions:popover-open, .multi[open]')
    )
      return;
    event.preventDefault();
    close();
  });
  dialog.addEventListener('cancel', (/** @type {Event} */ event) => event.target === dialog && event.preventDefault());
}
