import { changed, spot } from './controls.js';
import { find, findAll, layer, post, session } from './session.js';

/** Unsent text by person and channel. @type {Map<string, string>} */
const drafts = new Map();
/** @type {any} */
let field;
/** @type {any} */
let shown;
let asked = 0;
/** What was in the field when the suggestions that are open were made. */
let answered = '';

/** @param {any} form */
const draftKey = (form) => `${session.user} ${form.dataset.channel}`;

/** Gives a newly opened conversation the text left in it, and the caret after a move there. */
export function restoreDraft() {
  const form = find('.pane > .composer');
  const key = form && draftKey(form);
  if (!form || form.draft === key) return;
  const moved = shown !== undefined && shown !== form.dataset.channel;
  shown = form.dataset.channel;
  form.draft = key;
  const box = find('textarea', form);
  box.value = drafts.get(key) ?? '';
  if (moved) box.focus();
}

const list = () => find('#completions');
const chosen = () => find('[aria-selected=true]', list());
const isOpen = () => list().matches(':popover-open');

function hide() {
  asked++;
  if (isOpen()) list().hidePopover();
  field?.removeAttribute('aria-activedescendant');
  field?.setAttribute('aria-expanded', 'false');
}

/** @param {any} option */
function select(option) {
  for (const each of findAll('[role=option]', list())) each.setAttribute('aria-selected', String(each === option));
  option?.scrollIntoView({ block: 'nearest' });
  if (option) field.setAttribute('aria-activedescendant', option.id);
}

/** @param {string | undefined} markup */
function show(markup) {
  if (!markup) return hide();
  answered = field.value;
  const box = field.getBoundingClientRect();
  list().innerHTML = markup;
  list().style.minWidth = `${box.width}px`;
  layer().append(list());
  list().showPopover();
  field.setAttribute('aria-controls', 'completions');
  field.setAttribute('aria-expanded', 'true');
  const above = !field.closest('.external') || box.bottom + list().offsetHeight > innerHeight;
  list().style.top = `${above ? Math.max(4, box.top - list().offsetHeight - 8) : box.bottom + 4}px`;
  list().style.left = `${box.left}px`;
  select(chosen());
}

/** @param {any} target */
async function complete(target) {
  field = target;
  const mine = ++asked;
  const external = target.closest('.external');
  if (external && target.value.length < Number(external.dataset.least)) return hide();
  if (external) await new Promise((resolve) => setTimeout(resolve, 150));
  if (mine !== asked) return;
  const outcome = external
    ? await post('suggest', { ...spot(target.closest('.control')), query: target.value })
    : await post('complete', { typed: target.value.slice(0, target.selectionStart) });
  if (mine === asked && document.activeElement === target) show(outcome.markup);
}

/** @param {any} external @param {string} json */
function addChip(external, json) {
  const chips = find('.chips', external);
  chips.dataset.own = '';
  if (!external.dataset.many) chips.replaceChildren();
  const { text } = JSON.parse(json);
  const chip = Object.assign(document.createElement('span'), { className: 'chip', textContent: text });
  const value = Object.assign(document.createElement('input'), { type: 'hidden', value: json });
  value.dataset.v = '';
  const remove = Object.assign(document.createElement('button'), { type: 'button', textContent: '×' });
  remove.setAttribute('aria-label', `Remove ${text}`);
  chip.append(remove, value);
  chips.append(chip);
  find('input[role=combobox]', external).value = '';
  changed(external.closest('.control'), 'change');
}

/** @param {any} option */
function accept(option) {
  const { insert, replace } = option.dataset;
  const external = field.closest('.external');
  hide();
  if (external) return addChip(external, insert);
  field.setRangeText(insert, field.selectionStart - Number(replace), field.selectionStart, 'end');
  field.dispatchEvent(new Event('input', { bubbles: true }));
}

/** @param {any} form */
async function send(form) {
  const box = find('textarea', form);
  const text = box.value.trim();
  if (!text) return;
  hide();
  box.value = '';
  drafts.delete(draftKey(form));
  const button = find('[type=submit]', form);
  button.setAttribute('aria-busy', 'true');
  const { channel, thread } = form.dataset;
  const outcome = await post('send', { channel, text, ...(thread && { threadTs: thread }) });
  button.removeAttribute('aria-busy');
  if (!outcome.ok && box.value === '') box.value = text;
}

/** Enter on a word that is already complete sends it. @param {any} option */
const isTyped = (option) => field.value.slice(0, field.selectionStart).endsWith(option.dataset.insert.trim());

/** @param {KeyboardEvent} event */
function onKey(event) {
  const target = /** @type {any} */ (event.target);
  // Whoever types on before the next suggestions are there means what they typed.
  const option = isOpen() && target === field && field.value === answered ? chosen() : null;
  const step = { ArrowDown: 'nextElementSibling', ArrowUp: 'previousElementSibling' }[event.key];
  if (option && step) select(option[step] ?? option);
  else if (event.key === 'Escape' && isOpen()) hide();
  else if (option && (event.key === 'Tab' || (event.key === 'Enter' && !isTyped(option)))) accept(option);
  else if (event.key === 'Enter' && !event.shiftKey && !event.isComposing && target.matches?.('.composer textarea'))
    void send(target.form);
  else if (!(event.key === 'Enter' && target.matches?.('[role=combobox]'))) return;
  event.preventDefault();
}

export function installComposer() {
  const matches = '.composer textarea, [role=combobox]';
  document.addEventListener('keydown', onKey, true);
  document.addEventListener('input', (event) => {
    const target = /** @type {any} */ (event.target);
    if (!target.matches(matches)) return;
    if (target.matches('.pane > .composer textarea')) drafts.set(draftKey(target.form), target.value);
    void complete(target);
  });
  document.addEventListener('focusin', ({ target }) => {
    if (target instanceof HTMLInputElement && target.matches('[role=combobox]')) void complete(target);
  });
  document.addEventListener('focusout', ({ target }) => target === field && hide());
  list().addEventListener('mousedown', (/** @type {any} */ event) => {
    event.preventDefault();
    const option = event.target.closest('[role=option]');
    if (option) accept(option);
  });
  document.addEventListener('submit', (event) => {
    const form = /** @type {Element} */ (event.target);
    if (!form.matches('.composer')) return;
    event.preventDefault();
    void send(form);
  });
}
