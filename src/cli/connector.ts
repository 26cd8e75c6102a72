import { existsSync } from 'node:fs';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Command } from 'commander';
import { refused } from '../core/errors.ts';
import { printJson } from './print.ts';
import { meantFor } from './right.ts';
import { wrongUse } from './wrong-use.ts';

const home = fileURLToPath(new URL('../..', import.meta.url));
const blanks = join(home, 'examples/connector/blank');

export function addConnector(program: Command): void {
  const connector = program.command('connector').description('connectors to apps and directories');
  meantFor(connector.command('new'), 'machine')
    .description('write a new connector and its test into this checkout; the test is red until the connector is done')
    .argument('<name>', 'as the configuration file will name it')
    .option('--directory', 'a source of people; without it, an app')
    .option('--json', 'print JSON')
    .action(async (name: string, options: { directory?: boolean; json?: boolean }) => {
      const written = await writeConnector(home, name, options.directory === true ? 'directory' : 'target');
      if (options.json) printJson(written);
      else for (const line of nextSteps(name, written)) console.log(line);
    });
}

/** Below the checkout. */
export type Written = { connector: string; test: string };

/**
 * Writes the two files of a connector into the checkout at `root`, both or none.
 * @throws RollcallError `wrong-use` for a name that is none, `connector-exists`, `no-checkout`, `cannot-write`
 */
export async function writeConnector(root: string, name: string, kind: 'target' | 'directory'): Promise<Written> {
  checkName(name);
  const written = { connector: `connectors/${name}.ts`, test: `test/connectors/${name}.contract.test.ts` };
  for (const path of ['connectors/_http.ts', `test/contracts/${kind}.ts`])
    if (!existsSync(join(root, path)))
      throw refused('no-checkout', `there is no ${path} here`, 'Write connectors in a clone of the repository.');
  for (const path of [`connectors/${name}`, `test/connectors/${name}`, written.connector, written.test])
    if (existsSync(join(root, path)))
      throw refused(
        'connector-exists',
        `there is already ${path}`,
        'Choose another name, or take that one away first.',
      );
  await put(join(root, written.connector), await blank(`${kind}.ts`, name, connectorImports));
  try {
    await put(join(root, written.test), await blank(`${kind}.contract.test.ts`, name, testImports(name, kind)));
  } catch (error) {
    await rm(join(root, written.connector), { force: true });
    throw error;
  }
  return written;
}

function checkName(name: string): void {
  if (/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/.test(name) && name.length <= 40) return;
  throw wrongUse(
    `"${name}" is no name of a connector`,
    'Write lower case letters, digits and single hyphens, beginning with a letter, 40 at most: acme-desk.',
  );
}

/** From where the blank stands to where the file will. */
const connectorImports = { '../../../connectors/': './', '../../../src/': '../src/' };
const testImports = (name: string, kind: string) => ({
  '../../../test/': '../',
  '../../../src/': '../../src/',
  [`./${kind}.ts`]: `../../connectors/${name}.ts`,
});

async function blank(file: string, name: string, imports: Readonly<Record<string, string>>): Promise<string> {
  const title = name.replace(/(^|-)(.)/g, (_, hyphen, letter) => `${hyphen === '' ? '' : ' '}${letter.toUpperCase()}`);
  let text = (await readFile(join(blanks, file), 'utf8'))
    .replaceAll('blank-name', name)
    .replaceAll('BLANK-TITLE', title)
    .replaceAll(/\bblank(?=Target|Directory)/g, 'connect');
  for (const [from, to] of Object.entries(imports)) text = text.replaceAll(`from '${from}`, `from '${to}`);
  return sortedImports(text);
}

/** As the formatter has them: what is farther up comes first. */
function sortedImports(text: string): string {
  const lines = text.match(/^import .* from '\.[^']*';\n/gm) ?? [];
  const pathOf = (line: string) => line.slice(line.indexOf(" from '"));
  const steps = (line: string) => pathOf(line).split('../').length;
  const sorted = lines.toSorted((a, b) => steps(b) - steps(a) || (pathOf(a) < pathOf(b) ? -1 : 1));
  return text.replace(lines.join(''), sorted.join(''));
}

/** Never over a file that came meanwhile. */
async function put(path: string, text: string): Promise<void> {
  try {
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, text, { flag: 'wx' });
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown';
    throw refused('cannot-write', `${path} cannot be written (${code})`, 'Check the path and its permissions.');
  }
}

function nextSteps(name: string, { connector, test }: Written): string[] {
  return [
    `Wrote ${connector} and ${test}.`,
    '',
    `1. The fake: in ${test}, what the API does, on a loopback port.`,
    `2. The connector: in ${connector}, one function after the other, until the test is green:`,
    `     npx vitest run --project connectors test/connectors/${name}`,
    '3. What the system cannot do goes to `skip`, each with its reason.',
    '4. `npm run check`, and a line in CHANGELOG.md.',
    '',
    'CONTRIBUTING.md, "Adding a connector, in two files", walks through one: examples/connector/.',
  ];
}
