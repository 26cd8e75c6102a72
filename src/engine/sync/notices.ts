import type { Delivery, Notice } from '../../core/connector.ts';
import { RollcallError } from '../../core/errors.ts';
import { digestOf } from '../../core/hash.ts';
import type { Deps } from '../ports.ts';

/** What became of a delivery: taken, known already, or not from the directory's source. */
export type NoticeOutcome = 'taken' | 'known' | 'refused';

export type Notices = {
  /**
   * A directory's source says that there is something to read. What it says is remembered before this answers, so that a repeated
   * delivery is known; nothing of it is believed: it only has the directory read.
   */
  notice(directory: string, delivery: Delivery): Promise<NoticeOutcome>;
};

type NoticeDeps = Pick<Deps, 'store' | 'clock' | 'connections' | 'log'>;

/** `sync` reads a directory once. */
export function createNotices(deps: NoticeDeps, sync: (directory: string) => Promise<unknown>): Notices {
  const ring = createRing(deps, sync);
  return {
    async notice(directory, delivery) {
      const notice = await read(deps, directory, delivery);
      if (notice === null) return 'refused';
      // A delivery without ids is its own id: sent again it is the same.
      const ids = notice.ids.length > 0 ? notice.ids : [digestOf(delivery.body)];
      const fresh = await Promise.all(ids.map((id) => isNew(deps, `hook:${directory}:${id}`)));
      if (!fresh.includes(true)) return 'known';
      ring(directory);
      return 'taken';
    },
  };
}

async function read({ store, connections, log }: NoticeDeps, name: string, delivery: Delivery): Promise<Notice | null> {
  const stored = await store.config.read();
  if (stored?.config.directories.some((directory) => directory.name === name) !== true) return null;
  connections.use(stored.config);
  try {
    return connections.directory(name).hook?.(delivery) ?? null;
  } catch (error) {
    if (!(error instanceof RollcallError)) throw error;
    log.warn({ directory: name, code: error.code }, `a notice could not be read: ${error.message}`);
    return null;
  }
}

/** Remembered for as long as what came from Slack; there is nothing to take up after a crash, since a start reads every directory. */
async function isNew({ store, clock }: NoticeDeps, id: string): Promise<boolean> {
  const at = clock.now();
  const isFirst = await store.inbox.add({ id, payload: null, at, attempts: 0, doneAt: null });
  if (isFirst) await store.inbox.done(id, at);
  return isFirst;
}

/** However many notices come, one read goes on and one more follows: that one sees what they all spoke of. */
export function createRing({ log }: Pick<NoticeDeps, 'log'>, sync: (directory: string) => Promise<unknown>) {
  const reading = new Set<string>();
  const again = new Set<string>();
  const readUntilQuiet = async (directory: string): Promise<void> => {
    do {
      again.delete(directory);
      await sync(directory).catch((error: unknown) => log.warn({ directory, error }, 'a directory could not be read'));
    } while (again.has(directory));
    reading.delete(directory);
  };
  return (directory: string): void => {
    if (reading.has(directory)) return void again.add(directory);
    reading.add(directory);
    void readUntilQuiet(directory);
  };
}
