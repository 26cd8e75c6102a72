import type { Log } from '../../src/engine/ports.ts';
import type { Store } from '../../src/engine/store-ports.ts';

/** The store, with everything that is ever given to it written down: what is not in `written` was never stored. */
export function recordingStore(store: Store, written: string[]): Store {
  const recorded = <T extends object>(part: T): T =>
    new Proxy(part, {
      get(target, name, receiver) {
        const member = Reflect.get(target, name, receiver);
        if (typeof member !== 'function') return member;
        return (...given: unknown[]) => {
          written.push(JSON.stringify(given));
          return member.apply(target, given);
        };
      },
    });
  return Object.fromEntries(Object.entries(store).map(([name, part]) => [name, recorded(part)])) as Store;
}

/** A log that is kept; errors with their messages and causes. */
export function keptLog(lines: string[]): Log {
  const keep = (fields: object, message: string): void => {
    const text = JSON.stringify(fields, (_, value) =>
      value instanceof Error ? [value.name, value.message, value.stack, value.cause, { ...value }] : value,
    );
    lines.push(`${message} ${text}`);
  };
  return { debug: keep, info: keep, warn: keep, error: keep };
}
