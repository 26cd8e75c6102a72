import type { Held, Ownership } from './ownership.ts';

/**
 * Whether it is this process whose turn something is, among all there are; asked before each step of it. Renewed as it goes, so that
 * a long round does not outlive its lease unseen.
 */
export function createTurn(ownership: Pick<Ownership, 'acquire'>, name: string, lease: number): () => Promise<boolean> {
  let held: Held | null = null;
  return async () => {
    if (held === null || held.remaining() < lease / 2) held = await ownership.acquire(name);
    return held !== null;
  };
}
