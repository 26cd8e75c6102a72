import { type Response, Router } from 'express';
import type { Clock } from '../engine/ports.ts';
import { isNear } from './metrics-access.ts';
import { inTurns } from './turns.ts';

/** One thing that must work before traffic makes sense; throws or answers a sentence when it does not. */
export type Check = { name: string; check(): Promise<string | null> };

const checkDeadline = 3_000;

async function outcome({ name, check }: Check): Promise<{ name: string; ok: boolean; problem?: string }> {
  const late = new Promise<string>((resolve) => setTimeout(() => resolve('no answer'), checkDeadline).unref());
  try {
    const problem = await Promise.race([check(), late]);
    return problem === null ? { name, ok: true } : { name, ok: false, problem };
  } catch (error) {
    return { name, ok: false, problem: error instanceof Error ? error.name : 'failed' };
  }
}

export type HealthDeps = {
  checks: readonly Check[];
  clock: Pick<Clock, 'now'>;
  /** Prometheus text. */
  metrics(): Promise<string>;
};

const prometheus = 'text/plain; version=0.0.4; charset=utf-8';

/**
 * `/healthz`: the process is up. `/readyz`: store, Slack and jobs work. `/metrics`: Prometheus text, for the machine itself and
 * private networks alone.
 */
export function healthRouter({ checks, clock, metrics }: HealthDeps): Router {
  const router = Router();
  const slower = (response: Response) => response.json({ error: 'too many requests' });
  router.use(['/healthz', '/readyz', '/metrics'], inTurns(clock.now, slower));
  router.get('/healthz', (_request, response) => {
    response.json({ ok: true });
  });
  router.get('/readyz', async (_request, response) => {
    const outcomes = await Promise.all(checks.map(outcome));
    const ok = outcomes.every((one) => one.ok);
    response.status(ok ? 200 : 503).json({ ok, checks: outcomes });
  });
  router.get('/metrics', async (request, response) => {
    if (isNear(request)) return void response.type(prometheus).send(await metrics());
    response
      .status(403)
      .json({ error: 'metrics are told to the machine itself and to private networks: docs/operating.md' });
  });
  return router;
}
