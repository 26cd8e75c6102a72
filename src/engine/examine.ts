import type { Config } from '../core/config.ts';
import { approverWords } from '../core/policy.ts';
import { fold } from '../core/text.ts';
import { asConnectorError } from './attempt.ts';
import { examineKeys } from './examine-keys.ts';
import { examineNames } from './examine-names.ts';
import { type Finding, note, right, wrong } from './finding.ts';
import type { Deps } from './ports.ts';
import type { SecretBook } from './secret-book.ts';
import type { KeyRing } from './secret-ports.ts';
import { wordsIn } from './world.ts';

/** What an edge looks at beside: Slack, the disk under the store. */
export type Check = { name: string; run(): Promise<Finding[]> };

type ExamineDeps = Pick<Deps, 'store' | 'connections' | 'clock'> & {
  keys: KeyRing;
  book?: SecretBook;
  checks?: readonly Check[];
};

/** Looks at everything that could stop Rollcall from working; changes nothing. One check that fails stops no other. */
export async function examine(deps: ExamineDeps): Promise<Finding[]> {
  const stored = await deps.store.config.read();
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
  for (const check of [...own, ...(deps.checks ?? [])]) findings.push(...(await checked(check)));
  return findings;
}

/** Everyone named as approver, owner or admin must be an active person. */
async function examinePeople(deps: Pick<Deps, 'store'>, config: Config): Promise<Finding[]> {
  const emails = wordsIn(config).filter((word) => word.includes('@'));
  const people = await deps.store.people.byKeys(emails.map((email) => `email=${fold(email)}`));
  const active = people
    .filter((person) => person.status === 'active' && person.twins.length === 0)
    .flatMap((person) => person.keys);
  const missing = emails.filter((email) => !active.includes(`email=${fold(email)}`));
  const findings = missing.map((email) =>
    wrong(
      `${email} is named in the configuration, but no active person has this address`,
      'Correct the address, or read the directory first.',
    ),
  );
  const inDoubt = await deps.store.people.undecided(1_000);
  if (inDoubt.length > 0) findings.push(doubted(inDoubt.length));
  for (const app of config.apps)
    if (approverWords(app, config.settings).length < 2) findings.push(soleApprover(app.name));
  return findings.length === 0 ? [right('everyone who decides is an active person')] : findings;
}

const doubted = (count: number): Finding =>
  note(
    `${count === 1 ? 'one newcomer' : `${count} newcomers`} may be somebody known under another id, and get no account meanwhile`,
    'List them with `rollcall twins`, and say who they are with `rollcall same`.',
  );

const soleApprover = (app: string): Finding =>
  note(
    `${app} has a single approver, who cannot decide about themselves`,
    'Name a second one in settings.approvers or as owner.',
  );

async function examineDirectory(deps: Pick<Deps, 'store'>, name: string): Promise<Finding> {
  const state = await deps.store.directories.get(name);
  const last = state?.lastRead ?? null;
  if (last === null) return note(`directory ${name} was never read`, `Read it: \`rollcall sync ${name}\`.`);
  if (!last.complete)
    return wrong(
      `directory ${name}: ${last.reason ?? 'the last read was not complete'}`,
      'Mend the source; it is read again on schedule.',
    );
  return right(`directory ${name} was read at ${new Date(last.at).toISOString()}: ${last.rows} rows`);
}

async function examineApp(deps: Pick<Deps, 'store' | 'connections' | 'clock'>, app: string): Promise<Finding> {
  try {
    await deps.connections.target(app).target.test(deps.clock.deadline(10_000));
    return right(`app ${app} answers and takes the credentials`);
  } catch (error) {
    const { message, remedy } = asConnectorError(error);
    return wrong(`app ${app}: ${message}`, remedy);
  }
}
