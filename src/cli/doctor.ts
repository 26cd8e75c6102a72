import type { Command } from 'commander';
import type { Finding } from '../engine/examine/finding.ts';
import { printJson } from './print.ts';
import { meantFor } from './right.ts';
import { withRollcall } from './session.ts';

export function addDoctor(program: Command): void {
  meantFor(program.command('doctor'), 'auditors')
    .description('look for what would stop Rollcall from working; exits 1 when something is wrong')
    .option('--json', 'print JSON')
    .action((options: { json?: boolean }, command: Command) =>
      withRollcall(command, async ({ engine }) => {
        const findings = await engine.examine();
        if (options.json) printJson(findings);
        else for (const line of findingLines(findings)) console.log(line);
        if (findings.some(({ state }) => state === 'wrong')) process.exitCode = 1;
      }),
    );
}

/** The word, the sentence, and below it what to do; how many are wrong at the end, where it is read. */
export function findingLines(findings: readonly Finding[]): string[] {
  const wrong = findings.filter(({ state }) => state === 'wrong').length;
  return [
    ...findings.flatMap(({ state, what, remedy }) => [
      `${state.padEnd(5)} ${what}`,
      ...(remedy === '' ? [] : [`      ${remedy}`]),
    ]),
    wrong === 0 ? 'Nothing stops Rollcall from working.' : `${wrong} ${wrong === 1 ? 'thing is' : 'things are'} wrong.`,
  ];
}
