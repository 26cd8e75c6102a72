import { encode } from './codec.ts';
import { countAt, documentAt, missing } from './command-argument.ts';
import type { Call, Reply, Server } from './commands/call.ts';
import { checkFields } from './commands/fields.ts';
import { sessionId } from './commands/service.ts';
import { COMMANDS, type Command, GENERIC_FIELDS } from './commands/table.ts';
import type { Client } from './cursors.ts';
import { createDeadline } from './deadline.ts';
import { badValue, MongoError, notSupported } from './mongo-error.ts';
import { toDouble } from './query/number.ts';
import { type Document, isNumeric } from './query/value.ts';

/** Runs one command and gives its reply as BSON; an error becomes MongoDB's error reply. Never rejects. */
export async function dispatch(
  server: Server,
  client: Client,
  body: Document,
  log: (line: string) => void,
): Promise<Buffer> {
  try {
    const reply = await run(server, client, body);
    return Buffer.isBuffer(reply) ? reply : encode({ ...reply, ok: 1 });
  } catch (error) {
    return encode(errorReply(error, log));
  }
}

async function run(server: Server, client: Client, body: Document): Promise<Reply> {
  const [name = ''] = Object.keys(body);
  const command = COMMANDS.get(name);
  if (!command) throw new MongoError(59, 'CommandNotFound', `no such command: '${name}'`);
  if (typeof body.$db !== 'string' || body.$db === '') throw missing('$db');
  checkArguments(name, command, body);
  const deadline = createDeadline(countAt(body, 'maxTimeMS'), client.isGone);
  const call: Call = { server, client, db: body.$db, name, command: body, session: sessionId(body.lsid), deadline };
  return command.run(call);
}

function checkArguments(name: string, command: Command, body: Document): void {
  const fields = [name, ...command.fields, ...GENERIC_FIELDS.fields];
  const refused = [...(command.refused ?? []), ...(GENERIC_FIELDS.refused ?? [])];
  checkFields(name, body, { fields, refused });
  checkWriteConcern(documentAt(body, 'writeConcern'));
  const level = documentAt(body, 'readConcern')?.level ?? 'local';
  if (level !== 'local' && level !== 'available' && level !== 'majority')
    throw notSupported(`The read concern level '${level}' needs a replica set`);
}

const WRITE_CONCERN_FIELDS = ['w', 'j', 'fsync', 'wtimeout', 'provenance'];

function checkWriteConcern(concern: Document | undefined): void {
  if (!concern) return;
  checkFields('writeConcern', concern, { fields: WRITE_CONCERN_FIELDS });
  const { w = 1 } = concern;
  if (w === 'majority' || (isNumeric(w) && [0, 1].includes(toDouble(w)))) return;
  throw badValue(
    isNumeric(w)
      ? "cannot use 'w' > 1 when a host is not replicated"
      : `cannot use non-majority 'w' mode ${w} when a host is not a member of a replica set`,
  );
}

function errorReply(error: unknown, log: (line: string) => void): Document {
  if (error instanceof MongoError) {
    const { code, codeName, message, extra } = error;
    return { ok: 0, errmsg: message, code, codeName, ...extra };
  }
  log(`a command failed: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
  return {
    ok: 0,
    errmsg: `internal error of the built-in store: ${String(error)}`,
    code: 1,
    codeName: 'InternalError',
  };
}
