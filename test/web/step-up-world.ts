import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import express from 'express';
import { signInCalls } from '../../connectors/_sign-in.ts';
import type { Approval } from '../../src/core/approval-model.ts';
import { decide } from '../../src/engine/approve/decide.ts';
import { signIn, signInLinks } from '../../src/engine/approve/sign-in.ts';
import { systemRandom } from '../../src/engine/system-clock.ts';
import type { DecideInput, DecideOutcome } from '../../src/engine/use-cases.ts';
import { stepUpRouter } from '../../src/web/step-up.ts';
import { company, configOf } from '../engine/company.ts';
import { row } from '../fakes/memory-directory.ts';
import { testSealing } from '../fakes/sealing.ts';

/** How Rollcall is known to the provider; the secret has characters that have to be escaped on their way. */
export const client = { id: 'rollcall', secret: 's3cret & more+%' };

/** A company whose requests are high risk, the pages of the step-up, and a provider told where its browsers come back to. */
export async function openStepUp<P extends { issuer: string; close(): Promise<void> }>(
  start: (redirect: string) => Promise<P>,
  maxAge = 300_000,
) {
  const front = express().disable('x-powered-by');
  const server: Server = createServer(front);
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  const publicUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const redirect = `${publicUrl}/step-up/callback`;
  const provider = await start(redirect);
  const stepUp = { issuer: provider.issuer, clientId: client.id, clientSecret: '${OIDC_SECRET}' };
  const config = configOf(
    { approval: { create: { risk: 'high' }, update: false } },
    { approvers: ['ada@acme.test', 'bea@acme.test'], stepUp },
  );
  const acme = await company(
    ['ada', 'bea', 'zoe'].map((name) => row(name)),
    config,
  );
  await acme.sync();
  const lines: string[] = [];
  const log = {
    ...{ debug() {}, info() {} },
    warn: (fields: object, message: string) => void lines.push(`${JSON.stringify(fields)} ${message}`),
    error: (fields: object, message: string) => void lines.push(`${JSON.stringify(fields)} ${message}`),
  };
  // The provider signs real times, so the decisions are made in real time: ours may be `ahead`.
  const clock = { ...acme.time.clock, ahead: 0, patience: 5_000, now: () => Date.now() + clock.ahead };
  const machine = { ahead: 0, now: () => Date.now() + machine.ahead };
  clock.deadline = () => AbortSignal.timeout(clock.patience);
  const bell = { ring: () => undefined };
  const sealing = { sealer: testSealing().sealer, random: systemRandom, publicUrl };
  const deciding = { store: acme.store, clock, bell, log, ...sealing, signInLinks: signInLinks(sealing) };
  const useCases = signIn(deciding, (input) => decide(deciding, input));
  const settings = {
    ...{ issuer: provider.issuer, clientId: client.id, clientSecret: client.secret, maxAge },
    // Both stand on this machine.
    allowHosts: ['127.0.0.1', 'localhost'],
  };
  const calls = signInCalls({ now: Date.now });
  front.use(
    '/step-up',
    stepUpRouter({ useCases, clock, machine, log, publicUrl, provider: async () => settings, calls }),
  );

  /** The request about one person, asked a moment ago in real time. */
  async function requestAbout(name: string): Promise<Approval> {
    const { id } = await acme.personOf(name);
    const request = (await acme.openCards()).find(({ person }) => person === id);
    if (request === undefined) throw new Error(`no request about ${name}`);
    const real = { ...request, version: request.version + 1, expiresAt: Date.now() + 86_400_000 };
    await acme.store.approvals.swap([{ before: request, after: real }]);
    return real;
  }
  const { id } = await requestAbout('zoe');
  return {
    ...{ acme, provider, lines, clock, machine, calls, publicUrl, redirect, settings, id, requestAbout },
    press: async (by = 'ada', change: Partial<DecideInput> = {}) =>
      decide(deciding, {
        ...{ approval: id, edition: 1, decision: 'approve', reason: null, actor: await acme.personOf(by) },
        ...change,
      }),
    async stored(of = id): Promise<Approval> {
      const found = await acme.store.approvals.get(of);
      if (found === null) throw new Error(`no request ${of}`);
      return found;
    },
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      await provider.close();
      await acme.stop();
    },
  };
}
export type StepUpWorld<P extends { issuer: string; close(): Promise<void> }> = Awaited<
  ReturnType<typeof openStepUp<P>>
>;

/** The way to sign in that a press answered with. */
export const linkOf = (outcome: DecideOutcome): string => {
  if (outcome.result !== 'sign-in') throw new Error(`no link: ${outcome.text}`);
  return outcome.link;
};
