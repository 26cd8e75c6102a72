import { seatsTaken } from './scim-resources.ts';
import type { Group, Store, User } from './scim-store.ts';

const escapes: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };
export const escaped = (value: unknown) =>
  String(value ?? '').replace(/[&<>"']/g, (character) => escapes[character] ?? '');
const enterprise = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User';

/** The app as a person sees it: who has an account, in which groups. It reloads itself, so that an arriving account shows. */
export function page(name: string, { users, groups, seats }: Omit<Store, 'saved'>, door = ''): string {
  const people = [...users.values()].sort((a, b) => a.userName.localeCompare(b.userName));
  const title = escaped(name);
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta http-equiv="refresh" content="2"><title>${title}</title>
<style>body{font:15px/1.5 system-ui,sans-serif;margin:2rem;max-width:70rem}table{border-collapse:collapse;width:100%}
th,td{text-align:left;padding:.3rem .8rem .3rem 0;border-bottom:1px solid #ddd}.suspended td{color:#777}</style></head><body>
<h1>${title}</h1><h2>${people.length} ${people.length === 1 ? 'account' : 'accounts'}</h2>${door}${seatsLine(users, seats)}
<table><tr><th>User name</th><th>Name</th><th>Title</th><th>Department</th><th>State</th><th>Groups</th></tr>
${people.map((user) => userRow(user, [...groups.values()])).join('\n')}</table>
<h2>Groups</h2><ul>${[...groups.values()].map((group) => groupLine(group, users)).join('\n')}</ul></body></html>`;
}

/** Seats added with *Add seats* at a time. */
export const moreSeats = 10;

const seatsLine = (users: Store['users'], seats: number | undefined): string =>
  seats === undefined
    ? ''
    : `<form method="post" action="/seats"><p>${seatsTaken({ users })} of ${seats} seats are taken. <button>Add ${moreSeats} seats</button></p></form>`;

function userRow(user: User, groups: readonly Group[]): string {
  const extension = user[enterprise];
  const department =
    typeof extension === 'object' && extension !== null && 'department' in extension ? extension.department : '';
  const active = user.active !== false;
  const names = groups
    .filter(({ members }) => members.some(({ value }) => value === user.id))
    .map((group) => group.displayName);
  const cells = [
    user.userName,
    user.displayName,
    user.title,
    department,
    active ? 'active' : 'suspended',
    names.join(', '),
  ];
  return `<tr class="${active ? 'active' : 'suspended'}">${cells.map((cell) => `<td>${escaped(cell)}</td>`).join('')}</tr>`;
}

function groupLine({ displayName, members }: Group, users: ReadonlyMap<string, User>): string {
  const names = members.map(({ value }) => users.get(value)?.userName ?? value);
  return `<li><b>${escaped(displayName)}</b>: ${names.length === 0 ? 'nobody' : escaped(names.sort().join(', '))}</li>`;
}
