import type { Config } from '../../core/config.ts';
import { canonical } from '../../core/hash.ts';
import type { OperationKind } from '../../core/model.ts';
import {
  countCalls,
  countTaken,
  type PreviewDeps,
  pagesOf,
  passwordsUnder,
  planPage,
  worldAside,
} from '../plan/preview.ts';
import type { PlannedOperation } from '../use-cases.ts';
import { loadWorld } from '../world.ts';
import type { ConfigEffect } from './configuring.ts';

/**
 * What a configuration changes in the plan there is: operations that would happen under it and would not under the present one,
 * so that what waits anyway is not told as its doing; and counts of those that would not happen any more. Reads everybody once.
 */
export async function configEffect(deps: PreviewDeps, next: Config, limit: number): Promise<ConfigEffect> {
  const [present, other] = [await loadWorld(deps), await worldAside(deps, next)];
  const operations: PlannedOperation[] = [];
  const [come, gone, people, taken] = [counter(), counter(), new Set<string>(), countTaken()];
  const calls = countCalls(deps);
  for await (const page of pagesOf(deps, {})) {
    await present.learnManagers(page);
    await other.learnManagers(page);
    const [now, then] = [await planPage(deps, present, page), await planPage(deps, other, page)];
    const [known, wanted] = [new Set(now.map(keyOf)), new Set(then.map(keyOf))];
    for (const planned of now) if (!wanted.has(keyOf(planned))) gone.add(planned);
    for (const planned of then) {
      if (known.has(keyOf(planned))) continue;
      come.add(planned);
      taken.add(planned);
      calls.add(planned);
      people.add(planned.person);
      if (operations.length < limit) operations.push(planned);
    }
  }
  const passwords = await passwordsUnder(deps, next);
  const told = { counts: come.all(), taken: taken.all(), people: people.size, durations: calls.durations(other) };
  return { operations, ...told, passwords, dropped: gone.all() };
}

const keyOf = ({ person, app, kind, after }: PlannedOperation): string => canonical([person, app, kind, after]);

function counter() {
  const counts = new Map<string, { app: string; kind: OperationKind; count: number }>();
  return {
    add({ app, kind }: PlannedOperation): void {
      const key = `${app}\n${kind}`;
      counts.set(key, { app, kind, count: (counts.get(key)?.count ?? 0) + 1 });
    },
    all: () => [...counts.values()],
  };
}
