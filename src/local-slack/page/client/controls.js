import { find, findAll, post } from './session.js';

/** What a control holds: typed, picked or ticked values. @param {Element} control @returns {string[]} */
export function read(control) {
  const fields = findAll('[data-v]', control).filter(
    ({ type, checked }) => !['radio', 'checkbox'].includes(type) || checked,
  );
  return fields.map(({ value }) => value);
}

/** Everything a form or message holds: block → action → values. @param {Element} container @returns {Record<string, Record<string, string[]>>} */
export function readAll(container) {
  const values = Object.create(null);
  for (const control of findAll('.control', container)) {
    const { block, action } = control.dataset;
    values[block] = { ...values[block], [action]: read(control) };
  }
  return values;
}

/** Where a control is, as the server wants it. @param {any} control */
export const spot = (control) => ({
  container: JSON.parse(control.closest('[data-container]').dataset.container),
  blockId: control.dataset.block,
  actionId: control.dataset.action,
});

/** @param {HTMLTemplateElement} template @returns {Promise<boolean>} */
function ask(template) {
  const dialog = find('#confirm');
  dialog.replaceChildren(template.content.cloneNode(true));
  dialog.setAttribute('aria-label', find('h2', dialog).textContent);
  dialog.returnValue = '';
  dialog.showModal();
  return new Promise((resolve) => {
    dialog.onclose = () => {
      document.body.append(find('#toasts'), find('#completions'));
      dialog.replaceChildren();
      resolve(dialog.returnValue === 'confirm');
    };
  });
}

/** @param {Element} control */
function revert(control) {
  for (const field of findAll('[data-v]', control)) {
    if ('defaultChecked' in field) field.checked = field.defaultChecked;
    for (const option of field.options ?? []) option.selected = option.defaultSelected;
  }
}

/** Tells the bot, after asking where the element wants a confirmation; a control waits for one answer at a time. @param {any} control @param {string[]} raw @param {any} [source] */
export async function press(control, raw, source = control) {
  if (source.getAttribute('aria-busy')) return;
  const template = find(':scope > template', control);
  if (template && !(await ask(template))) return revert(control);
  if (source.href) open(source.href, '_blank', 'noopener');
  source.setAttribute('aria-busy', 'true');
  const values = readAll(control.closest('[data-container]'));
  await post('press', { ...spot(control), raw, values });
  source.removeAttribute('aria-busy');
}

/** @param {any} control @param {string} when */
export function changed(control, when) {
  if (control?.dataset.dispatch === when) void press(control, read(control));
}

/** Writes what is ticked onto a folded menu. @param {Element} fold */
export function summarise(fold) {
  const names = findAll('input:checked', fold).map((box) => box.parentElement.textContent);
  const summary = find('summary', fold);
  const text = names.join(', ') || summary.dataset.placeholder;
  if (summary.textContent !== text) summary.textContent = text;
}

/** @param {any} menu */
function place(menu) {
  const button = find(`[popovertarget="${CSS.escape(menu.id)}"]`).getBoundingClientRect();
  const below = button.bottom + menu.offsetHeight < innerHeight;
  menu.style.top = `${below ? button.bottom + 4 : Math.max(4, button.top - menu.offsetHeight - 4)}px`;
  menu.style.left = `${Math.max(4, Math.min(button.left, innerWidth - menu.offsetWidth - 4))}px`;
  find('[role=menuitem]', menu)?.focus();
}

/** @param {MouseEvent} event */
function onClick(event) {
  const target = /** @type {any} */ (event.target);
  for (const fold of findAll('.multi[open]')) if (!fold.contains(target)) fold.open = false;
  const button = target.closest('[data-press], [data-shortcut], .chip button, #confirm button');
  const control = button?.closest('.control');
  if (!button) return;
  button.closest('.menu')?.hidePopover();
  if (button.closest('#confirm')) return find('#confirm').close(button.value);
  if (button.closest('.chip')) {
    button.closest('.chips').dataset.own = '';
    button.closest('.chip').remove();
    return changed(control, 'change');
  }
  if (button.dataset.shortcut) {
    const { message } = JSON.parse(button.closest('[data-container]')?.dataset.container ?? '{}');
    return void post('shortcut', { callbackId: button.dataset.shortcut, ...(message && { message }) });
  }
  event.preventDefault();
  const inMenu = button.closest('.menu');
  void press(control, button.dataset.press ? [button.dataset.press] : [], inMenu ? find('button', control) : button);
}

/** @param {KeyboardEvent} event */
function onKey(event) {
  const target = /** @type {any} */ (event.target);
  const items = findAll('[role=menuitem]', target.closest?.('.menu') ?? document.createElement('i'));
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (items.length > 0 && step) {
    event.preventDefault();
    items.at((items.indexOf(target) + step) % items.length).focus();
  }
  const fold = target.closest?.('.multi[open]');
  if (event.key === 'Escape' && fold) {
    event.preventDefault();
    fold.open = false;
    find('summary', fold).focus();
  }
  if (event.key !== 'Enter' || target.type === 'checkbox' || !target.closest?.('.control')) return;
  if (target.matches('input[data-v]') && target.closest('[data-dispatch=enter]')) {
    event.preventDefault();
    changed(target.closest('.control'), 'enter');
  } else if (target.matches('[type=search]')) event.preventDefault();
}

export function installControls() {
  let typing = 0;
  document.addEventListener('click', onClick);
  document.addEventListener('keydown', onKey);
  document.addEventListener(
    'toggle',
    ({ target, newState }) => newState === 'open' && /** @type {any} */ (target).matches('.menu') && place(target),
    true,
  );
  document.addEventListener('change', (event) => {
    const target = /** @type {any} */ (event.target);
    if (target.matches('.multi input')) summarise(target.closest('.multi'));
    if (target.matches('[data-v]')) changed(target.closest('.control'), 'change');
  });
  document.addEventListener('input', (event) => {
    const target = /** @type {any} */ (event.target);
    if (target.matches('.multi [type=search]'))
      for (const label of findAll('label', target.parentElement))
        label.hidden = !label.textContent.toLowerCase().includes(target.value.toLowerCase());
    if (!target.closest('[data-dispatch=character]')) return;
    clearTimeout(typing);
    typing = window.setTimeout(() => changed(target.closest('.control'), 'character'), 300);
  });
}
