import type { Command } from 'commander';
import { type Env, readEnv } from '../env.ts';
import { type ExportReport, exportFrom, type ImportReport, importInto, type Stage } from '../main.ts';
import { printJson, progress, tableLines } from './print.ts';
import { meantFor } from './right.ts';
import { toRead, writeArchive } from './store-file.ts';

export function addStore(program: Command): void {
  const store = program.command('store').description('the whole store as one file: for backups, and to move it');
  meantFor(store.command('export'), 'machine')
    .description(
      'write everything the store holds, gzipped where the name ends in .gz. What is sealed stays sealed; everything else is readable, and personal data',
    )
    .argument('<file>', '`-` for standard output')
    .option('--while-running', 'also while a bot is at work, for a backup; what it does afterwards is not in it')
    .option('--json', 'print JSON')
    .action((file: string, options: ExportFlags) => exportTo(readEnv(), file, options));
  meantFor(store.command('import'), 'machine')
    .description(
      'fill an empty store from an export: all of it is checked first and read back at the end; begun again after it was broken off, it begins anew',
    )
    .argument('<file>', '`-` for standard input')
    .option('--json', 'print JSON')
    .action((file: string, options: { json?: boolean }) => importFrom(readEnv(), file, options));
}

type ExportFlags = { whileRunning?: boolean; json?: boolean };

/** Where the store itself goes to standard output, what there is to say goes beside it. */
async function exportTo(env: Env, file: string, { whileRunning = false, json }: ExportFlags): Promise<void> {
  const bar = progress('documents');
  const told = (documents: number) => bar.at(documents);
  const report = await exportFrom(env, { whileRunning, told }, (pieces) => writeArchive(file, pieces)).finally(() =>
    bar.end(),
  );
  if (json && file !== '-') return printJson({ file, ...report });
  const say = file === '-' ? console.error : console.log;
  for (const line of exportLines(file, report)) say(line);
}

async function importFrom(env: Env, file: string, { json }: { json?: boolean }): Promise<void> {
  const { bytes, close } = await toRead(file);
  const bar = stages();
  try {
    const report = await importInto(env, { bytes, told: bar.at }).finally(() => bar.end());
    if (json) printJson(report);
    else for (const line of importLines(report)) console.log(line);
    for (const line of keyLines(report.missingKeys)) console.error(line);
  } finally {
    await close();
  }
}

/** One bar after the other. */
function stages() {
  let now: Stage | null = null;
  let bar: ReturnType<typeof progress> | null = null;
  return {
    at(stage: Stage, documents: number, total: number) {
      if (stage !== now) bar?.end();
      if (stage !== now || bar === null) bar = progress(`documents ${stage}`);
      now = stage;
      bar.at(documents, total === 0 ? documents : total);
    },
    end: () => bar?.end(),
  };
}

const many = (count: number, one: string): string => `${count} ${one}${count === 1 ? '' : 's'}`;

const countLines = (collections: Readonly<Record<string, number>>): string[] =>
  tableLines(Object.entries(collections).map(([name, count]) => [`  ${name}`, String(count)]));

/** What an export came to, in full sentences. */
export function exportLines(file: string, { header, documents, collections }: ExportReport): string[] {
  const where = file === '-' ? 'standard output' : file;
  const keys = header.keys.join(', ');
  return [
    `${many(documents, 'document')} of the ${header.store} store written to ${where}:`,
    ...countLines(collections),
    header.keys.length === 0
      ? 'Nothing in it is sealed.'
      : `Secrets in it stay sealed under ${header.keys.length === 1 ? 'key' : 'keys'} ${keys}: the other side needs the same in ROLLCALL_KEYS. They are not in it.`,
    'Everything else in it is readable, and personal data: keep it like the store itself, and delete it when it is no longer needed.',
  ];
}

/** What an import came to, in full sentences. */
export function importLines({ header, documents, collections, again }: ImportReport): string[] {
  return [
    ...(again ? ['An import into this store had been broken off; this one began anew.'] : []),
    `${many(documents, 'document')} imported, as a ${header.store} store held them at ${header.at}, and read back the same:`,
    ...countLines(collections),
    'Compare `rollcall audit verify` here with the last hashes over there. The old store must not be used again.',
  ];
}

/** The warning about keys that are not here; none where all are. */
export const keyLines = (missing: readonly string[]): string[] =>
  missing.length === 0
    ? []
    : [
        `note: secrets are sealed under ${missing.length === 1 ? 'a key' : 'keys'} that this environment does not have: ${missing.join(', ')}`,
        'Until they are put into ROLLCALL_KEYS, behind the newest one, nobody can read these secrets. Of a built-in store they are the lines of DATA_DIR/keys.',
      ];
