import { Command, CommanderError, Option } from 'commander';
import { addAudit } from './cli/audit.ts';
import { addConfigCommands } from './cli/config.ts';
import { addConnector } from './cli/connector.ts';
import { addDirectory } from './cli/directory.ts';
import { addDoctor } from './cli/doctor.ts';
import { addEvents } from './cli/events.ts';
import { addKeys } from './cli/keys.ts';
import { addPlan } from './cli/plan.ts';
import { addSync } from './cli/sync.ts';
import { addGovernance } from './cli/verbs.ts';
import { isWrongUse } from './cli/wrong-use.ts';
import { ConnectorError, RollcallError } from './core/errors.ts';
import { run } from './main.ts';

/** Exit codes: 0 done, 1 failed, 2 wrong use. */
const program = new Command('rollcall')
  .description('The account life of a company’s people: who should have which account, and what happened.')
  .addOption(new Option('--as <email>', 'record what you do under this person instead of the operating-system user'))
  .showSuggestionAfterError()
  .exitOverride();

program.command('start').description('start the bot (as `npm start`)').action(run);
addConfigCommands(program);
addSync(program);
addPlan(program);
addEvents(program);
addGovernance(program);
addAudit(program);
addKeys(program);
addDirectory(program);
addDoctor(program);
addConnector(program);

try {
  await program.parseAsync();
} catch (error) {
  process.exitCode = tell(error);
}

function tell(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
  if (!(error instanceof RollcallError || error instanceof ConnectorError)) throw error;
  console.error(`${error.message}\n${error.remedy}`);
  return isWrongUse(error) ? 2 : 1;
}
