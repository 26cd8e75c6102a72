import { type Command, InvalidArgumentError, Option } from 'commander';
import { momentWord } from '../core/quarantine.ts';
import { Duration, milliseconds } from '../core/time-schema.ts';
import { printJson } from './print.ts';
import { meantFor } from './right.ts';
import { type Session, withRollcall } from './session.ts';
import { wrongUse } from './wrong-use.ts';

type Options = { json?: boolean; list?: boolean; revoke?: boolean; lifetime: string; overlap: string };

export function addDirectory(program: Command): void {
  const directory = program.command('directory').description('directories that are pushed to by SCIM');
  meantFor(directory.command('token'), 'admins')
    .description('make a token by which a source pushes to the directory; it is shown this once')
    .argument('<name>', 'of a directory of the connector scim-inbound')
    .addOption(span('--lifetime <span>', 'how long it holds', '365 days'))
    .addOption(span('--overlap <span>', 'how long the one before holds beside it; "0 days" ends it now', '7 days'))
    .option('--list', 'make none: list those that hold, without what they say')
    .option('--revoke', 'make none: end all that hold, at once')
    .option('--json', 'print JSON')
    .action((name: string, options: Options, command: Command) =>
      withRollcall(
        command,
        async (session) => {
          const { list, revoke } = options;
          if (list && revoke) throw wrongUse('--list and --revoke exclude each other', 'Give one of the two.');
          if (list) await listTokens(session, name, options);
          else if (revoke) await revokeTokens(session, name, options);
          else await makeToken(session, name, options);
        },
        options.list ? 'auditors' : 'admins',
      ),
    );
}

const span = (flags: string, description: string, value: string): Option =>
  new Option(flags, description).default(value).argParser((text) => {
    if (Duration.safeParse(text).success) return text;
    throw new InvalidArgumentError('Write a number and a unit, such as "7 days".');
  });

async function makeToken({ engine, actor }: Session, name: string, { json, lifetime, overlap }: Options) {
  const term = { lifetime: milliseconds(lifetime), overlap: milliseconds(overlap) };
  const made = await engine.inbound.makePushToken(name, term, actor);
  if (json) return printJson(made);
  console.log(made.token);
  console.log('This is the token; it is kept nowhere and cannot be shown again.');
  console.log(`It holds until ${momentWord(made.endsAt)}.`);
  if (made.olderUntil !== null) console.log(`The one before holds until ${momentWord(made.olderUntil)}.`);
}

async function listTokens({ engine }: Session, name: string, { json }: Options) {
  const tokens = await engine.inbound.pushTokens(name);
  if (json) return printJson(tokens);
  for (const { by, madeAt, endsAt } of tokens)
    console.log(`made at ${momentWord(madeAt)} by ${by.name}, holds until ${momentWord(endsAt)}`);
  if (tokens.length === 0) console.log(`No token holds: nothing can be pushed to ${name}.`);
}

async function revokeTokens({ engine, actor }: Session, name: string, { json }: Options) {
  const ended = await engine.inbound.endPushTokens(name, actor);
  if (json) return printJson({ ended });
  console.log(ended ? `No token holds any more: nothing can be pushed to ${name}.` : 'No token held.');
}
