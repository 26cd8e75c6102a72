/** Attributes that belong to the browser or to this script, never to the server. */
const own = new Set(['open', 'style', 'aria-busy', 'aria-expanded', 'aria-activedescendant']);

/** @param {any} node */
const keyOf = (node) => node.dataset?.key ?? (node.nodeName === 'OPTION' ? node.value : node.id) ?? '';

/** @param {any} old @param {any} next */
const alike = (old, next) => old?.nodeName === next.nodeName && keyOf(old) === keyOf(next);

/** @param {Element} old @param {Element} next */
function morphAttributes(old, next) {
  for (const { name } of [...old.attributes]) if (!own.has(name) && !next.hasAttribute(name)) old.removeAttribute(name);
  for (const { name, value } of next.attributes)
    if (!own.has(name) && old.getAttribute(name) !== value) old.setAttribute(name, value);
}

/** @param {any} old @param {any} next */
function morphNode(old, next) {
  if (old.nodeType !== Node.ELEMENT_NODE) {
    if (old.nodeValue !== next.nodeValue) old.nodeValue = next.nodeValue;
    return;
  }
  if (old.dataset.own !== undefined) return;
  morphAttributes(old, next);
  if (old.nodeName === 'TEMPLATE') {
    if (old.innerHTML !== next.innerHTML) old.innerHTML = next.innerHTML;
    return;
  }
  morphChildren(old, next);
}

/**
 * Makes the children of `old` like those of `next` and keeps every node that is still wanted, so that focus, caret, typed values, open
 * menus and scroll positions survive a redraw. Nodes are the same when name and key (`data-key`, `id`) agree.
 * @param {Element} old @param {Element} next
 */
export function morphChildren(old, next) {
  const wanted = new Set([...next.children].map(keyOf));
  const kept = new Map();
  for (const child of [...old.children]) {
    const key = keyOf(child);
    if (key && !wanted.has(key)) child.remove();
    else if (key) kept.set(key, child);
  }
  /** @type {any} */
  let at = old.firstChild;
  for (const child of [...next.childNodes]) {
    const known = kept.get(keyOf(child));
    while (known && at && at !== known && !keyOf(at)) {
      const skipped = at;
      at = at.nextSibling;
      skipped.remove();
    }
    if (alike(at, child)) {
      morphNode(at, child);
      at = at.nextSibling;
    } else if (known && alike(known, child)) {
      old.insertBefore(known, at);
      morphNode(known, child);
    } else old.insertBefore(child, at);
  }
  while (at) {
    const rest = at;
    at = at.nextSibling;
    rest.remove();
  }
}
