import { aggregate } from './aggregate.ts';
import type { Call, Reply } from './call.ts';
import { explain } from './explain.ts';
import type { KnownFields } from './fields.ts';
import { count, distinct, find, getMore, killCursors } from './read.ts';
import {
  collMod,
  create,
  createIndexes,
  drop,
  dropDatabase,
  dropIndexesCommand,
  listCollections,
  listDatabases,
  listIndexes,
} from './schema.ts';
import { buildInfo, endSessions, hello, ping, serverStatus } from './service.ts';
import { findAndModify, insert, remove, update } from './write.ts';

export interface Command extends KnownFields {
  readonly run: (call: Call) => Reply | Promise<Reply>;
}

const words = (text: string) => text.trim().split(/\s+/);

const command = (run: Command['run'], fields: string, refused = ''): Command => ({
  run,
  fields: words(fields),
  refused: refused ? words(refused) : [],
});

const HELLO = command(
  hello,
  'helloOk client compression topologyVersion maxAwaitTimeMS backpressure saslSupportedMechs loadBalanced',
  'speculativeAuthenticate',
);
const FIND_AND_MODIFY = command(
  findAndModify,
  'query sort update remove new upsert fields arrayFilters hint collation bypassDocumentValidation',
  'let encryptionInformation sampleId',
);

/** What mongoose, Agenda and Rollcall send: the one list of commands and their fields. Everything else is refused. */
export const COMMANDS: ReadonlyMap<string, Command> = new Map([
  ['hello', HELLO],
  ['ismaster', HELLO],
  ['isMaster', HELLO],
  ['ping', command(ping, '')],
  ['buildInfo', command(buildInfo, '')],
  ['buildinfo', command(buildInfo, '')],
  ['serverStatus', command(serverStatus, 'repl metrics locks')],
  ['endSessions', command(endSessions, '')],
  ['insert', command(insert, 'documents ordered bypassDocumentValidation', 'encryptionInformation')],
  ['update', command(update, 'updates ordered bypassDocumentValidation', 'let encryptionInformation')],
  ['delete', command(remove, 'deletes ordered', 'let encryptionInformation')],
  ['findAndModify', FIND_AND_MODIFY],
  ['findandmodify', FIND_AND_MODIFY],
  [
    'find',
    command(
      find,
      'filter sort projection skip limit batchSize singleBatch hint collation noCursorTimeout allowDiskUse allowPartialResults oplogReplay',
      'let tailable awaitData min max returnKey showRecordId encryptionInformation',
    ),
  ],
  ['getMore', command(getMore, 'collection batchSize')],
  ['killCursors', command(killCursors, 'cursors')],
  [
    'aggregate',
    command(
      aggregate,
      'pipeline cursor hint collation allowDiskUse bypassDocumentValidation',
      'let explain encryptionInformation',
    ),
  ],
  ['count', command(count, 'query limit skip hint collation fields')],
  ['distinct', command(distinct, 'key query hint collation')],
  ['explain', command(explain, 'verbosity')],
  [
    'create',
    command(
      create,
      'collation',
      `capped size max timeseries expireAfterSeconds clusteredIndex changeStreamPreAndPostImages validator validationLevel
      validationAction viewOn pipeline storageEngine indexOptionDefaults encryptedFields idIndex autoIndexId`,
    ),
  ],
  ['drop', command(drop, '')],
  ['dropDatabase', command(dropDatabase, '')],
  ['createIndexes', command(createIndexes, 'indexes commitQuorum')],
  ['listIndexes', command(listIndexes, 'cursor')],
  ['dropIndexes', command(dropIndexesCommand, 'index')],
  [
    'collMod',
    command(
      collMod,
      'index',
      'validator validationLevel validationAction viewOn pipeline expireAfterSeconds changeStreamPreAndPostImages',
    ),
  ],
  ['listCollections', command(listCollections, 'filter nameOnly authorizedCollections cursor')],
  ['listDatabases', command(listDatabases, 'filter nameOnly authorizedDatabases')],
]);

/** What any command may carry. */
export const GENERIC_FIELDS: KnownFields = {
  fields: words(
    `$db lsid $clusterTime $readPreference readConcern writeConcern maxTimeMS comment apiVersion apiDeprecationErrors
    $audit $client $configServerState`,
  ),
  refused: words('apiStrict txnNumber startTransaction autocommit'),
};
