import { CommanderError } from 'commander';
import { rollcall } from './cli/program.ts';
import { isWrongUse } from './cli/wrong-use.ts';
import { ConnectorError, RollcallError } from './core/errors.ts';
import { run } from './main.ts';

/** Exit codes: 0 done, 1 failed, 2 wrong use. */
const program = rollcall(run);

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
