import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { botEnv } from '../../e2e/bot.ts';

const root = fileURLToPath(new URL('../../..', import.meta.url));

/** How a process ended. */
export type Ending = { code: number | null; signal: NodeJS.Signals | null };

/**
 * One of several Rollcall processes: it has a data folder and a port of its own, and is started, ended and started again under the
 * same environment.
 */
export function createInstance(name: string, environment: Readonly<Record<string, string>>) {
  const dataDir = mkdtempSync(join(tmpdir(), `rollcall-many-${name}-`));
  let child: ChildProcess | null = null;
  let ended: Promise<Ending> = Promise.resolve({ code: 0, signal: null });
  let output = '';
  let serves = false;

  function start(): void {
    const born = spawn(process.execPath, ['--import', 'tsx', 'src/main.ts'], {
      cwd: root,
      env: botEnv(dataDir, 0, environment),
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    child = born;
    output = '';
    serves = false;
    const heard = (chunk: Buffer) => {
      if (child !== born) return;
      output = (output + chunk.toString()).slice(-200_000);
      serves ||= /serves .* on http/.test(output);
    };
    born.stdout.on('data', heard);
    born.stderr.on('data', heard);
    ended = new Promise((resolve) => born.once('exit', (code, signal) => resolve({ code, signal })));
  }

  function send(signal: NodeJS.Signals): Promise<Ending> {
    child?.kill(signal);
    return ended;
  }

  return {
    name,
    start,
    send,
    /** What the present process said last. */
    output: () => output,
    isServing: () => serves,
    hasEnded: () => child === null || child.exitCode !== null || child.signalCode !== null,
    /** Stands still for so long, and goes on where it was. */
    async freeze(milliseconds: number): Promise<void> {
      child?.kill('SIGSTOP');
      await new Promise((resolve) => setTimeout(resolve, milliseconds));
      child?.kill('SIGCONT');
    },
    async remove(): Promise<void> {
      child?.kill('SIGCONT');
      await send('SIGKILL');
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}
export type Instance = ReturnType<typeof createInstance>;
