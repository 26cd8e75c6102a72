import type { Actor } from '../../core/model.ts';
import type { Meter } from '../meter.ts';
import type { SyncReport } from '../use-cases.ts';
import type { SyncDeps } from './reading.ts';
import { syncDirectory } from './sync.ts';

/** One read of a directory that whoever watches the service hears of, whatever came of it. */
export async function readDirectory(
  deps: SyncDeps & { meter: Meter },
  name: string,
  actor: Actor,
  progress?: (rows: number) => void,
): Promise<SyncReport> {
  const begunAt = deps.clock.now();
  const report = await syncDirectory(deps, name, actor, progress);
  const now = deps.clock.now();
  deps.meter.read(name, report.result, now);
  const { result, kind, rows, joined, changed, left, problems } = report;
  const counts = { rows, joined, changed, left, problems: problems.length };
  const level = result === 'unchanged' ? 'debug' : result === 'read' ? 'info' : 'warn';
  deps.log[level]({ directory: name, result, kind, ...counts, milliseconds: now - begunAt }, 'a directory was read');
  return report;
}
