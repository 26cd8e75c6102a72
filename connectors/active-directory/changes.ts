import { ConnectorError } from '../../src/core/connector.ts';
import { controlIds, DirSyncControl } from './controls.ts';
import type { Cursor } from './cursor.ts';
import { containers, every, groups, some, users } from './filters.ts';
import { attributesRead, emailPlace, type Places } from './person.ts';
import type { Session } from './session.ts';
import { guidOf, type Row, textOf, textsOf } from './values.ts';

/** What changed since a cursor. */
export type Changes = {
  /** Users to be read again, by id. */
  touched: Set<string>;
  /** Those of them whose e-mail address may be another one: their reports name them by it. DNs. */
  renamed: Set<string>;
  /** Whoever came into a group or left one, people and groups alike. DNs. */
  regrouped: Set<string>;
  gone: Set<string>;
  /** Something changed whose effect on people cannot be told from the change: everything is to be read. */
  all: boolean;
  cursor: Cursor;
};

const nothing = (cursor: Cursor): Changes => ({
  ...{ touched: new Set(), renamed: new Set(), regrouped: new Set(), gone: new Set() },
  ...{ all: false, cursor },
});

/** A cursor for what changes from now on; null where the account may not ask for changes, so that everything is always read. */
export async function startCursor(
  session: Session,
  changes: 'auto' | 'usn' | 'none',
  now: number,
  signal: AbortSignal,
): Promise<Cursor | null> {
  if (changes === 'none' || !(await seesDeletions(session, signal))) return null;
  if (changes === 'auto' && session.root.controls.includes(controlIds.dirSync)) {
    const cookie = await latestCookie(session, signal).catch(nullIfRefused);
    if (cookie !== null) return { by: 'dirsync', cookie: cookie.toString('base64'), full: now };
  }
  const invocation = await invocationOf(session, signal);
  return invocation === null ? null : { by: 'usn', invocation, usn: String(session.root.usn), full: now };
}

/** Null: the cursor leads nowhere any more (another controller, a restored database, rights that were taken back). */
export async function changesSince(
  session: Session,
  cursor: Cursor,
  places: Places,
  signal: AbortSignal,
): Promise<Changes | null> {
  return cursor.by === 'dirsync'
    ? dirSync(session, cursor, places, signal).catch(nullIfRefused)
    : byNumber(session, cursor, signal);
}

/** No answer is no refusal: then nothing else may be tried in its place. */
function nullIfRefused(error: unknown): null {
  if (error instanceof ConnectorError && error.kind !== 'unavailable' && error.kind !== 'throttled') return null;
  throw error;
}

/** Nothing is both: the server goes past everything and answers with the cookie behind it. */
const nobody = '(&(objectClass=user)(objectClass=group))';

async function latestCookie(session: Session, signal: AbortSignal): Promise<Buffer> {
  const control = new DirSyncControl(Buffer.alloc(0));
  for await (const _rows of stream(session, control, nobody, ['1.1'], signal));
  return control.cookie;
}

async function* stream(
  session: Session,
  control: DirSyncControl,
  filter: string,
  attributes: readonly string[],
  signal: AbortSignal,
): AsyncGenerator<Row[], void, void> {
  do {
    control.more = false;
    yield await session.ask({ base: session.root.domain, filter, attributes }, control, signal);
  } while (control.more);
}

const isDeleted = (row: Row) => /^true$/i.test(textOf(row, 'isDeleted') ?? '');
const isNew = (row: Row) => row.values.has('whencreated');

/** One pass per kind of object: a tombstone does not say what it was, but the filter knows. The earliest cookie serves them all. */
async function dirSync(
  session: Session,
  cursor: Cursor & { by: 'dirsync' },
  places: Places,
  signal: AbortSignal,
): Promise<Changes> {
  const start = Buffer.from(cursor.cookie, 'base64');
  const first = new DirSyncControl(start);
  const changes = nothing(cursor);
  const email = emailPlace(places).toLowerCase();
  const watched = attributesRead(places).filter((name) => !/^(memberOf|distinguishedName)$/i.test(name));
  for await (const rows of stream(session, first, users, ['name', 'isDeleted', ...watched], signal))
    for (const row of rows) takeUser(changes, row, row.values.has(email));
  changes.cursor = { ...cursor, cookie: first.cookie.toString('base64') };
  const ofGroups = ['name', 'isDeleted', 'whenCreated', 'sAMAccountName', 'member'];
  for await (const rows of stream(session, new DirSyncControl(start), '(objectClass=group)', ofGroups, signal))
    for (const row of rows) takeGroup(changes, row);
  const ofContainers = ['name', 'isDeleted', 'whenCreated'];
  for await (const rows of stream(session, new DirSyncControl(start), containers, ofContainers, signal))
    if (rows.some((row) => !isDeleted(row) && !isNew(row) && row.values.has('name'))) changes.all = true;
  return changes;
}

