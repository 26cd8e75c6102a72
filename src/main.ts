import { pathToFileURL } from 'node:url';
import { RollcallError } from './core/errors.ts';
import { readEnv } from './env.ts';
import type { Running } from './serve.ts';

export { type ExportReport, exportFrom, type ImportReport, importInto, type Stage } from './move.ts';
export { absentHere, hasStore, loadAll, type Opened, openForCommand } from './open.ts';

/** Longest a stop may take; what is cut off is safe in the store and goes on at the next start. */
const stopPatience = 25_000;

async function endProcess(running: Running): Promise<void> {
  setTimeout(() => process.exit(1), stopPatience).unref();
  await running.stop();
  process.exit(0);
}

/** The process: starts, says where, and ends well on SIGTERM and Ctrl-C, whenever they come. */
export async function run(): Promise<void> {
  let running: Running | null = null;
  // Before it serves it has taken nothing up yet.
  const end = () => void (running === null ? process.exit(0) : endProcess(running));
  process.on('SIGTERM', end);
  process.on('SIGINT', end);
  try {
    const env = readEnv();
    // Commands share this file, and need neither Slack nor the jobs.
    const { start } = await import('./serve.ts');
    running = await start(env);
    const what = env.slack.mode === 'local' ? 'the local workspace with the example company' : 'Slack';
    console.log(`Rollcall serves ${what} on ${running.url}/`);
  } catch (error) {
    if (!(error instanceof RollcallError)) throw error;
    console.error(`Rollcall cannot start: ${error.message}\n${error.remedy}`);
    process.exitCode = 1;
    process.exit();
  }
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) await run();
