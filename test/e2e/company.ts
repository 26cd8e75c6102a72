import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { accountsOf, eventually, liveDatabase } from './bot.ts';

/** What a test sees and does of the example company whose bot keeps its data in a folder. */

const exportFile = (dataDir: string) => join(dataDir, 'acme', 'people.csv');
export const readExport = (dataDir: string): string => readFileSync(exportFile(dataDir), 'utf8');

/** Edits and saves the HR export, as HR does. */
export function editExport(dataDir: string, change: (csv: string) => string): void {
  writeFileSync(exportFile(dataDir), change(readExport(dataDir)));
}

export const accountOf = (dataDir: string, app: 'crm' | 'wiki' | 'hub', userName: string) =>
  accountsOf(dataDir, app).find((one) => one.userName === userName);

export type OpenApproval = { _id: string; app?: string; operationKind?: string };

export async function openApprovals(dataDir: string): Promise<OpenApproval[]> {
  const { db, close } = await liveDatabase(dataDir);
  const open = await db.collection('approvals').find({ state: 'open' }).toArray();
  await close();
  return open as unknown as OpenApproval[];
}

export type StoredOperation = { id?: string; kind?: string; state?: string; ask?: { approval: string } | null };

/** The operation of a person's login in an app; empty when there is none. */
export async function operationOf(dataDir: string, userName: string, app: string): Promise<StoredOperation> {
  const { db, close } = await liveDatabase(dataDir);
  const person = await db.collection('people').findOne({ keys: `email=${userName}` });
  const login = await db.collection('logins').findOne({ person: String(person?._id), app });
  await close();
  return (login?.operation ?? {}) as StoredOperation;
}

/** Waits until an operation of this kind is asked about on a card that can be decided. Answers the approval's id. */
export async function asked(dataDir: string, userName: string, app: string, kind: string): Promise<string> {
  const { ask } = await eventually(
    async () => {
      const operation = await operationOf(dataDir, userName, app);
      const open = (await openApprovals(dataDir)).map(({ _id }) => _id);
      return { ...operation, decidable: open.includes(operation.ask?.approval ?? '') };
    },
    (seen) => seen.kind === kind && seen.state === 'awaiting' && seen.decidable,
  );
  return ask?.approval ?? '';
}

/** What keeps logins of an app from being as wished: where each operation stands, why, and when it is looked at again. */
export async function unfinished(dataDir: string, app: string): Promise<unknown[]> {
  const { db, close } = await liveDatabase(dataDir);
  try {
    const waiting = ['planned', 'awaiting', 'approved', 'applying', 'held', 'failed'];
    const logins = await db
      .collection('logins')
      .find({ app, 'operation.state': { $in: waiting } })
      .toArray();
    return logins.map(({ person, operation: { kind, state, trouble }, attempts, intent, nextAt }) => ({
      ...{ person, kind, state, trouble, attempts, intent },
      dueIn: nextAt - Date.now(),
    }));
  } finally {
    await close();
  }
}
