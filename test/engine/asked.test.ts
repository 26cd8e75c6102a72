import { expect, it } from 'vitest';
import { row } from '../fakes/memory-directory.ts';
import { company, configOf } from './company.ts';

it('somebody in a request of thousands is found by name, among a company in which many are called alike', async () => {
  const names = Array.from({ length: 2_050 }, (_, index) => `n${index}`);
  const acme = await company(
    ['ada', ...names].map((name) => row(name)),
    configOf({ approval: { create: true } }),
  );
  await acme.sync();
  const card = (await acme.openCards()).find(({ operations }) => operations > 2_000);
  if (card === undefined) throw new Error('no large request');
  const found = async (text: string) =>
    (await acme.engine.useCases.asked(card.id, { text }, 100)).map(({ personName }) => personName);
  expect(await found('n2049')).toEqual(['Person n2049']);
  expect(await found('person')).toHaveLength(100);
  expect(await found('nobody of that name')).toEqual([]);
  await acme.stop();
});
