import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Journal, memoryJournal } from '../../src/local-slack/journal.ts';
import type { Message, OpenView } from '../../src/local-slack/model.ts';
import { apply, type Change, emptyData, openStore, summary } from '../../src/local-slack/state.ts';
import { manualClock } from './fixtures.ts';

const channel = fc.constantFrom('C1', 'C2');
const user = fc.constantFrom('U1', 'U2');
const ts = fc.integer({ min: 1, max: 5 }).map((second) => `${second}.000000`);
const text = fc.constantFrom('a', 'b');
const message: fc.Arbitrary<Message> = fc.record({ channel, ts, user, text, blocks: fc.constant([]) });
const view: fc.Arbitrary<OpenView> = fc.record({ user, hash: text }).map(({ user: owner, hash }) => ({
  id: `V${owner}`,
  kind: 'home',
  user: owner,
  view: { type: 'home', blocks: [] },
  hash,
  root: `V${owner}`,
}));
const item = fc.record({ id: text, message, postAt: fc.nat(), createdAt: fc.nat() });

const change: fc.Arbitrary<Change> = fc.oneof(
  message.map((given) => ({ type: 'message' as const, message: given })),
  fc.record({ type: fc.constant('removed' as const), channel, ts }),
  fc.record({ type: fc.constant('direct' as const), user }),
  fc.record({ type: fc.constant('joined' as const), channel, user }),
  view.map((given) => ({ type: 'home' as const, view: given })),
  fc.record({ type: fc.constant('read' as const), channel, user, ts }),
  item.map((given) => ({ type: 'scheduled' as const, item: given })),
  fc.record({ type: fc.constant('unscheduled' as const), id: text }),
);

const replay = (changes: readonly Change[]) => {
  const data = emptyData();
  for (const each of changes) apply(data, each);
  return data;
};

const visible = (data: ReturnType<typeof emptyData>) => ({
  ...data,
  messages: new Map([...data.messages].filter(([, messages]) => messages.size > 0)),
});

test('the summary of any history gives the same state, and is no longer than it', () => {
  fc.assert(
    fc.property(fc.array(change, { maxLength: 40 }), (changes) => {
      const data = replay(changes);
      const short = summary(data);
      expect(visible(replay(short))).toEqual(visible(data));
      expect(short.length).toBeLessThanOrEqual(changes.length);
      expect(summary(replay(short))).toEqual(short);
    }),
  );
});

test('message ids grow, whatever the clock does, also after a restart', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 2_000_000_000_000 }), { minLength: 1 }), (times) => {
      let now = 0;
      const clock = { ...manualClock(), now: () => now };
      const store = openStore(memoryJournal(), clock);
      const given: string[] = [];
      for (const time of times) {
        now = time;
        given.push(store.nextTs());
      }
      expect(given.every((each) => /^\d+\.\d{6}$/.test(each))).toBe(true);
      expect(given.map(Number).every((each, index) => index === 0 || each > Number(given[index - 1]))).toBe(true);

      const last = given.at(-1) ?? '';
      const kept: Change = { type: 'message', message: { channel: 'C1', ts: last, user: 'U1', text: 'x', blocks: [] } };
      now = 0;
      const again = openStore({ ...memoryJournal<Change>(), changes: [kept] }, clock);
      expect(Number(again.nextTs())).toBeGreaterThan(Number(last));
    }),
  );
});

test('a change is in the journal before anyone hears of it, and is not made when the journal fails', () => {
  const appended: Change[] = [];
  const journal: Journal<Change> = { ...memoryJournal<Change>(), append: (changes) => appended.push(...changes) };
  const store = openStore(journal, manualClock());
  const heard: number[] = [];
  store.listen(() => heard.push(appended.length));
  store.commit({ type: 'direct', user: 'U1' });
  expect(heard).toEqual([1]);
  const full = openStore(
    {
      ...memoryJournal<Change>(),
      append: () => {
        throw new Error('disk full');
      },
    },
    manualClock(),
  );
  expect(() => full.commit({ type: 'direct', user: 'U1' })).toThrow('disk full');
  expect(full.data.directs.size).toBe(0);
});

test('a channel keeps its newest ten thousand messages', () => {
  const data = emptyData();
  for (let second = 1; second <= 10_003; second += 1) {
    apply(data, {
      type: 'message',
      message: { channel: 'C1', ts: `${second}.000000`, user: 'U1', text: '', blocks: [] },
    });
  }
  expect(data.messages.get('C1')?.size).toBe(10_000);
  expect([...(data.messages.get('C1')?.keys() ?? [])][0]).toBe('4.000000');
});
