import { expect, it, vi } from 'vitest';
import { row } from '../fakes/memory-directory.ts';
import { company, configOf } from './company.ts';

vi.setConfig({ testTimeout: 30_000 });

it('names who agreed to what somebody has, from the events: a quorum whole, and nobody where nobody was asked', async () => {
  const acme = await company(
    [row('ada'), row('bea')],
    configOf({ approval: { create: true } }, { quorum: 2, admins: ['ada@acme.test', 'bea@acme.test'] }),
  );
  acme.directory.state.rows = [row('ada'), row('bea'), row('zoe')];
  await acme.sync();
  const zoe = await acme.personOf('zoe');
  const card = (await acme.openCards()).find(({ person }) => person === zoe.id);
  if (card === undefined) throw new Error('no card');
  expect(await acme.engine.useCases.approvedBy(zoe.id)).toEqual({ crm: [] });
  await acme.decide(card, 'ada');
  await acme.decide(card, 'bea');
  expect(await acme.word('zoe')).toBe('provisioned');
  const names = (await acme.engine.useCases.approvedBy(zoe.id)).crm ?? [];
  expect(names).toHaveLength(2);
  // What is changed later unasked takes nobody's consent away.
  acme.directory.state.rows = [row('ada'), row('bea'), row('zoe', { title: 'Lead' })];
  await acme.sync();
  expect((await acme.engine.useCases.approvedBy(zoe.id)).crm).toEqual(names);
  expect(await acme.engine.useCases.approvedBy('p-nobody')).toEqual({});
  await acme.stop();
});
