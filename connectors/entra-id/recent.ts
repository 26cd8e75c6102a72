/**
 * What was written a moment ago. Graph's reads may trail its writes: for so long, that somebody does not show is no sign that they are
 * not there. Of other processes' writes the engine's settle time knows.
 */
export type Recent = {
  /** An account was written. */
  wrote(id: string): void;
  isRecent(id: string): boolean;
  /** An account was asked for, and what became of it is not known. */
  lost(externalId: string): void;
  /** It is known now. */
  found(externalId: string): void;
  isLost(externalId: string): boolean;
};

/** `lag` in milliseconds; 0: reads never trail. */
export function recentWrites(now: () => number, lag: number): Recent {
  const written = new Map<string, number>();
  const unknown = new Map<string, number>();
  const put = (times: Map<string, number>, key: string) => {
    if (lag === 0) return;
    const at = now();
    times.delete(key);
    times.set(key, at);
    // The oldest come first.
    for (const [old, then] of times) {
      if (at - then < lag) break;
      times.delete(old);
    }
  };
  const has = (times: ReadonlyMap<string, number>, key: string) => {
    const at = times.get(key);
    return at !== undefined && now() - at < lag;
  };
  return {
    wrote: (id) => put(written, id),
    isRecent: (id) => has(written, id),
    lost: (externalId) => put(unknown, externalId),
    found: (externalId) => void unknown.delete(externalId),
    isLost: (externalId) => has(unknown, externalId),
  };
}
