import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { dropDatabase, withDatabase } from '../../mongo.ts';

let databases = 0;

/** A store of its own process: the MongoDB of `MONGODB_URI` with a database of ours where it is set, else the built-in store. */
export async function startOwnStore(): Promise<{ uri: string; stop(): Promise<void> }> {
  databases += 1;
  const name = `rollcall-many-${process.pid}-${databases}`;
  const given = process.env.MONGODB_URI;
  if (given !== undefined && given !== '') {
    const uri = withDatabase(given, name);
    return { uri, stop: () => dropDatabase(uri) };
  }
  const dir = mkdtempSync(join(tmpdir(), 'rollcall-many-store-'));
  const script = fileURLToPath(new URL('../../../src/embedded-mongo/serve.ts', import.meta.url));
  const child = spawn(process.execPath, ['--import', 'tsx', script, '--dir', dir], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = new Promise((resolve) => child.once('exit', resolve));
  const uri = await new Promise<string>((resolve, reject) => {
    child.stdout.on('data', (chunk: Buffer) => {
      const [, found] = /^listening (\S+)/m.exec(chunk.toString()) ?? [];
      if (found !== undefined) resolve(found);
    });
    void ended.then(() => reject(new Error('the store ended before it listened')));
  });
  return {
    uri: withDatabase(uri, name),
    async stop() {
      child.kill('SIGTERM');
      await ended;
      rmSync(dir, { recursive: true, force: true });
    },
  };
}
