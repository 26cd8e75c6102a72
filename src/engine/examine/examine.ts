import { RollcallError } from '../../core/errors.ts';
import { ended } from '../../core/text.ts';
import type { Deps } from '../ports.ts';
import type { SecretBook } from '../secret/secret-book.ts';
import type { KeyRing } from '../secret/secret-ports.ts';
import { examineKeys } from './examine-keys.ts';
import { examineNames } from './examine-names.ts';
import { examinePeople } from './examine-people.ts';
import { examineSources } from './examine-sources.ts';
import { type Finding, note, right, wrong } from './finding.ts';

/** What an edge looks at beside: Slack, the disk under the store. */
export type Check = { name: string; run(): Promise<Finding[]> };

type ExamineDeps = Pick<Deps, 'store' | 'connections' | 'clock'> & {
  keys: KeyRing;
  book?: SecretBook;
  checks?: readonly Check[];
};

/** Looks at everything that could stop Rollcall from working; changes nothing. One check that fails stops no other. */
export async function examine(deps: ExamineDeps): Promise<Finding[]> {
  const stored = await deps.store.config.read().catch((error: unknown) => storeDown(error));
  if (stored !== null && 'state' in stored) return [stored, ...(await allOf(deps.checks ?? []))];
  const config = stored?.config ?? null;
  const own: Check[] = [{ name: 'keys', run: () => examineKeys(deps, config) }];
  if (config !== null && stored !== null) {
    deps.connections.use(config);
    const { book } = deps;
    own.push({ name: 'configuration', run: async () => [right(`the configuration is edition ${stored.edition}`)] });
    if (book !== undefined) own.push({ name: 'secrets', run: () => examineNames({ ...deps, book }, config) });
    own.push({ name: 'people', run: () => examinePeople(deps, config) });
    own.push({ name: 'sources', run: () => examineSources(deps, config) });
    own.push({ name: 'messages', run: () => examineMessages(deps) });
  }
  const missing = wrong('there is no configuration', 'Import one: `rollcall config import FILE`.');
  const findings = [right('the store answers'), ...(config === null ? [missing] : [])];
  return [...findings, ...(await allOf([...own, ...(deps.checks ?? [])]))];
}

async function allOf(checks: readonly Check[]): Promise<Finding[]> {
  const findings: Finding[] = [];
  for (const check of checks) findings.push(...(await checked(check)));
  return findings;
}

function storeDown(error: unknown): Finding {
  const why = error instanceof Error ? error.message : String(error);
  return wrong(
    `the store does not answer: ${ended(why)}`,
    'See that it runs, that MONGODB_URI or DATA_DIR names it, and the log.',
  );
}

async function checked({ name, run }: Check): Promise<Finding[]> {
  try {
    return await run();
  } catch (error) {
    if (error instanceof RollcallError && error.next === 'show')
      return [wrong(`${name}: ${ended(error.message)}`, error.remedy)];
    const why = error instanceof Error ? error.message : String(error);
    return [wrong(`${name} could not be looked at: ${ended(why)}`, 'Try again; if it stays so, look into the log.')];
  }
}

/** A message that waits longer than this waits for something, milliseconds. */
const patience = 15 * 60_000;
const most = 500;

/** What Slack should show and does not. */
async function examineMessages({ store, clock }: Pick<Deps, 'store' | 'clock'>): Promise<Finding[]> {
  const waiting = await store.outbox.due(clock.now() - patience, most);
  const many = waiting.length === most ? `${most} or more` : String(waiting.length);
  if (waiting.length === 0) return [right('no message to Slack is behind')];
  return [
    note(
      `${many} ${waiting.length === 1 ? 'message' : 'messages'} to Slack wait for more than a quarter of an hour`,
      'See whether the bot runs, reaches Slack, and may write to the channels of the settings.',
    ),
  ];
}
