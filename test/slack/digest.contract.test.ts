import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { actionIds } from '../../blocks/ids.ts';
import type { Digest } from '../../src/core/digest.ts';
import { actionBlockOf, ada, bob, cleanDigestOf, type Office, openOffice } from './office.ts';

let office: Office;
beforeEach(async () => {
  office = await openOffice();
});
afterEach(() => office.close());

const group: Digest['groups'][number] = {
  ...{ code: 'c-1f2e3d4c', app: 'crm', appTitle: 'Customer Base', word: 'failed', kind: 'rejected', count: 2 },
  ...{ cause: 'title is too long.', remedy: 'Correct it.', people: ['zoe', 'bob'], retryable: true, before: null },
};
const bad: Digest = { ...cleanDigestOf(1_763_629_200_000), groups: [group] };
const replies = (user: string) => office.messages(user).filter((message) => message.ephemeralFor === user);
const last = (user: string) => replies(user).at(-1);

async function deliver(digest: Digest, to = '#access'): Promise<void> {
  const item = { id: `digest:${to}:1`, kind: 'digest' as const, subject: to, to, body: JSON.stringify(digest) };
  await office.store.outbox.want(item, office.clock.now());
  await office.pump();
}

describe('the digest', () => {
  it('is posted to its channel as it was made, once, whatever is true by then', async () => {
    await deliver(bad);
    office.useCases.digest = async () => cleanDigestOf(1);
    await deliver({ ...bad, groups: [] });
    const [message, ...others] = office.messages(ada);
    expect(others).toEqual([]);
    expect(message?.text).toContain('*2 logins need attention*, for 1 reason.');
    expect(message?.text).toContain('title is too long. Correct it.');
    expect(message?.text).toContain('/provision retry crm --cause c-1f2e3d4c');
  });

  it('reaches people in a direct message', async () => {
    await deliver(bad, 'p-bob');
    const direct = await office.workspace.actions.openDirectMessage(bob);
    expect(office.workspace.state.messages(direct, bob)).toHaveLength(1);
    expect(office.messages(ada)).toEqual([]);
  });

  it('is told on demand, also that there is nothing', async () => {
    await office.type(bob, '/provision digest');
    expect(last(bob)?.text).toContain('Nothing needs anybody');
    office.useCases.digest = async () => bad;
    await office.type(bob, '/provision digest');
    expect(last(bob)?.text).toContain('title is too long');
  });

  it('retries a whole cause only after showing how many and whom', async () => {
    await deliver(bad);
    const [message] = office.messages(ada);
    await office.press(ada, message, actionIds.retryCause);
    expect(office.calls).toEqual(['retry-preview {"app":"crm","cause":"c-1f2e3d4c"}']);
    expect(last(ada)?.text).toContain('2 changes of Customer Base would be tried again.');
    expect(last(ada)?.text).toContain('zoe and bob');
    await office.press(ada, last(ada), actionIds.retryAll);
    expect(office.calls.at(-1)).toBe('retry {"app":"crm","cause":"c-1f2e3d4c"}');
    expect(last(ada)?.text).toBe('Tried again.');
    expect(actionBlockOf(last(ada)?.blocks ?? [], actionIds.retryAll)).toBeUndefined();
    expect(office.messages(ada)[0]?.text).toBe(message?.text);
  });

  it('shows anew what has grown since it was shown, and does nothing yet', async () => {
    await deliver(bad);
    await office.press(ada, office.messages(ada)[0], actionIds.retryCause);
    office.world.retry = { count: 40, people: ['zoe'], text: '40 changes would be tried again.' };
    await office.press(ada, last(ada), actionIds.retryAll);
    expect(office.calls.some((call) => call.startsWith('retry {'))).toBe(false);
    expect(last(ada)?.text).toContain('40 changes');
    await office.press(ada, last(ada), actionIds.retryAll);
    expect(office.calls.filter((call) => call.startsWith('retry {'))).toHaveLength(1);
  });

  it('lets nobody but admins retry, whoever sees it', async () => {
    await deliver(bad);
    await office.press(bob, office.messages(bob)[0], actionIds.retryCause);
    expect(last(bob)?.text).toContain('Only admins may do that');
    expect(office.calls).toEqual([]);
  });
});
