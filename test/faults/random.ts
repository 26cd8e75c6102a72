/** A small seeded generator (mulberry32): the same seed, the same run. */
export function seeded(seed: number) {
  let state = seed >>> 0;
  function fraction(): number {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  }
  return {
    fraction,
    chance: (share: number): boolean => fraction() < share,
    between: (low: number, high: number): number => low + Math.floor(fraction() * (high - low + 1)),
    pick<T>(items: readonly T[]): T {
      const item = items[Math.floor(fraction() * items.length)];
      if (item === undefined) throw new Error('nothing to pick from');
      return item;
    },
  };
}

export type Seeded = ReturnType<typeof seeded>;
