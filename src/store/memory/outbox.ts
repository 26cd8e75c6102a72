import type { Time } from '../../core/model.ts';
import type { OutboxItem, OutboxStore } from '../../engine/mail-ports.ts';
import { keep } from './keep.ts';
import { by, first } from './order.ts';

const byDue = by<OutboxItem>(
  (item) => item.nextAt,
  (item) => item.id,
);
const byId = by<OutboxItem>((item) => item.id);
const fresh = { channel: null, ts: null, wanted: 0, shown: 0, shownAt: null, unanswered: [], attempts: 0 };

export function memoryOutbox(): OutboxStore {
  const rows = new Map<string, OutboxItem>();
  /** Of what is not shown: since when it is wanted. */
  const wantedAt = new Map<string, Time>();
  const change = (id: string, next: (item: OutboxItem) => Partial<OutboxItem>): void => {
    const item = rows.get(id);
    if (item !== undefined) rows.set(id, keep({ ...item, ...next(item) }));
  };
  return {
    async want(item, now) {
      if (!rows.has(item.id)) rows.set(item.id, keep({ ...item, ...fresh, nextAt: now }));
      change(item.id, ({ wanted }) => ({ wanted: wanted + 1, nextAt: now }));
      wantedAt.set(item.id, Math.min(wantedAt.get(item.id) ?? now, now));
    },
    async due(now, limit, kinds) {
      const due = [...rows.values()].filter((item) => item.wanted > item.shown && item.nextAt <= now);
      return first(kinds ? due.filter(({ kind }) => kinds.includes(kind)) : due, limit, byDue);
    },
    get: async (id) => rows.get(id) ?? null,
    about: async (subject) => [...rows.values()].filter((item) => item.subject === subject).sort(byId),
    async shown(id, wanted, { at = null, ...place }) {
      change(id, ({ shown }) => ({ ...place, shownAt: at, shown: Math.max(shown, wanted), attempts: 0 }));
      if ((rows.get(id)?.wanted ?? 0) <= wanted) wantedAt.delete(id);
    },
    async later(id, nextAt) {
      change(id, ({ attempts }) => ({ nextAt, attempts: attempts + 1 }));
    },
    async posting(id, one) {
      change(id, ({ unanswered }) => ({ unanswered: [...unanswered, one].slice(-10) }));
    },
    async answered(id, at) {
      change(id, ({ unanswered }) => ({ unanswered: unanswered.filter((one) => one.at !== at) }));
    },
    async backlog() {
      const times = [...wantedAt.values()];
      return { size: times.length, oldest: times.length === 0 ? null : Math.min(...times) };
    },
  };
}
