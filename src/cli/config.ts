import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import type { Command } from 'commander';
import type { Config } from '../core/config.ts';
import { checkConfig, type Problem, warningsOf } from '../core/config-check.ts';
import { configDifferences, differenceText } from '../core/config-difference.ts';
import { refused } from '../core/errors.ts';
import { powerIn } from '../core/power.ts';
import { configChanges } from '../engine/configure/configure.ts';
import type { PlanPreview } from '../engine/use-cases.ts';
import { loadAll } from '../main.ts';
import { peopleProblems } from './config-people.ts';
import { addFromOneLogin } from './from-onelogin.ts';
import { missingNames, unsetNames } from './missing-names.ts';
import { printDurations } from './plan.ts';
import { confirm, onOneLine, printJson, printTable } from './print.ts';
import { proposalVerbs } from './proposals.ts';
import { meantFor } from './right.ts';
import { type Session, withRollcall } from './session.ts';
import { addVerbs } from './verb.ts';
import { fromYaml, toYaml } from './yaml.ts';

export function addConfigCommands(program: Command): void {
  const config = program.command('config').description('check, import and export the configuration file');
  meantFor(config.command('check'), 'machine')
    .description('say everything that is wrong with a file, changing nothing')
    .argument('<file>')
    .option('--json', 'print JSON')
    .action(async (file: string, options: { json?: boolean }) => {
      const checked = await checkFile(file);
      if (options.json) printJson('problems' in checked ? checked.problems : []);
      else if ('problems' in checked) printProblems(file, checked.problems);
      else console.log(`${file} is right.`);
      if ('config' in checked) printWarnings(checked.config, checked.connectors);
      if ('problems' in checked) process.exitCode = 1;
    });
  meantFor(config.command('import'), 'admins')
    .description('make a file the configuration, after showing what it changes')
    .argument('<file>')
    .option('--yes', 'do not ask')
    .action((file: string, options: { yes?: boolean }, command: Command) =>
      withRollcall(command, (session) => importFile(session, file, options.yes === true)),
    );
  meantFor(config.command('export'), 'auditors')
    .description('write the present configuration to a file, `-` for standard output')
    .argument('<file>')
    .action((file: string, _options: unknown, command: Command) =>
      withRollcall(command, (session) => exportFile(session, file)),
    );
  addFromOneLogin(config);
  addVerbs(config, proposalVerbs);
}

async function checkFile(file: string) {
  const connectors = await loadAll();
  const checked = checkConfig(readYaml(file), connectors);
  if ('problems' in checked) return checked;
  noteMissing(await missingNames(checked.config));
  const problems = await peopleProblems(checked.config);
  return problems.length === 0 ? { ...checked, connectors } : { problems };
}

const noteMissing = (names: readonly string[]): void => {
  for (const name of names)
    console.error(`note: ${name} is set neither in this environment nor in the store; the bot needs it`);
};

function readYaml(file: string): unknown {
  if (!existsSync(file)) throw refused('no-file', `there is no file ${file}`, 'Check the path.');
  return fromYaml(readFileSync(file, 'utf8'), file);
}

/** Beside the answer, so that what reads the answer is not disturbed. */
function printWarnings(config: Config, connectors: Parameters<typeof warningsOf>[1]): void {
  for (const { path, message, remedy } of warningsOf(config, connectors))
    console.error(`note: ${path}: ${message}; ${remedy}`);
}

function printProblems(file: string, problems: readonly Problem[]): void {
  console.error(`${file} has ${problems.length} problem${problems.length === 1 ? '' : 's'}:`);
  for (const { path, message, remedy } of problems) console.error(`  ${path}: ${message}. ${remedy}`);
}

/** Shows what the file changes and what that would come to, asks, and makes it the configuration or proposes it. */
export async function importFile(
  { opened, engine, actor }: Pick<Session, 'opened' | 'engine' | 'actor'>,
  file: string,
  yes: boolean,
): Promise<void> {
  const checked = checkConfig(readYaml(file), opened.connectors);
  if ('problems' in checked) {
    printProblems(file, checked.problems);
    process.exitCode = 1;
    return;
  }
  const stored = await opened.store.config.read();
  const changes = configChanges(stored?.config ?? null, checked.config);
  if (changes.length === 0) return console.log('Nothing changes.');
  noteMissing(await unsetNames(checked.config, opened));
  printTable(
    ['what', 'name', 'how'],
    changes.map(({ what, name, how }) => [what, name, how]),
  );
  if (stored !== null) printLines(configDifferences(stored.config, checked.config).map(differenceText));
  await showPlan(await engine.previewConfig(checked.config, 10));
  const power = stored === null ? [] : powerIn(stored.config, checked.config).map(differenceText);
  if (power.length > 0) console.log('\nIt changes who decides: another admin has to agree where there is one.');
  if (!yes && !(await confirm('Import it?'))) {
    console.log('Nothing was imported.');
    process.exitCode = 1;
    return;
  }
  const { result, text } = await engine.configure(checked.config, actor);
  if (result === 'proposed') return console.log(`${text}\nIn Slack, or here: rollcall --as EMAIL config agree ID`);
  const note = power.length > 0 ? `\n${text}` : '';
  console.log(`${file} is the configuration now. A running Rollcall follows within seconds.${note}`);
}

/** Differences printed; an import may have thousands. */
const printedAtMost = 60;

function printLines(lines: readonly string[]): void {
  console.log('');
  for (const line of lines.slice(0, printedAtMost)) console.log(`  ${onOneLine(line)}`);
  if (lines.length > printedAtMost) console.log(`  and ${lines.length - printedAtMost} more`);
}

async function showPlan(plan: PlanPreview): Promise<void> {
  if (plan.passwords !== undefined && plan.passwords.length > 0) printLines(plan.passwords);
  if (plan.counts.length === 0) return console.log('\nNo account would change.');
  console.log(`\nWhat it would come to, for ${plan.people} people:`);
  printTable(
    ['app', 'operation', 'count'],
    plan.counts.map(({ app, kind, count }) => [app, kind, String(count)]),
  );
  printDurations(plan);
  if (plan.taken.length > 0) {
    console.log('\nEntitlements it would take back:');
    printTable(
      ['app', 'target', 'value', 'people'],
      plan.taken.slice(0, 40).map(({ app, target, value, people }) => [app, target, value, String(people)]),
    );
  }
  const sample = plan.operations.map((operation) => [
    operation.personName,
    operation.app,
    operation.kind,
    operation.why,
  ]);
  console.log('\nFor example:');
  printTable(['person', 'app', 'operation', 'then'], sample);
}

async function exportFile({ opened }: Session, file: string): Promise<void> {
  const stored = await opened.store.config.read();
  if (stored === null)
    throw refused('not-set-up', 'there is no configuration yet', 'Import one: `rollcall config import FILE`.');
  const text = toYaml(stored.config);
  if (file === '-') process.stdout.write(text);
  else writeFileSync(file, text);
}
