import { afterAll, describe, expect, it } from 'vitest';

/** A test of a kit that does not apply, by its title or by the title of its group, and why. */
export type Skip = { test: string; reason: string };

/** What is wrong with a kit's list of what is left out: a test that does not exist, or no reason. Empty: nothing. */
export function skipProblems(skip: readonly Skip[], titles: ReadonlySet<string>): string[] {
  return skip.flatMap(({ test, reason }) => [
    ...(titles.has(test) ? [] : [`"${test}" is left out, and the kit has no such test or group`]),
    ...(/\w+ \w+/.test(reason) ? [] : [`"${test}" is left out without a reason in words`]),
    ...(skip.filter((other) => other.test === test).length > 1 ? [`"${test}" is left out twice`] : []),
  ]);
}

/** The tests of one kit: those left out are shown as skipped with their reasons, and printed with them at the end. */
export type KitTests = {
  test(title: string, run: () => Promise<void>): void;
  group(title: string, tests: () => void): void;
  /** Comes last, when every title is known. */
  checkSkips(): void;
};

export function kitTests(kit: string, skip: readonly Skip[]): KitTests {
  const titles = new Set<string>();
  const reasonOf = (title: string) => skip.find(({ test }) => test === title)?.reason;
  const leftOut = (title: string, reason: string) => it(title, (context) => context.skip(reason));
  return {
    test: (title, run) => {
      titles.add(title);
      const reason = reasonOf(title);
      if (reason === undefined) it(title, run);
      else leftOut(title, reason);
    },
    group: (title, tests) => {
      titles.add(title);
      const reason = reasonOf(title);
      if (reason === undefined) describe(title, tests);
      else leftOut(title, reason);
    },
    checkSkips: () => {
      it('leaves out only tests that exist, each with a reason', () => {
        expect(skipProblems(skip, titles)).toEqual([]);
      });
      afterAll(() => {
        for (const { test, reason } of skip) process.stdout.write(`${kit} leaves out "${test}": ${reason}\n`);
      });
    },
  };
}
