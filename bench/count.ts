import type { Store } from '../src/engine/store-ports.ts';

/** Documents that went through the ports of a store, and the calls that carried them. */
export type Traffic = { calls: number; read: number; written: number };

/** Every other call answers with what it read. */
const writes = new Set([
  'insert',
  'swap',
  'replace',
  'dirtyAll',
  'put',
  'finish',
  'append',
  'published',
  'want',
  'later',
]);

/** The store, counting; `traffic` grows while it is used. */
export function counted(store: Store): { store: Store; traffic: Traffic } {
  const traffic: Traffic = { calls: 0, read: 0, written: 0 };
  const parts = Object.entries(store).map(([name, part]) => [name, countedPart(part, traffic)]);
  return { store: Object.fromEntries(parts) as Store, traffic };
}

function countedPart<T extends object>(part: T, traffic: Traffic): T {
  return new Proxy(part, {
    get(target, name, receiver) {
      const member: unknown = Reflect.get(target, name, receiver);
      if (typeof member !== 'function') return member;
      return async (...given: unknown[]) => {
        const answer: unknown = await member.apply(target, given);
        traffic.calls += 1;
        traffic[writes.has(String(name)) ? 'written' : 'read'] += name === 'dirtyAll' ? Number(answer) : sizeOf(answer);
        return answer;
      };
    },
  });
}

/** Rows, ids that won, yes or no; a single document, or a value of one. */
function sizeOf(answer: unknown): number {
  if (Array.isArray(answer)) return answer.length;
  if (answer instanceof Set || answer instanceof Map) return answer.size;
  return answer === null || answer === undefined || answer === false ? 0 : 1;
}

export const difference = (after: Traffic, before: Traffic): Traffic => ({
  calls: after.calls - before.calls,
  read: after.read - before.read,
  written: after.written - before.written,
});
