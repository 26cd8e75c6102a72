import { installComposer, restoreDraft } from './composer.js';
import { installControls, summarise } from './controls.js';
import { drawModal, installModal } from './modal.js';
import { morphChildren } from './morph.js';
import { find, findAll, post, session, toast } from './session.js';

/** @type {EventSource | undefined} */
let source;
let lost = false;

/** The log stays where the reader left it: at the newest message if they were there, else where it was, also when older ones come in above. @param {any} next */
function drawMain(next) {
  const before = find('#main .messages');
  const first = before && find('.message', before);
  const { scrollHeight = 0, scrollTop = 0, clientHeight = 0 } = before ?? {};
  const atEnd = scrollHeight - scrollTop - clientHeight < 60;
  morphChildren(find('#main'), next);
  restoreDraft();
  const after = find('#main .messages');
  if (!after) return;
  if (after !== before || atEnd) after.scrollTop = after.scrollHeight;
  else if (first !== find('.message', after)) after.scrollTop = scrollTop + after.scrollHeight - scrollHeight;
}

/** @param {{ region: string, markup: string }} event */
function draw({ region, markup }) {
  const next = new DOMParser().parseFromString(`<div>${markup}</div>`, 'text/html').body.firstElementChild;
  if (region === 'main') drawMain(next);
  else if (region === 'modal') drawModal(next);
  else if (next) morphChildren(find(`#${region}`), next);
  for (const fold of findAll('.multi')) summarise(fold);
  const unread = Number(find('[data-unread]')?.dataset.unread ?? 0);
  document.title = `${unread > 0 ? `(${unread}) ` : ''}${find('.pane')?.dataset.title ?? ''} – ${document.body.dataset.title}`;
}

function connect() {
  source?.close();
  const stream = new EventSource(`page/stream?${new URLSearchParams({ ...session, limit: String(session.limit) })}`);
  source = stream;
  stream.addEventListener('draw', (event) => draw(JSON.parse(event.data)));
  stream.addEventListener('open', () => {
    lost = false;
  });
  stream.addEventListener('error', () => {
    if (stream.readyState === EventSource.CLOSED) setTimeout(forget, 2000);
    else if (!lost) toast('Connection lost. Trying again…');
    lost = true;
  });
}

/** The workspace no longer knows this person: start over as someone it knows. */
function forget() {
  sessionStorage.removeItem('acting-as');
  localStorage.removeItem('acting-as');
  location.reload();
}

async function go() {
  session.place = location.hash.slice(1);
  session.limit = 100;
  document.body.classList.remove('drawer-open');
  if (session.place === 'app') await post('direct');
  connect();
  if (session.place === 'home') await post('home');
}

/** @param {string} user */
function actAs(user) {
  session.user = user;
  sessionStorage.setItem('acting-as', user);
  localStorage.setItem('acting-as', user);
}

function remembered() {
  const known = findAll('[aria-label="Acting as"] option').map((option) => option.value);
  const asked = new URLSearchParams(location.search).get('as');
  const wanted = [sessionStorage.getItem('acting-as'), asked, localStorage.getItem('acting-as')];
  return wanted.find((user) => user !== null && known.includes(user)) ?? document.body.dataset.user ?? '';
}

addEventListener('hashchange', go);
document.addEventListener('change', ({ target }) => {
  if (!(target instanceof HTMLSelectElement && target.matches('[aria-label="Acting as"]'))) return;
  actAs(target.value);
  void go();
});
document.addEventListener('click', ({ target }) => {
  if (!(target instanceof Element)) return;
  if (target.closest('button.drawer')) {
    document.body.classList.toggle('drawer-open');
    find('#sidebar a').focus();
  } else if (!target.closest('#sidebar')) document.body.classList.remove('drawer-open');
  if (target.closest('#sidebar a')) document.body.classList.remove('drawer-open');
  if (!target.closest('[data-older]')) return;
  session.limit += 200;
  connect();
});
document.addEventListener('submit', async (event) => {
  const form = event.target;
  if (!(form instanceof HTMLFormElement && form.matches('.invite form'))) return;
  event.preventDefault();
  const who = Object.fromEntries(new FormData(form));
  if (!(await post('invite', who)).ok) return;
  toast(`${who.realName} is in the workspace now.`);
  form.reset();
  form.closest('details')?.removeAttribute('open');
});
document.addEventListener('keydown', ({ key }) => {
  if (key === 'Escape') document.body.classList.remove('drawer-open');
});
// A browser opens six connections to one server: pages nobody looks at must not hold theirs.
document.addEventListener('visibilitychange', () => (document.hidden ? source?.close() : connect()));

installControls();
installModal();
installComposer();
actAs(remembered());
void go();
