import type { Command } from 'commander';
import { printJson, progress } from './print.ts';
import { meantFor } from './right.ts';
import { withRollcall } from './session.ts';

export function addSync(program: Command): void {
  meantFor(program.command('sync'), 'admins')
    .description('read one directory, or all, and plan what follows')
    .argument('[directory]')
    .option('--json', 'print JSON')
    .action((directory: string | undefined, options: { json?: boolean }, command: Command) =>
      withRollcall(command, async ({ engine, actor }) => {
        const bar = progress('rows');
        const reports = await engine.sync(directory ?? null, actor, (rows) => bar.at(rows));
        bar.end();
        for (const report of reports) {
          if (options.json) printJson(report);
          else {
            console.log(report.text);
            for (const problem of report.problems) console.log(`  ${problem.place}: ${problem.message}`);
          }
          if (report.result === 'failed' || report.result === 'busy') process.exitCode = 1;
        }
        if (reports.length === 0) console.log('There is no directory in the configuration.');
      }),
    );
}
