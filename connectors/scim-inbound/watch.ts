/** Pushes come in flocks: what is told waits until there was none for so long, and never longer than that; milliseconds. */
const quiet = 150;
const longest = 600;

/** Calls back once for pushes that come together; answers the way to stop. `listen` answers its own. */
export function flocked(listen: (pushed: () => void) => () => void, changed: () => void): () => Promise<void> {
  let timer: NodeJS.Timeout | null = null;
  let first = 0;
  const fire = (): void => {
    timer = null;
    changed();
  };
  const stop = listen(() => {
    const now = performance.now();
    if (timer === null) first = now;
    else clearTimeout(timer);
    timer = setTimeout(fire, Math.max(0, Math.min(quiet, first + longest - now)));
    timer.unref();
  });
  return async () => {
    stop();
    if (timer !== null) clearTimeout(timer);
  };
}
