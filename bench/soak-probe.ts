import { appendFileSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { isMainThread } from 'node:worker_threads';
import type { Sample } from './soak-verdict.ts';

/*
 * Loaded ahead of everything into the processes of a soak by NODE_OPTIONS, so that the bot and its store are what they always are.
 * Writes what the process holds, a line of JSON at a time, and whatever nobody caught. Linux tells of memory and open files.
 */

const names = [
  ['bot', 'src/main.ts'],
  ['store', 'src/embedded-mongo/serve.ts'],
] as const;
const [name] = names.find(([, script]) => process.argv[1]?.endsWith(script)) ?? [];
const { SOAK_DIR: dir, SOAK_EVERY: every = '10000' } = process.env;
if (isMainThread && name !== undefined && dir !== undefined) watch(name, dir, Number(every));

function watch(process: Sample['process'], dir: string, milliseconds: number): void {
  const lag = monitorEventLoopDelay({ resolution: 20 });
  lag.enable();
  const collect = garbageCollector();
  const timer = setInterval(() => {
    // Before the collection, which is ours and holds everything up.
    const late = lag.max / 1e6;
    collect();
    write(dir, 'samples.jsonl', sample(process, late));
    lag.reset();
  }, milliseconds);
  timer.unref();
  failOnWhatNobodyCaught(process, dir);
}

function sample(name: Sample['process'], lag: number): Sample {
  const { heapUsed } = process.memoryUsage();
  const resources: Record<string, number> = {};
  for (const kind of process.getActiveResourcesInfo()) resources[kind] = (resources[kind] ?? 0) + 1;
  const files = readdirSync('/proc/self/fd').length;
  return { process: name, pid: process.pid, at: Date.now(), own: ownMemory(), heap: heapUsed, files, lag, resources };
}

/** Memory that is the process's own, not mapped files, bytes. */
function ownMemory(): number {
  const [, kibibytes = '0'] = /RssAnon:\s+(\d+)/.exec(readFileSync('/proc/self/status', 'utf8')) ?? [];
  return Number(kibibytes) * 1024;
}

/** What is left after it is what is held on to. */
function garbageCollector(): () => void {
  setFlagsFromString('--expose-gc');
  return runInNewContext('gc') as () => void;
}

function failOnWhatNobodyCaught(name: string, dir: string): void {
  const note = (what: string) => (error: unknown) => {
    const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
    write(dir, 'failures.jsonl', { process: name, what, text });
  };
  process.on('uncaughtExceptionMonitor', note('uncaught exception'));
  process.on('unhandledRejection', (reason) => {
    note('unhandled rejection')(reason);
    process.exit(70);
  });
}

const write = (dir: string, file: string, line: object): void =>
  appendFileSync(join(dir, file), `${JSON.stringify(line)}\n`);
