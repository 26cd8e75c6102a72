import type { Command } from 'commander';
import { printJson } from './print.ts';
import { withRollcall } from './session.ts';

export function addDoctor(program: Command): void {
  program
    .command('doctor')
    .description('look for what would stop Rollcall from working')
    .option('--json', 'print JSON')
    .action((options: { json?: boolean }, command: Command) =>
      withRollcall(command, async ({ engine }) => {
        const findings = await engine.examine();
        if (options.json) printJson(findings);
        else
          for (const { state, what, remedy } of findings)
            console.log(`${state.padEnd(5)} ${what}${remedy === '' ? '' : `\n      ${remedy}`}`);
        if (findings.some(({ state }) => state === 'wrong')) process.exitCode = 1;
      }),
    );
}
