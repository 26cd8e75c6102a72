type Waiting<Question, Answer> = {
  question: Question;
  resolve: (answer: Answer) => void;
  reject: (error: unknown) => void;
};

/**
 * Calls that share round trips: what is asked while one is on its way goes together in the next, so it is carried out after it
 * was asked, never before. Each is answered once its own round trip is; a round trip that fails fails all who share it.
 * No two questions of the same key go together, where there is a key: each then meets what the one before has left. They are
 * carried out in the order they were asked.
 */
export function together<Question, Answer>(
  ask: (questions: readonly Question[]) => Promise<(question: Question) => Answer>,
  keyOf: (question: Question) => string | null = () => null,
  most = 500,
): (question: Question) => Promise<Answer> {
  const queue: Waiting<Question, Answer>[] = [];
  let busy = false;

  /** From the front of the queue, up to the first of a key that is among them already: none overtakes another. */
  function next(): Waiting<Question, Answer>[] {
    const keys = new Set<string>();
    const end = queue.findIndex(({ question }, place) => {
      const key = keyOf(question);
      const isAmong = key !== null && keys.has(key);
      if (key !== null) keys.add(key);
      return isAmong || place === most;
    });
    return queue.splice(0, end < 0 ? queue.length : end);
  }

  async function drain(): Promise<void> {
    while (queue.length > 0) await carryOut(next());
    busy = false;
  }

  async function carryOut(some: readonly Waiting<Question, Answer>[]): Promise<void> {
    try {
      const answerTo = await ask(some.map(({ question }) => question));
      for (const { question, resolve } of some) resolve(answerTo(question));
    } catch (error) {
      for (const { reject } of some) reject(error);
    }
  }

  return (question) =>
    new Promise((resolve, reject) => {
      queue.push({ question, resolve, reject });
      if (busy) return;
      busy = true;
      queueMicrotask(() => void drain());
    });
}
