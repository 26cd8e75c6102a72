import type { InboxItem, InboxStore } from '../../engine/mail-ports.ts';
import { keep } from './keep.ts';
import { by, first } from './order.ts';

type Row = InboxItem & { touchedAt: number };
const oldestFirst = by<Row>(
  (row) => row.touchedAt,
  (row) => row.id,
);

export function memoryInbox(): InboxStore {
  const rows = new Map<string, Row>();
  const put = (row: Row): void => void rows.set(row.id, keep(row));
  return {
    async add(item) {
      if (rows.has(item.id)) return false;
      put({ ...item, touchedAt: item.at });
      return true;
    },
    async waiting(before, limit) {
      const waiting = [...rows.values()].filter((row) => row.doneAt === null && row.touchedAt < before);
      return first(waiting, limit, oldestFirst).map(({ touchedAt, ...item }) => item);
    },
    async attempt(id, touchedAt, before) {
      const row = rows.get(id);
      if (row === undefined || row.doneAt !== null || row.touchedAt >= before) return false;
      put({ ...row, attempts: row.attempts + 1, touchedAt });
      return true;
    },
    async done(id, at) {
      const row = rows.get(id);
      if (row !== undefined && row.doneAt === null) put({ ...row, doneAt: at });
    },
  };
}
