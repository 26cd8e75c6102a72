import { randomUUID } from 'node:crypto';
import type { Tenant, Tree } from './entra-tenant.ts';

/** What a delta query does within what Microsoft's pages allow. */
export type Hazards = {
  perPage: number;
  /** Rows come in any order, some twice, some of before again; pages may be empty. Null: none of it. */
  random: (() => number) | null;
};

export type Answered = { rows: Tree[]; next?: string; delta?: string } | 'expired' | 'bad';
type Kind = 'users' | 'groups';
type Held = { kind: Kind; rows: Tree[]; select: string[]; upTo: number };

/** Rows of a group name so many members each. */
const membersARow = 3;

/** Delta queries over a tenant: state tokens for pages, and for where a round ended. */
export function deltaOf(tenant: Tenant, pick: (row: Tree, select: readonly string[]) => Tree) {
  const hazards: Hazards = { perPage: 5, random: null };
  const pages = new Map<string, Held>();
  const rounds = new Map<string, { kind: Kind; select: string[]; from: number }>();
  const expired = new Set<string>();

  const typeOf = (id: string) => (tenant.groups.has(id) ? '#microsoft.graph.group' : '#microsoft.graph.user');
  const memberRows = (base: Tree, members: readonly Tree[]): Tree[] => {
    const rows = [];
    for (let start = 0; start < Math.max(1, members.length); start += membersARow) {
      const part = members.slice(start, start + membersARow);
      rows.push(part.length === 0 ? base : { ...base, 'members@delta': part });
    }
    return rows;
  };

  const userRow = (id: string, select: readonly string[]): Tree => {
    const user = tenant.users.get(id);
    if (user === undefined) return { id, '@removed': { reason: tenant.deleted.has(id) ? 'changed' : 'deleted' } };
    const manager = tenant.managers.get(id);
    const row = pick(user, select);
    if (!select.includes('manager') || manager === undefined || !tenant.users.has(manager)) return row;
    return { ...row, 'manager@delta': [{ '@odata.type': '#microsoft.graph.user', id: manager }] };
  };

  const initial = (kind: Kind, select: readonly string[]): Tree[] => {
    if (kind === 'users') return [...tenant.users.keys()].map((id) => userRow(id, select));
    return [...tenant.groups.values()].flatMap((group) => {
      const there = [...group.members].filter((id) => tenant.users.has(id) || tenant.groups.has(id));
      const members = there.map((id) => ({ '@odata.type': typeOf(id), id }));
      return memberRows(pick(group, select), select.includes('members') ? members : []);
    });
  };

  const changed = (kind: Kind, select: readonly string[], from: number): Tree[] => {
    const since = tenant.log.slice(from).filter((change) => change.kind === kind);
    const ids = [...new Set(since.map(({ id }) => id))];
    if (kind === 'users') return ids.map((id) => userRow(id, select));
    return ids.flatMap((id) => {
      const group = tenant.groups.get(id);
      if (group === undefined) return [{ id, '@removed': { reason: 'deleted' } }];
      const moves = since.flatMap((change) => (change.id === id && change.member !== undefined ? [change.member] : []));
      const members = moves.map((move) => ({
        ...{ '@odata.type': typeOf(move.id), id: move.id },
        ...(move.added ? {} : { '@removed': { reason: 'deleted' } }),
      }));
      return memberRows(pick(group, select), members);
    });
  };

  /** In any order, some twice, and some of what was told before. */
  const disturbed = (kind: Kind, rows: readonly Tree[], select: readonly string[], from: number): Tree[] => {
    const { random } = hazards;
    if (random === null) return [...rows];
    const again = tenant.log.slice(0, from).filter((change) => change.kind === kind && random() < 0.05);
    const old = again.map(({ id }) => (kind === 'users' ? userRow(id, select) : { id }));
    const all = [...rows, ...rows.filter(() => random() < 0.2), ...old];
    return all
      .map((row) => ({ row, at: random() }))
      .sort((a, b) => a.at - b.at)
      .map(({ row }) => row);
  };

  const serve = (held: Held): Answered => {
    const isEmpty = hazards.random !== null && hazards.random() < 0.2;
    const rows = isEmpty ? [] : held.rows.slice(0, hazards.perPage);
    const rest = isEmpty ? held.rows : held.rows.slice(hazards.perPage);
    const token = randomUUID();
    if (rest.length > 0) {
      pages.set(token, { ...held, rows: rest });
      return { rows, next: token };
    }
    rounds.set(token, { kind: held.kind, select: held.select, from: held.upTo });
    return { rows, delta: token };
  };

  return {
    hazards,
    begin: (kind: Kind, select: string[], latest: boolean): Answered => {
      const { random } = hazards;
      // Some that are gone may be told of even at the beginning.
      const gone = random === null || kind === 'groups' ? [] : [...tenant.deleted.keys()].filter(() => random() < 0.3);
      const first = [...initial(kind, select), ...gone.map((id) => userRow(id, select))];
      const rows = latest ? [] : disturbed(kind, first, select, 0);
      return serve({ kind, rows, select, upTo: tenant.log.length });
    },
    page: (token: string): Answered => {
      if (expired.has(token)) return 'expired';
      const held = pages.get(token);
      return held === undefined ? 'bad' : serve(held);
    },
    round: (token: string): Answered => {
      if (expired.has(token)) return 'expired';
      const found = rounds.get(token);
      if (found === undefined) return 'bad';
      const { kind, select, from } = found;
      const rows = disturbed(kind, changed(kind, select, from), select, from);
      return serve({ kind, rows, select, upTo: tenant.log.length });
    },
    /** Seven days have passed. */
    expire: (): void => {
      for (const token of [...pages.keys(), ...rounds.keys()]) expired.add(token);
    },
  };
}
