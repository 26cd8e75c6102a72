import { Router } from 'express';
import { collectDefaultMetrics, Gauge, Registry } from 'prom-client';
import type { UseCases } from '../engine/use-cases.ts';

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

/** `/healthz`: the process is up. `/readyz`: store, Slack and jobs work. `/metrics`: Prometheus text. */
export function healthRouter(deps: { useCases: Pick<UseCases, 'overview'>; checks: readonly Check[] }): Router {
  const router = Router();
  router.get('/healthz', (_request, response) => {
    response.json({ ok: true });
  });
  router.get('/readyz', async (_request, response) => {
    const outcomes = await Promise.all(deps.checks.map(outcome));
    const ok = outcomes.every((one) => one.ok);
    response.status(ok ? 200 : 503).json({ ok, checks: outcomes });
  });
  const registry = metricsOf(deps.useCases);
  router.get('/metrics', async (_request, response) => {
    response.type(registry.contentType).send(await registry.metrics());
  });
  return router;
}

function metricsOf(useCases: Pick<UseCases, 'overview'>): Registry {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry, prefix: 'rollcall_' });
  const waiting = new Gauge({
    name: 'rollcall_approvals_open',
    help: 'Approvals waiting for a decision',
    registers: [registry],
  });
  const freshness = new Gauge({
    name: 'rollcall_directory_last_read_seconds',
    help: 'When each directory was last read, seconds since the epoch',
    labelNames: ['directory'],
    registers: [registry],
  });
  new Gauge({
    name: 'rollcall_logins',
    help: 'Logins by app and status',
    labelNames: ['app', 'status'],
    registers: [registry],
    async collect() {
      const { apps, directories, waiting: open } = await useCases.overview();
      this.reset();
      for (const { app, words } of apps)
        for (const [status, count] of Object.entries(words)) this.set({ app, status }, count);
      for (const { id, lastRead } of directories)
        if (lastRead !== null) freshness.set({ directory: id }, lastRead.at / 1_000);
      waiting.set(open);
    },
  });
  return registry;
}
