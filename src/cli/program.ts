import { Command, Option } from 'commander';
import { addAudit } from './audit.ts';
import { addConfigCommands } from './config.ts';
import { addConnector } from './connector.ts';
import { addDirectory } from './directory.ts';
import { addDoctor } from './doctor.ts';
import { addErase } from './erase.ts';
import { addEvents } from './events.ts';
import { addKeys } from './keys.ts';
import { addPlan } from './plan.ts';
import { meantFor } from './right.ts';
import { addSaml } from './saml.ts';
import { addStore } from './store.ts';
import { addSync } from './sync.ts';
import { addGovernance } from './verbs.ts';

/** The commands there are; `run` starts the bot. */
export function rollcall(run: () => Promise<void>): Command {
  const program = new Command('rollcall')
    .description('The account life of a company’s people: who should have which account, and what happened.')
    .addOption(
      new Option(
        '--as <email>',
        'do it as this person, who may what they may in Slack, instead of the operating-system user',
      ),
    )
    .showSuggestionAfterError()
    .exitOverride();
  meantFor(program.command('start'), 'machine').description('start the bot (as `npm start`)').action(run);
  addConfigCommands(program);
  addSync(program);
  addPlan(program);
  addEvents(program);
  addGovernance(program);
  addAudit(program);
  addErase(program);
  addKeys(program);
  addSaml(program);
  addDirectory(program);
  addStore(program);
  addDoctor(program);
  addConnector(program);
  return program;
}
