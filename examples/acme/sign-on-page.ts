import { escaped } from './scim-page.ts';
import type { HubAccount } from './sign-on-store.ts';

const style = `body{font:15px/1.5 system-ui,sans-serif;margin:2rem;max-width:70rem}table{border-collapse:collapse;width:100%}
th,td{text-align:left;padding:.3rem .8rem .3rem 0;border-bottom:1px solid #ddd}`;

const sheet = (title: string, body: string, more = ''): string =>
  `<!doctype html><html lang="en"><head><meta charset="utf-8">${more}<title>${escaped(title)}</title>
<style>${style}</style></head><body>
<h1>${escaped(title)}</h1>${body}</body></html>`;

/** What people with an account may look at, and how they get there. */
export const doorway = (behind: string, visitor: string | null): string =>
  visitor === null
    ? `<p>Nobody is signed in here. <a href="/sign-in?to=/">Sign in with Rollcall</a></p>`
    : `<p>Signed in as <b>${escaped(visitor)}</b>. <a href="/${escaped(behind)}/base">/${escaped(behind)}/base</a></p>`;

/** The app as a person sees it: whoever signed on has an account. It reloads itself, so that an arriving account shows. */
export function hubPage(name: string, accounts: ReadonlyMap<string, HubAccount>, door: string): string {
  const rows = [...accounts.values()].sort((a, b) => a.userName.localeCompare(b.userName)).map(accountRow);
  return sheet(
    name,
    `<h2>${rows.length} ${rows.length === 1 ? 'account' : 'accounts'}</h2>${door}
<table><tr><th>User name</th><th>Name</th><th>Title</th><th>Groups</th><th>Sign-ons</th><th>First</th></tr>
${rows.join('\n')}</table>`,
    '<meta http-equiv="refresh" content="2">',
  );
}

function accountRow({ userName, displayName, title, groups, signOns, firstAt }: HubAccount): string {
  const cells = [userName, displayName, title, groups.join(', '), signOns, firstAt.slice(0, 16).replace('T', ' ')];
  return `<tr>${cells.map((cell) => `<td>${escaped(cell)}</td>`).join('')}</tr>`;
}

export const behindPage = (name: string, page: string, userName: string): string =>
  sheet(
    name,
    `<p>This is <b>${escaped(page)}</b>, shown to <b>${escaped(userName)}</b>.</p><p><a href="/">${escaped(name)}</a></p>`,
  );

export const refusalPage = (name: string, text: string): string =>
  sheet(name, `<p role="alert">You are not signed in: ${escaped(text)}.</p><p><a href="/">${escaped(name)}</a></p>`);
