import { afterEach, beforeEach, expect, it } from 'vitest';
import { actionIds } from '../../blocks/ids.ts';
import { ada, type Office, openOffice, openRequest } from './office.ts';

let office: Office;
let told: [step: string, seconds: number][] = [];
beforeEach(async () => {
  office = await openOffice();
  told = [];
  office.deps.meter = { decided: (step, seconds) => void told.push([step, seconds]) };
  await office.post(openRequest({ id: 'a-7Fq2' }));
});
afterEach(() => office.close());

const card = () => {
  const [first] = office.messages(ada);
  if (first === undefined) throw new Error('no card');
  return first;
};
const linesWith = (field: string, value: unknown) =>
  office.lines.filter(({ fields }) => (fields as Record<string, unknown>)[field] === value);

it('a decision is followed from the payload to the card, and what it took is told', async () => {
  await office.press(ada, card(), actionIds.approve);
  await office.idle();
  const decision = linesWith('approval', 'a-7Fq2').find(({ message }) => message === 'a decision was made');
  const { key } = (decision?.fields ?? {}) as { key?: string };
  expect(key).toMatch(/^press:/);
  expect(linesWith('key', key).map(({ message }) => message)).toEqual([
    ...['a Slack payload is stored', 'a decision was made', 'a card shows what was just pressed'],
  ]);
  await office.pump();
  expect(linesWith('approval', 'a-7Fq2').map(({ message }) => message)).toEqual([
    'a Slack message shows the newest state',
    ...['a decision was made', 'a card shows what was just pressed', 'a Slack message shows the newest state'],
  ]);
  expect(told.map(([step]) => step)).toEqual(['kept', 'shown']);
  for (const [, seconds] of told) expect(seconds).toBeGreaterThanOrEqual(0);
});

it('a typed decision carries its key as well', async () => {
  await office.type(ada, '/provision approve a-7Fq2');
  await office.idle();
  const decision = linesWith('approval', 'a-7Fq2').find(({ message }) => message === 'a decision was made');
  expect(decision?.fields).toMatchObject({
    key: expect.stringMatching(/^command:/),
    decision: 'approve',
    result: 'decided',
  });
});

it('a replay carries the key it was stored under, and is no measure of anything', async () => {
  const at = office.clock.now() - 3_600_000;
  await office.type(ada, '/provision pending');
  const payload = {
    ...{ type: 'block_actions', team: { id: office.deps.team.id }, user: { id: ada, team_id: office.deps.team.id } },
    ...{ api_app_id: 'A1', trigger_id: '1.2.3', channel: { id: office.channel('access') } },
    container: { type: 'message', message_ts: card().ts, channel_id: office.channel('access') },
    message: { ts: card().ts },
    actions: [{ type: 'button', action_id: actionIds.approve, block_id: 'b', action_ts: '1.5', value: 'a-7Fq2:1' }],
  };
  await office.store.inbox.add({ id: 'press:left', payload, at, attempts: 0, doneAt: null });
  expect(await office.drain()).toBe(1);
  expect(linesWith('key', 'press:left').map(({ message }) => message)).toContain('a decision was made');
  expect(told).toEqual([]);
});
