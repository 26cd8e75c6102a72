import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { together } from '../../src/core/together.ts';

type Trip = { questions: readonly string[]; begun: number };

/** A store that answers when it is let; every question is answered by its trip's number. */
function desk(keyOf?: (question: string) => string | null, most?: number) {
  const trips: Trip[] = [];
  const open: (() => void)[] = [];
  let clock = 0;
  const ask = together<string, number>(
    async (questions) => {
      const trip = trips.push({ questions, begun: ++clock }) - 1;
      await new Promise<void>((resolve) => open.push(resolve));
      if (questions.includes('broken')) throw new Error('the store is away');
      return () => trip;
    },
    keyOf,
    most,
  );
  const turn = () => new Promise((resolve) => setImmediate(resolve));
  return {
    trips,
    ask: (question: string) => ({ askedAt: ++clock, answer: ask(question) }),
    async answerOne() {
      await turn();
      open.shift()?.();
      await turn();
    },
    async answerAll() {
      for (await turn(); open.length > 0; await turn()) open.shift()?.();
    },
  };
}

describe('calls that share round trips', () => {
  it('are answered once each, by a round trip that began after they were asked and holds a key once', async () => {
    const question = fc.constantFrom('a', 'b', 'c', 'd');
    const step = fc.oneof(question, fc.constant(null));
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 40 }), fc.integer({ min: 1, max: 5 }), async (steps, most) => {
        const { trips, ask, answerOne, answerAll } = desk((asked) => asked, most);
        const asked: (ReturnType<typeof ask> & { question: string })[] = [];
        for (const next of steps) {
          if (next === null) await answerOne();
          else asked.push({ question: next, ...ask(next) });
        }
        await answerAll();
        const answers = await Promise.all(asked.map(({ answer }) => answer));
        for (const [place, { question: name, askedAt }] of asked.entries()) {
          const trip = trips[answers[place] ?? -1];
          expect(trip?.questions).toContain(name);
          expect(trip?.begun).toBeGreaterThan(askedAt);
        }
        for (const { questions } of trips) {
          expect(new Set(questions).size).toBe(questions.length);
          expect(questions.length).toBeLessThanOrEqual(most);
        }
        expect(trips.flatMap(({ questions }) => questions)).toHaveLength(asked.length);
      }),
      { numRuns: 2_000 },
    );
  });

  it('of one key hold up what was asked after them: none overtakes another', async () => {
    const trips: string[][] = [];
    const ask = together<string, null>(
      async (questions) => {
        trips.push([...questions]);
        return () => null;
      },
      (question) => question.slice(0, 1),
    );
    await Promise.all(['a1', 'b1', 'a2', 'c1'].map(ask));
    expect(trips).toEqual([
      ['a1', 'b1'],
      ['a2', 'c1'],
    ]);
  });

  it('go together while one is on its way', async () => {
    const { trips, ask, answerAll } = desk();
    const first = ask('a');
    await new Promise((resolve) => setImmediate(resolve));
    const rest = ['b', 'c', 'b'].map(ask);
    await answerAll();
    await Promise.all([first, ...rest].map(({ answer }) => answer));
    expect(trips.map(({ questions }) => questions)).toEqual([['a'], ['b', 'c', 'b']]);
  });

  it('fail together, and no others', async () => {
    const { ask, answerAll } = desk(undefined, 2);
    const all = ['a', 'broken', 'b'].map(ask);
    const outcomes = Promise.allSettled(all.map(({ answer }) => answer));
    await answerAll();
    expect((await outcomes).map(({ status }) => status)).toEqual(['rejected', 'rejected', 'fulfilled']);
  });
});
