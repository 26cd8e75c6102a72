import { renameSync } from 'node:fs';
import { open } from 'node:fs/promises';

/**
 * Keeps a state in one file. The answer writes it as it is then; done once that is on disk, so that an answer given after it survives
 * kill -9. Whoever asks while one is being written shares the next.
 */
export function keeper(file: string, state: () => unknown): () => Promise<void> {
  let writing: Promise<void> = Promise.resolve();
  let queued: Promise<void> | undefined;
  return () => {
    queued ??= writing.then(() => {
      queued = undefined;
      writing = replaceFile(file, JSON.stringify(state(), null, 1)).catch((error: unknown) => {
        process.stderr.write(`The accounts could not be written: ${String(error)}\n`);
        process.exit(1);
      });
      return writing;
    });
    return queued;
  };
}

/** Whole or not at all: written beside, flushed, then renamed over. */
async function replaceFile(file: string, text: string): Promise<void> {
  const beside = await open(`${file}.new`, 'w', 0o600);
  await beside.writeFile(text);
  await beside.sync();
  await beside.close();
  renameSync(`${file}.new`, file);
}
