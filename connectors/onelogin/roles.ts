import { z } from 'zod';
import { ConnectorError } from '../../src/core/connector.ts';
import type { OneLoginConfig } from './config.ts';
import { Id, type User } from './user.ts';
import type { Wire } from './wire.ts';

const Role = z.object({ id: Id, name: z.string() });
const Member = z.object({ id: Id });

/** Which roles people are in, by name. */
export type RoleBook = {
  /** Reads what has to be read before records can be made; `anew`: everything. Answers the users whose roles changed meanwhile. */
  open(anew: boolean, signal: AbortSignal): Promise<readonly string[]>;
  /** Does it know enough for a read of changes? */
  isOpen(): boolean;
  of(user: User, signal: AbortSignal): Promise<readonly string[]>;
};

type Members = ReadonlyMap<string, readonly string[]>;

export function roleBook(wire: Pick<Wire, 'list'>, mode: OneLoginConfig['roles'], name: string): RoleBook {
  let names: ReadonlyMap<string, string> = new Map();
  let members: Members | null = null;

  const readNames = async (signal: AbortSignal): Promise<void> => {
    const rows = await whole(wire, ['api', '2', 'roles'], Role, name, signal);
    names = new Map(rows.map((role) => [role.id, role.name]));
  };
  const readMembers = async (signal: AbortSignal): Promise<Members> => {
    const roles = new Map<string, string[]>();
    for (const [id, role] of names)
      for (const { id: user } of await whole(wire, ['api', '2', 'roles', id, 'users'], Member, name, signal))
        roles.set(user, [...(roles.get(user) ?? []), role]);
    return roles;
  };

  return {
    isOpen: () => mode !== 'role' || members !== null,
    async open(anew, signal) {
      if (mode === 'none') return [];
      if (anew || mode === 'role' || names.size === 0) await readNames(signal);
      if (mode !== 'role') return [];
      const before = members;
      members = await readMembers(signal);
      return before === null ? [] : differing(before, members);
    },
    async of(user, signal) {
      if (mode === 'none') return [];
      if (mode === 'role') return sorted(members?.get(user.id) ?? []);
      const ids = user.role_ids ?? [];
      if (ids.some((id) => !names.has(id))) await readNames(signal);
      return sorted(ids.flatMap((id) => names.get(id) ?? []));
    },
  };
}

/** The order they come in means nothing, and must not look like a change. */
const sorted = (roles: readonly string[]): string[] => [...new Set(roles)].sort();

function differing(before: Members, after: Members): string[] {
  const same = (a: readonly string[], b: readonly string[]) => sorted(a).join('\n') === sorted(b).join('\n');
  return [...new Set([...before.keys(), ...after.keys()])].filter(
    (id) => !same(before.get(id) ?? [], after.get(id) ?? []),
  );
}

/**
 * A whole list. What is left out of one would look like access lost, so nothing less is taken: nor one that grew shorter while it was
 * read, since a cursor of OneLogin's is a position, and what moved up behind it was passed over.
 */
export async function whole<Row>(
  wire: Pick<Wire, 'list'>,
  path: readonly string[],
  schema: z.ZodType<Row>,
  name: string,
  signal: AbortSignal,
): Promise<Row[]> {
  const rows: Row[] = [];
  let first: number | null = null;
  const pages = wire.list(path, {}, signal);
  for (;;) {
    const turn = await pages.next();
    if (!turn.done) {
      const { total } = turn.value;
      first ??= total;
      if (total !== null && first !== null && total < first)
        throw notWhole(name, path, 'it grew shorter while it was read');
      rows.push(...readRows(turn.value.rows, path, schema, name));
    } else if (turn.value.whole) return rows;
    else throw notWhole(name, path, turn.value.reason);
  }
}

const notWhole = (name: string, path: readonly string[], why: string) =>
  new ConnectorError('unavailable', 'none', `${name} did not list its ${path.at(-1)} whole: ${why}.`);

function readRows<Row>(rows: readonly unknown[], path: readonly string[], schema: z.ZodType<Row>, name: string): Row[] {
  const read = z.array(schema).safeParse(rows);
  if (read.success) return read.data;
  const [issue] = read.error.issues;
  const what = `${issue?.path.join('.') || 'its top'}: ${issue?.message ?? 'not as expected'}`;
  throw new ConnectorError(
    'unavailable',
    'none',
    `${name} listed its ${path.at(-1)} in a way that cannot be read (${what}).`,
  );
}
