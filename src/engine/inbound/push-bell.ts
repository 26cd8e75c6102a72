/** Tells, in this process, that something was pushed to a directory. What another process took in it reads by schedule. */
export type PushBell = {
  ring(directory: string): void;
  /** Answers the way to stop. */
  listen(directory: string, heard: () => void): () => void;
};

export function createPushBell(): PushBell {
  const listeners = new Map<string, Set<() => void>>();
  return {
    ring(directory) {
      for (const heard of [...(listeners.get(directory) ?? [])]) heard();
    },
    listen(directory, heard) {
      const all = listeners.get(directory) ?? new Set();
      listeners.set(directory, all);
      // Of its own, so that whoever listens twice stops one of them.
      const own = () => heard();
      all.add(own);
      return () => void all.delete(own);
    },
  };
}
