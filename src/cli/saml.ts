import { type Command, Option } from 'commander';
import { refused } from '../core/errors.ts';
import { momentWord } from '../core/quarantine.ts';
import { Duration, milliseconds } from '../core/time-schema.ts';
import { writeText } from './file.ts';
import { onOneLine, printJson, tableLines } from './print.ts';
import { importVerb } from './saml-import.ts';
import { keyLines, rotationWarning } from './saml-words.ts';
import { addVerbs, type Change, type Given, type Verb } from './verb.ts';
import { wrongUse } from './wrong-use.ts';

/** `rollcall saml …`: Rollcall as the identity provider. */
export function addSaml(program: Command): void {
  const saml = program
    .command('saml')
    .description('signing on to apps by SAML, with Rollcall as the identity provider');
  addVerbs(saml, verbs);
}

const verbs: readonly Verb[] = [
  {
    usage: 'addresses',
    audience: 'auditors',
    description: 'what an app has to be told of this identity provider',
    show: showAddresses,
  },
  {
    usage: 'metadata [file]',
    audience: 'auditors',
    description: 'write our metadata, which says all of that, to a file or to standard output',
    show: writeMetadata,
  },
  {
    usage: 'keys',
    audience: 'auditors',
    description: 'list the keys that sign, or will, with the ends of their certificates',
    async show({ session, options }) {
      const keys = await session.engine.useCases.signingKeys();
      if (options.json) return printJson(keys);
      for (const line of keyLines(keys)) console.log(line);
    },
  },
  {
    usage: 'rotate',
    audience: 'admins',
    description: 'make a new signing key; the one before is believed until it has taken over',
    options: [
      new Option('--overlap <span>', 'how long both stand in the metadata before it signs, and after').default(
        '14 days',
      ),
      new Option('--now', 'it signs at once, and no other is believed any more: for a key that was stolen'),
    ],
    prepare: prepareRotation,
  },
  importVerb,
];

async function showAddresses({ session, options }: Given): Promise<void> {
  const addresses = await session.engine.useCases.signOnAddresses();
  noteLoopback(addresses.entityId);
  if (options.json) return printJson(addresses);
  const rows = [
    ['entity id (issuer)', addresses.entityId],
    ['sign-on (redirect and POST)', addresses.signOn],
    ['metadata', addresses.metadata],
  ];
  for (const line of tableLines(rows)) console.log(line);
}

/** Beside the answer, so that what reads the answer is not disturbed. */
function noteLoopback(address: string): void {
  if (/^(localhost|127\..*|\[::1\])$/.test(new URL(address).hostname))
    console.error('note: this is an address of this machine alone; set PUBLIC_URL before apps are told about it');
}

async function writeMetadata({ session, args: [file = '-'], options }: Given): Promise<void> {
  const metadata = await session.engine.useCases.signOnMetadata();
  noteLoopback((await session.engine.useCases.signOnAddresses()).entityId);
  if (file !== '-') await writeText(file, once(metadata));
  if (options.json) return printJson({ metadata });
  if (file === '-') process.stdout.write(metadata.endsWith('\n') ? metadata : `${metadata}\n`);
  else console.log(`Wrote ${file}: give it to whoever runs the app.`);
}

async function* once(text: string): AsyncGenerator<string> {
  yield text;
}

async function prepareRotation({ session, options }: Given): Promise<Change> {
  const { engine, actor, opened } = session;
  const overlap = options.now === true ? 0 : spanOf(options.overlap ?? '');
  const config = (await opened.store.config.read())?.config;
  if (overlap > 0) await checkWaiting(session);
  const apps = (config?.apps ?? []).filter(({ saml }) => saml !== undefined).map(({ name }) => name);
  if (options.json !== true)
    for (const line of rotationWarning(apps, overlap, Date.now())) console.log(onOneLine(line));
  return {
    question: overlap === 0 ? 'Make a new key, and believe no other from now on?' : 'Make a new key?',
    async act() {
      const keys = await engine.useCases.rotateSigningKey(overlap, actor);
      return { text: keyLines(keys).join('\n'), keys };
    },
  };
}

/** Asked before anything is said of what a rotation would do; the rotation itself asks again. */
async function checkWaiting({ engine }: Given['session']): Promise<void> {
  const waiting = (await engine.useCases.signingKeys()).find(({ state }) => state === 'waiting');
  if (waiting === undefined) return;
  throw refused(
    'rotation-under-way',
    `the key ${waiting.id} waits to sign until ${momentWord(waiting.signsFrom)}`,
    'Wait until then; or give --now where a key was stolen.',
  );
}

function spanOf(text: string): number {
  if (Duration.safeParse(text).success) return milliseconds(text);
  throw wrongUse(`--overlap ${text} is no span of time`, 'Write a number and a unit, such as "14 days".');
}
