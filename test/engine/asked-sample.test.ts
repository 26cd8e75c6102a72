import { expect, it } from 'vitest';
import { ConnectorError } from '../../src/core/errors.ts';
import { row } from '../fakes/memory-directory.ts';
import { company, configOf } from './company.ts';

it('a request shows what failed of it, however few of its people it shows', async () => {
  const people = Array.from({ length: 8 }, (_, index) => row(`new-${index}`));
  const acme = await company([row('ada'), row('bea')], configOf({ approval: { create: true } }));
  await acme.sync();
  acme.directory.state.rows = [row('ada'), row('bea'), ...people];
  await acme.sync();
  const batch = (await acme.openCards()).find(({ kind }) => kind === 'batch');
  if (batch === undefined) throw new Error('no batch');
  const last = batch.people / 2;
  const { create } = acme.app.target;
  acme.app.target.create = (account, context) => {
    if (Number(/new-(\d)/.exec(String(account.attributes.userName))?.[1] ?? 0) < last) return create(account, context);
    throw new ConnectorError('rejected', 'none', 'No seat is left.');
  };
  await acme.decide(batch, 'ada');
  const view = await acme.engine.useCases.approval(batch.id, 2);
  expect(view?.tally).toMatchObject({ applied: 4, failed: 4 });
  const failed = view?.logins.filter(({ word }) => word === 'failed') ?? [];
  expect(failed.length).toBeGreaterThanOrEqual(3);
  expect(new Set(view?.logins.map(({ login }) => login.id)).size).toBe(view?.logins.length);
  await acme.stop();
});
