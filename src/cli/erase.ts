import type { Command } from 'commander';
import { nameOf } from '../core/name.ts';
import { ask, printJson } from './print.ts';
import { meantFor } from './right.ts';
import { withRollcall } from './session.ts';
import { personOf } from './who.ts';

export function addErase(program: Command): void {
  meantFor(program.command('erase <person>'), 'admins')
    .description('erase the personal data of somebody who has left, for good; the evidence stays verifiable')
    .option('--name <name>', 'their name, in place of typing it when asked')
    .option('--json', 'print JSON')
    .action((who: string, { name, json }: { name?: string; json?: boolean }, command: Command) =>
      withRollcall(command, async (session) => {
        const person = await personOf(session, who);
        const question = `This cannot be undone. Type the name of ${nameOf(person)} (${person.id}) to erase them: `;
        const typed = name ?? (await ask(question));
        if (typed === null || typed.trim() === '') {
          if (json !== true) console.log('Nothing was erased: type their name, or give it with --name.');
          process.exitCode = 1;
          return;
        }
        const report = await session.engine.erase(person.id, typed, session.actor);
        if (json === true) printJson(report);
        else console.log(report.text);
      }),
    );
}
