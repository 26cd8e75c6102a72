import type { Command } from 'commander';
import type { PlanPreview } from '../engine/use-cases.ts';
import { printJson, printTable } from './print.ts';
import { meantFor } from './right.ts';
import { withRollcall } from './session.ts';
import { personId } from './who.ts';

export function addPlan(program: Command): void {
  meantFor(program.command('plan'), 'auditors')
    .description('show what would happen, changing nothing')
    .option('--app <name>', 'only this app')
    .option('--person <who>', 'only this person: name, e-mail or id')
    .option('--limit <n>', 'operations to list', '50')
    .option('--json', 'print JSON')
    .action((options: { app?: string; person?: string; limit: string; json?: boolean }, command: Command) =>
      withRollcall(command, async (session) => {
        const person = options.person === undefined ? {} : { person: await personId(session, options.person) };
        const app = options.app === undefined ? {} : { app: options.app };
        const plan = await session.engine.useCases.preview({ ...person, ...app }, Number(options.limit) || 50);
        if (options.json) return printJson(plan);
        if (plan.operations.length === 0) return console.log('Everything is as it should be.');
        const rows = plan.operations.map((operation) => [
          operation.personName,
          operation.app,
          operation.kind,
          operation.verdict,
          operation.why,
        ]);
        printTable(['person', 'app', 'operation', 'verdict', 'why'], rows);
        const total = plan.counts.reduce((sum, { count }) => sum + count, 0);
        if (total > rows.length) console.log(`… and ${total - rows.length} more.`);
        printDurations(plan);
      }),
    );
}

/** How long the changes take in apps that document how fast they may be called. */
export function printDurations({ durations = [] }: Pick<PlanPreview, 'durations'>): void {
  for (const { app, text } of durations) console.log(`In ${app} this takes ${text}.`);
}
