export type Tree = Record<string, unknown>;
export type FakeUser = Tree & { id: string; primaryEmail: string };
export type Answer = { status: number; body?: unknown };

/** A refusal as Google words it. */
export class Refusal extends Error {
  readonly status: number;
  readonly reason: string;
  constructor(status: number, reason: string, message: string) {
    super(message);
    this.status = status;
    this.reason = reason;
  }
}

export function sizeIn(query: URLSearchParams, most: number): number {
  const size = Number(query.get('maxResults') ?? Math.min(100, most));
  if (Number.isInteger(size) && size >= 1 && size <= most) return size;
  throw new Refusal(400, 'invalid', `Invalid value '${size}'. Values must be within the range: [1, ${most}]`);
}

/** A token names the last row that was given, so that a deletion moves nobody. */
export function pageOf<Row extends { id: string }>(
  rows: readonly Row[],
  kind: string,
  query: URLSearchParams,
  size: number,
  shown: (row: Row) => unknown,
): Answer {
  const token = query.get('pageToken');
  const after = token === null ? '' : Buffer.from(token, 'base64url').toString();
  if (token !== null && !after.startsWith('after ')) throw new Refusal(400, 'invalid', 'Invalid Input: pageToken');
  const sorted = [...rows].sort((a, b) => (a.id < b.id ? -1 : 1)).filter(({ id }) => id > after.slice('after '.length));
  const page = sorted.slice(0, size);
  const last = sorted.length > size ? page.at(-1) : undefined;
  const next = last && { nextPageToken: Buffer.from(`after ${last.id}`).toString('base64url') };
  const body = { kind: `admin#directory#${kind}`, ...(page.length > 0 && { [kind]: page.map(shown) }), ...next };
  return { status: 200, body };
}

const clausePattern = /^(\w+)([=:])('(?:[^'\\]|\\.)*'|[^\s']+)(?:\s+|$)/;

/** Clauses joined by AND, as the guide on searching has them. */
export function searchOf(text: string): (user: FakeUser) => boolean {
  const clauses: ((user: FakeUser) => boolean)[] = [];
  for (let rest = text; rest !== ''; ) {
    const [all = '', field = '', , quoted = ''] = clausePattern.exec(rest) ?? [];
    if (all === '') throw new Refusal(400, 'invalid', 'Invalid Input: query');
    const value = quoted.startsWith("'") ? quoted.slice(1, -1).replace(/\\(.)/g, '$1') : quoted;
    clauses.push(clauseOf(field, value.toLowerCase()));
    rest = rest.slice(all.length);
  }
  return (user) => clauses.every((matches) => matches(user));
}

function clauseOf(field: string, value: string): (user: FakeUser) => boolean {
  const texts = (user: FakeUser): string[] => {
    if (field === 'email') return [user.primaryEmail, ...((user.aliases as string[] | undefined) ?? [])];
    if (field === 'externalId') return ((user.externalIds as Tree[] | undefined) ?? []).map((one) => String(one.value));
    return [];
  };
  if (field === 'orgUnitPath')
    return (user) =>
      String(user.orgUnitPath ?? '/')
        .toLowerCase()
        .startsWith(value);
  if (field !== 'email' && field !== 'externalId') throw new Refusal(400, 'invalid', 'Invalid Input: query');
  return (user) => texts(user).some((one) => one.toLowerCase() === value);
}
