import { expect, it } from 'vitest';
import { Config } from '../../src/core/config.ts';
import type { ByPerson } from '../../src/engine/connect/connecting.ts';
import { row } from '../fakes/memory-directory.ts';
import { badgeCompany, badges } from './by-hand.ts';

it('an app kept by hand is connected like any other, with nothing to reach, and its first people are tasks', async () => {
  const base = badges();
  const bare = Config.parse({ ...base, apps: [], roles: [{ name: 'Staff', apps: [] }] });
  const acme = await badgeCompany([row('ada'), row('olga'), row('zoe', { department: 'Lab' })], bare);
  await acme.sync();
  const { useCases } = acme.engine;
  const by = (await acme.actor('ada')) as ByPerson;
  const { draft } = await useCases.beginDraft(
    { kind: 'app', connector: 'manual', name: 'badges', title: 'Badges' },
    by,
  );
  const steps = async () =>
    Object.fromEntries((await useCases.draft(draft.id))?.steps.map(({ name, state }) => [name, state]) ?? []);
  expect(await steps()).not.toHaveProperty('secrets');
  await useCases.saveStep(draft.id, 'connection', { connection: { entitlements: ['rooms = Lab'] } }, by);
  expect(await useCases.testDraft(draft.id, by)).toMatchObject({ text: expect.stringContaining('nothing to reach') });
  const parameters = [{ target: 'rooms', from: 'department' }];
  await useCases.saveStep(draft.id, 'parameters', { parameters }, by);
  const provisioning = { ...base.apps[0]?.provisioning, enabled: true, entitlements: true };
  await useCases.saveStep(draft.id, 'provisioning', { provisioning }, by);
  await useCases.saveStep(draft.id, 'owners', { about: { owners: ['olga@acme.test'] } }, by);
  await useCases.saveStep(draft.id, 'roles', { roles: ['Staff'] }, by);
  expect(await steps()).toMatchObject({ test: 'done', parameters: 'done', discovery: 'none', review: 'todo' });
  const refreshing = useCases.refreshDraft(draft.id, by);
  await acme.time.advance(10_000);
  expect(await refreshing).toMatchObject({ text: '1 value imported.' });
  const { shown } = await useCases.reviewDraft(draft.id, by);
  const connecting = useCases.connectDraft(draft.id, shown, by);
  await acme.time.advance(120_000);
  expect(await connecting).toMatchObject({ text: expect.stringContaining('Badges is connected') });
  expect(await acme.task('zoe')).toMatchObject({ circle: [(await acme.personOf('olga')).id] });
  await acme.stop();
});
