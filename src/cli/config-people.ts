import type { Config } from '../core/config.ts';
import { type Problem, problem } from '../core/config-problem.ts';
import { RollcallError } from '../core/errors.ts';
import { peopleNamedIn } from '../core/named-people.ts';
import { unresolved } from '../engine/approve/unresolved.ts';
import { type Env, readEnv } from '../env.ts';
import { absentHere, hasStore, type Opened, openForCommand } from '../main.ts';

/**
 * Those a configuration names who could do nothing: nobody here, as far as people are known, or nobody in Slack, as far as that
 * can be asked. What cannot be asked is said on standard error, and stops nothing.
 */
export async function peopleProblems(config: Config): Promise<Problem[]> {
  const env = readEnv();
  const session = hasStore(env) ? await openForCommand(env).catch(notAnswering) : null;
  if (session === null) return [];
  const { opened, engine } = session;
  try {
    const here = await unresolved(opened, config);
    const gone = new Set(here.map(({ word }) => word));
    const problems = here.map(({ word, place, why, remedy }) =>
      problem(place, `${word} can do nothing here: ${why}`, remedy),
    );
    return [...problems, ...(await slackProblems(env, opened, config, gone))];
  } finally {
    await engine.stop();
    await opened.close();
  }
}

function notAnswering(error: unknown): null {
  if (!(error instanceof RollcallError)) throw error;
  console.error(`note: the store did not answer, so people are not known here (${error.message})`);
  return null;
}

async function slackProblems(env: Env, opened: Opened, config: Config, gone: ReadonlySet<string>): Promise<Problem[]> {
  const named = peopleNamedIn(config).filter(({ word }) => !gone.has(word));
  try {
    const absent = await absentHere(env, { opened, words: named.map(({ word }) => word) });
    return absent.flatMap(({ word, why, remedy }) =>
      named
        .filter((one) => one.word === word)
        .map(({ place }) => problem(place, `${word} can do nothing in Slack: ${why}`, remedy)),
    );
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    console.error(`note: Slack could not be asked who is named (${why})`);
    return [];
  }
}
