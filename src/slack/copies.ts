/** Answers with something to say are kept for this many deliveries: a copy comes soon, or not at all. */
const most = 200;

/**
 * Deliveries of this process and what they are answered with. Whichever copy of a doubled one Slack listens to has to hear the
 * same: what is wrong in a form, say, or that nothing could be stored.
 */
export function createCopies<A>() {
  const answers = new Map<string, Promise<A | undefined>>();

  function keep(key: string, answer: Promise<A | undefined>): void {
    answers.set(key, answer);
    const [oldest] = answers.keys();
    if (answers.size > most && oldest !== undefined) answers.delete(oldest);
  }

  return {
    /** What the first copy is answered with; undefined when none was worked on here, or nothing is to be said. */
    ofFirst: (key: string): Promise<A | undefined> | undefined => answers.get(key),
    /** Works on the first copy, which says what it is answered with; throws what `work` throws, and so do copies meanwhile. */
    async first(key: string, work: (answer: (given: A | undefined) => void) => Promise<void>): Promise<void> {
      let said: A | undefined;
      let answer: (given: A | undefined) => void = () => undefined;
      const answered = new Promise<A | undefined>((resolve) => {
        answer = (given) => {
          said = given;
          resolve(given);
        };
      });
      const done = work(answer);
      const given = Promise.race([answered, done.then(() => undefined)]);
      given.catch(() => undefined);
      keep(key, given);
      try {
        await done;
      } finally {
        if (said === undefined) answers.delete(key);
      }
    },
  };
}
