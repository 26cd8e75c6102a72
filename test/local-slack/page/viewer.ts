import { viewerOf } from '../../../src/local-slack/page/viewer.ts';
import { memoryWorkspace } from './memory-workspace.ts';

/** The example person of the tests: Ada in Berlin, on 3 December 2026 at 12:00 UTC. */
export function ada() {
  const viewer = viewerOf(memoryWorkspace().workspace.state, 'UADA', new Date(Date.UTC(2026, 11, 3, 12)));
  if (!viewer) throw new Error('Ada is not in the workspace of the tests');
  return viewer;
}
