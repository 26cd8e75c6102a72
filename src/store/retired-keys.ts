import type { Time } from '../core/model.ts';
import { keysIn, lineOf, linesOf, replaceLines, stampOf } from './key-file.ts';

type Retired = { bytes: Uint8Array; at: Time };

/**
 * Keys that were taken out of the key file, in one beside it, each with the moment it was. Nothing is sealed or marked under them, but
 * what a process seals under one before it stands still and writes after the rotation is over opens still.
 */
export function retiredKeys(keyFile: string) {
  const path = `${keyFile}.retired`;

  function read(): Retired[] {
    if (stampOf(path) === null) return [];
    const lines = linesOf(path).filter((line) => line !== '');
    const parts = lines.map((line) => line.split(' '));
    const keys = keysIn(
      path,
      parts.map(([key = '']) => key),
    );
    // One without its moment is as good as retired now: it stays.
    return keys.map((bytes, index) => ({ bytes, at: Number(parts[index]?.[1] ?? Number.POSITIVE_INFINITY) }));
  }

  const write = (all: readonly Retired[]): void =>
    replaceLines(
      path,
      all.map(({ bytes, at }) => `${lineOf(bytes)} ${at}`),
    );

  return {
    read,
    add(keys: readonly Uint8Array[], at: Time): void {
      const known = new Set(read().map(({ bytes }) => lineOf(bytes)));
      const fresh = keys.filter((bytes) => !known.has(lineOf(bytes))).map((bytes) => ({ bytes, at }));
      if (fresh.length > 0) write([...fresh, ...read()]);
    },
    /** Forgets those that `isOver`. */
    forget(isOver: (key: Retired) => boolean): void {
      const all = read();
      const kept = all.filter((key) => !isOver(key));
      if (kept.length < all.length) write(kept);
    },
  };
}