function takeUser({ touched, renamed, gone }: Changes, row: Row, otherEmail: boolean): void {
  const id = guidOf(row);
  if (id === undefined) return;
  if (isDeleted(row)) {
    gone.add(id);
    return;
  }
  touched.add(id);
  if (otherEmail) renamed.add(row.dn);
}

/** Members that came are called `member;range=1-1`, those that left `member;range=0-0` ([MS-ADTS] 3.1.1.3.4.1.3). */
function takeGroup(changes: Changes, row: Row): void {
  const members = row.called.filter((name) => name.startsWith('member'));
  const whole = members.some((name) => !/^member;range=(1-1|0-0)$/.test(name));
  if (isDeleted(row) || whole) changes.all = true;
  for (const member of textsOf(row, 'member')) changes.regrouped.add(member);
  if (row.values.has('samaccountname') && !isNew(row)) changes.regrouped.add(row.dn);
}

const deletedObjects = (session: Session) => `CN=Deleted Objects,${session.root.domain}`;
const anything = '(objectClass=*)';

/**
 * Only who may read tombstones can tell a deletion from nothing, and DirSync too may keep them back. A container that shows none proves
 * nothing, so that everything is read until the first one is there.
 */
async function seesDeletions(session: Session, signal: AbortSignal): Promise<boolean> {
  const buried = {
    base: deletedObjects(session),
    scope: 'one',
    filter: '(isDeleted=TRUE)',
    attributes: [],
    deleted: true,
  } as const;
  try {
    for await (const rows of session.pages(buried, 1, signal)) if (rows.length > 0) return true;
    return false;
  } catch (error) {
    return nullIfRefused(error) ?? false;
  }
}

/** The id of the controller's database: a restored one has another, and numbers of its own. */
async function invocationOf(session: Session, signal: AbortSignal): Promise<string | null> {
  if (session.root.server === '') return null;
  const search = { base: session.root.server, scope: 'base', filter: anything, attributes: ['invocationId'] } as const;
  const [row] = (await session.all(search, signal).catch(nullIfRefused)) ?? [];
  const [bytes] = row?.values.get('invocationid') ?? [];
  return bytes === undefined ? null : bytes.toString('hex');
}

/** A changed group does not show who left it here, nor a changed container who is in it: then everything is read. */
async function byNumber(
  session: Session,
  cursor: Cursor & { by: 'usn' },
  signal: AbortSignal,
): Promise<Changes | null> {
  if ((await invocationOf(session, signal)) !== cursor.invocation) return null;
  const changes = nothing({ ...cursor, usn: String(session.root.usn) });
  const since = `(uSNChanged>=${BigInt(cursor.usn) + 1n})`;
  const base = session.root.domain;
  for (const row of await session.all({ base, filter: every(users, since), attributes: [] }, signal))
    takeUser(changes, row, true);
  const others = every(some(groups, containers), since);
  for (const row of await session.all({ base, filter: others, attributes: ['uSNCreated', 'objectClass'] }, signal))
    if (isGroup(row) || BigInt(textOf(row, 'uSNCreated') ?? '0') <= BigInt(cursor.usn)) changes.all = true;
  const tombstones = every('(isDeleted=TRUE)', some('(objectClass=user)', '(objectClass=group)'), since);
  const buried = {
    base: deletedObjects(session),
    filter: tombstones,
    attributes: ['isDeleted', 'objectClass'],
    deleted: true,
  };
  for (const row of await session.all(buried, signal))
    if (isGroup(row)) changes.all = true;
    else takeUser(changes, row, true);
  return changes;
}

const isGroup = (row: Row) => textsOf(row, 'objectClass').some((name) => name.toLowerCase() === 'group');
