import type { OutboxItem, OutboxStore } from '../../engine/store-ports.ts';
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
  const change = (id: string, next: (item: OutboxItem) => Partial<OutboxItem>): void => {
    const item = rows.get(id);
    if (item !== undefined) rows.set(id, keep({ ...item, ...next(item) }));
  };
  return {
    async want(item, now) {
      if (!rows.has(item.id)) rows.set(item.id, keep({ ...item, ...fresh, nextAt: now }));
      change(item.id, ({ wanted }) => ({ wanted: wanted + 1, nextAt: now }));
    },
    async due(now, limit) {
      const due = [...rows.values()].filter((item) => item.wanted > item.shown && item.nextAt <= now);
      return first(due, limit, byDue);
    },
    get: async (id) => rows.get(id) ?? null,
    about: async (subject) => [...rows.values()].filter((item) => item.subject === subject).sort(byId),
    async shown(id, wanted, { at = null, ...place }) {
      change(id, ({ shown }) => ({ ...place, shownAt: at, shown: Math.max(shown, wanted), attempts: 0 }));
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
  };
}
