import type { FakeUser, Tenant, Tree } from './entra-tenant.ts';

export type Answer = { status: number; body?: unknown; headers?: Record<string, string> };

/** A refusal as Graph writes it. */
export const refused = (status: number, code: string, message: string, details?: Tree[]): Answer => ({
  status,
  body: {
    error: {
      ...{ code, message, ...(details === undefined ? {} : { details }) },
      innerError: { date: '2026-03-01T08:00:00', 'request-id': '7f1b', 'client-request-id': '7f1b' },
    },
  },
});
export const notFound = (id: string) =>
  refused(
    404,
    'Request_ResourceNotFound',
    `Resource '${id}' does not exist or one of its queried reference-property objects are not present.`,
  );
export const bad = (message: string, details?: Tree[]) => refused(400, 'Request_BadRequest', message, details);

/** What is given of a user nobody has selected anything of. */
const usual = [
  'businessPhones',
  'displayName',
  'givenName',
  'jobTitle',
  'mail',
  'mobilePhone',
  'officeLocation',
  'surname',
  'userPrincipalName',
];

export function pick(row: Tree, select: readonly string[] | null): Tree {
  const wanted = ['id', ...(select ?? usual)];
  return Object.fromEntries(wanted.flatMap((name) => (row[name] === undefined ? [] : [[name, row[name]]])));
}

export const selectIn = (query: URLSearchParams): string[] | null => query.get('$select')?.split(',') ?? null;

/** A user as a read shows it, with the manager where that is expanded. */
export function shownUser(tenant: Tenant, user: Tree & { id: string }, query: URLSearchParams): Tree {
  const row = pick(user, selectIn(query));
  const id = tenant.managers.get(user.id);
  const manager = id === undefined ? undefined : tenant.users.get(id);
  if (!query.get('$expand')?.startsWith('manager') || manager === undefined) return row;
  return {
    ...row,
    manager: { '@odata.type': '#microsoft.graph.user', ...pick(manager, ['mail', 'userPrincipalName']) },
  };
}

const plainFilters = ['userPrincipalName', 'mail', 'employeeId', 'displayName'];

/** Rows a filter lets through, or why it is refused. `advanced`: the query was asked for as one. */
export function filtered<Row extends Tree>(
  rows: Row[],
  query: URLSearchParams,
  advanced: boolean,
  known: readonly string[],
): Row[] | Answer {
  const filter = query.get('$filter');
  if (filter === null) return rows;
  const [, property = '', literal = ''] = /^([\w/]+) eq '((?:[^']|'')*)'$/.exec(filter) ?? [];
  if (property === '') return bad('Invalid filter clause');
  const isPlain = plainFilters.includes(property);
  if (!isPlain && !(known.includes(property) && advanced))
    return refused(
      400,
      'Request_UnsupportedQuery',
      `Unsupported or invalid query filter clause for property '${property}'.`,
    );
  const sought = literal.replaceAll("''", "'").toLowerCase();
  return rows.filter((row) => String(at(row, property) ?? '').toLowerCase() === sought);
}

const at = (row: Tree, path: string): unknown =>
  path.split('/').reduce<unknown>((value, step) => (value as Tree | undefined)?.[step], row);

const writable = new Set([
  ...['accountEnabled', 'displayName', 'mailNickname', 'userPrincipalName', 'passwordProfile', 'mail', 'givenName'],
  ...['surname', 'jobTitle', 'department', 'companyName', 'employeeId', 'employeeType', 'officeLocation'],
  ...['businessPhones', 'mobilePhone', 'streetAddress', 'postalCode', 'city', 'state', 'country', 'usageLocation'],
  ...['preferredLanguage', 'onPremisesExtensionAttributes'],
]);
const needed = ['accountEnabled', 'displayName', 'mailNickname', 'userPrincipalName'];

/** Why a body is refused; null: it is taken. `id` of whom it changes; null: it makes somebody. */
export function whyNot(tenant: Tenant, body: Tree, id: string | null): Answer | null {
  const unknown = Object.keys(body).find((name) => !writable.has(name));
  if (unknown !== undefined) return bad(`Invalid property '${unknown}'.`);
  const lacking = needed.find(
    (name) => (id === null || name in body) && (body[name] === null || body[name] === undefined),
  );
  if (lacking !== undefined) return bad(`A value is required for property '${lacking}' of resource 'User'.`);
  const password = (body.passwordProfile as Tree | undefined)?.password;
  if (id === null && password === undefined) return bad("A value is required for property 'passwordProfile'.");
  // It says too much, as servers do.
  if (typeof password === 'string' && password.length < 8)
    return bad(`The specified password "${password}" does not comply.`);
  if (Array.isArray(body.businessPhones) && body.businessPhones.length > 1) return bad('Only one business phone.');
  if (body.onPremisesSyncEnabled === true) return bad('Unable to update on-premises mastered objects.');
  const name = String(body.userPrincipalName ?? '').toLowerCase();
  if ('userPrincipalName' in body && !/^[^@\s]+@[^@\s]+$/.test(name))
    return bad('Property userPrincipalName is invalid.');
  const isTaken = [...tenant.users.values()].some(
    (user) => user.id !== id && user.userPrincipalName.toLowerCase() === name,
  );
  if (name !== '' && isTaken)
    return bad('Another object with the same value for property userPrincipalName already exists.', [
      { code: 'ObjectConflict', message: 'Another object exists.', target: 'userPrincipalName' },
    ]);
  return null;
}

/** The user after a body: what is null is emptied, extension attributes one by one. */
export function merged(before: Tree, { passwordProfile: _password, ...body }: Tree): Tree {
  const extended = {
    ...(before.onPremisesExtensionAttributes as Tree),
    ...(body.onPremisesExtensionAttributes as Tree),
  };
  const all = Object.keys(extended).length === 0 ? body : { ...body, onPremisesExtensionAttributes: extended };
  return { ...before, ...all };
}

/** What is given and taken of licences, all or nothing. */
export function license(tenant: Tenant, user: FakeUser, { addLicenses, removeLicenses }: Tree): Answer {
  if (!Array.isArray(addLicenses) || !Array.isArray(removeLicenses))
    return bad('addLicenses and removeLicenses are required.');
  if (!user.usageLocation) return bad('License assignment cannot be done for user with invalid usage location.');
  const states = user.licenseAssignmentStates as { skuId: string; assignedByGroup: string | null }[];
  for (const { skuId } of addLicenses as { skuId: string }[]) {
    const sku = tenant.skus.find((one) => one.skuId === skuId);
    if (sku === undefined || sku.left < 1)
      return bad(`Subscription with SKU ${skuId} does not have any available licenses.`);
  }
  const isOwn = (skuId: string) => states.some((one) => one.skuId === skuId && one.assignedByGroup === null);
  if (removeLicenses.some((skuId: string) => !isOwn(skuId))) return bad('User does not have a corresponding license.');
  const kept = states.filter((one) => one.assignedByGroup !== null || !removeLicenses.includes(one.skuId));
  const added = (addLicenses as { skuId: string }[]).map(({ skuId }) => ({
    skuId,
    assignedByGroup: null,
    state: 'Active',
  }));
  const after = tenant.put({ ...user, licenseAssignmentStates: [...kept, ...added] });
  return { status: 200, body: pick(after, null) };
}
