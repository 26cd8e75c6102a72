import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';

/** The process that owns a store's folder, as `owner.json` in it says. */
export interface Owner {
  readonly pid: number;
  /** Tells a process from a later one with the same pid. */
  readonly started: string;
  readonly socket: string;
  readonly uri: string;
}

/** The folder belongs to a process that lives. */
export class StoreInUse extends Error {
  readonly owner: Owner;

  constructor(dir: string, owner: Owner) {
    super(`the store in ${dir} is in use by process ${owner.pid}: stop it first, or connect to ${owner.uri}`);
    this.name = 'StoreInUse';
    this.owner = owner;
  }
}

const fileIn = (dir: string) => join(dir, 'owner.json');

export function readOwner(dir: string): Owner | undefined {
  if (!existsSync(fileIn(dir))) return undefined;
  try {
    return JSON.parse(readFileSync(fileIn(dir), 'utf8'));
  } catch {
    return undefined;
  }
}

/** The owner, if it lives. */
export async function livingOwner(dir: string): Promise<Owner | undefined> {
  const owner = readOwner(dir);
  return owner && (await isAlive(owner)) ? owner : undefined;
}

const PATIENCE_MS = 1500;
const PAUSE_MS = 50;

/**
 * Makes this process the owner. A record left by a killed process is taken over; a process on its way out is waited for shortly.
 * `exclusively` runs its argument while no other process does (LMDB's write lock, which dies with its holder).
 * @throws StoreInUse
 */
export async function takeOwnership(
  dir: string,
  place: { socket: string; uri: string },
  exclusively: (change: () => boolean) => boolean,
): Promise<{ release(): void }> {
  const own: Owner = { pid: process.pid, started: startOf(process.pid) ?? '', ...place };
  for (const end = Date.now() + PATIENCE_MS; ; await wait(PAUSE_MS)) {
    const seen = readOwner(dir);
    const isTaken = seen !== undefined && (await isAlive(seen));
    if (isTaken && Date.now() > end) throw new StoreInUse(dir, seen);
    if (!isTaken && exclusively(() => replaceOwner(dir, seen, own))) break;
  }
  return { release: () => exclusively(() => removeOwner(dir, own)) };
}

/** Unless somebody else was quicker. */
function replaceOwner(dir: string, seen: Owner | undefined, own: Owner): boolean {
  if (JSON.stringify(readOwner(dir)) !== JSON.stringify(seen)) return false;
  const draft = `${fileIn(dir)}.${own.pid}`;
  writeFileSync(draft, JSON.stringify(own), { mode: 0o600 });
  renameSync(draft, fileIn(dir));
  return true;
}

function removeOwner(dir: string, own: Owner): boolean {
  const isOwn = JSON.stringify(readOwner(dir)) === JSON.stringify(own);
  if (isOwn) rmSync(fileIn(dir));
  return isOwn;
}

/** By its process here, or (another container) by its socket. */
async function isAlive({ pid, started, socket }: Owner): Promise<boolean> {
  return (started !== '' && startOf(pid) === started) || (await accepts(socket));
}

function accepts(socket: string): Promise<boolean> {
  return new Promise((resolve) => {
    const connection = connect(socket);
    const answer = (isOpen: boolean) => {
      connection.destroy();
      resolve(isOpen);
    };
    connection.once('connect', () => answer(true));
    connection.once('error', () => answer(false));
  });
}

/** When the process started, in this boot; undefined when there is none. */
function startOf(pid: number): string | undefined {
  try {
    if (process.platform !== 'linux')
      return execFileSync('ps', ['-o', 'lstart=', '-p', String(pid)], { encoding: 'utf8' }).trim();
    const status = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const [state, ...fields] = status.slice(status.lastIndexOf(')') + 2).split(' ');
    const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
    return state === 'Z' || state === 'X' ? undefined : `${boot}/${fields[18]}`;
  } catch {
    return undefined;
  }
}
