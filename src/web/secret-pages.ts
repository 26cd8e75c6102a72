import type { SecretForm } from '../engine/connect/connecting.ts';
import { type Html, html } from './html.ts';
import type { Page } from './page.ts';

type Field = SecretForm['fields'][number];

/** Keys and certificates have lines; anything else is one, and is not shown while it is typed. */
const hasLines = ({ path }: Field): boolean => /key|json|pem|cert/i.test(path.split('.').at(-1) ?? '');

/** `problems`: what is wrong, by the paths of fields; nothing that was sent is ever repeated. */
export const askForSecrets = (
  { title, kind, fields }: SecretForm,
  problems: ReadonlyMap<string, string> = new Map(),
): Page => ({
  status: problems.size === 0 ? 200 : 422,
  title: `Credentials of ${title}`,
  body: html`<h1>Credentials of ${title}</h1>
<p>Rollcall keeps them sealed, uses them to reach the ${kind} ${title} and for nothing else, and shows them to nobody again.</p>
${problems.size === 0 ? null : html`<p class="warn" role="alert">Nothing was kept yet. Please put right what is said below, and enter everything once more.</p>`}
<form method="post">
${fields.map((field, place) => fieldHtml(field, place, problems.get(field.path) ?? null))}
<button>Set the credentials</button>
</form>
<p class="quiet">This page works once, and for an hour after its link was made.</p>`,
});

function fieldHtml(field: Field, place: number, problem: string | null): Html {
  const { path, title, help, required, set } = field;
  const id = `field-${place}`;
  const told = `${id}-told`;
  const hints = [
    help === null ? null : html`${help}. `,
    set ? html`Something is set already; left empty, it stays. ` : null,
    !required && !set ? html`May stay empty. ` : null,
  ];
  const need = required ? html` required` : null;
  const invalid = problem === null ? null : html` aria-invalid="true"`;
  const input = hasLines(field)
    ? html`<textarea id="${id}" name="${path}" rows="6" spellcheck="false" autocomplete="off" aria-describedby="${told}"${need}${invalid}></textarea>`
    : html`<input id="${id}" name="${path}" type="password" autocomplete="off" spellcheck="false" aria-describedby="${told}"${need}${invalid}>`;
  return html`<label for="${id}">${title}</label>
${input}
<p class="quiet" id="${told}">${problem === null ? null : html`<span class="warn">${problem}. </span>`}${hints}</p>`;
}

export const secretsSet = (title: string): Page => ({
  status: 200,
  title: 'The credentials are set',
  body: html`<h1>The credentials of ${title} are set</h1>
<p>Go on in Slack: the card in your direct messages with Rollcall tests them next. You may close this page.</p>`,
});

/** The same whatever the reason, so that nobody learns from it which links there are. */
export const noSecretsHere: Page = {
  status: 404,
  title: 'This link leads nowhere',
  body: html`<h1>This link leads nowhere</h1>
<p>A link to enter credentials works once, for an hour, for the admin it was made for. This one was used, replaced by a newer one, not used in time, or is not complete.</p>
<p>Press <em>Enter credentials</em> on the card in Slack for a new one; <code>/provision connect</code> finds the card. If somebody else may have used yours, replace the credentials in the app at once.</p>`,
};
