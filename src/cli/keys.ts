import type { Command } from 'commander';
import type { KeyRotation } from '../engine/secret/rotate-keys.ts';
import { printJson, progress } from './print.ts';
import { meantFor } from './right.ts';
import { withRollcall } from './session.ts';

export function addKeys(program: Command): void {
  const keys = program.command('keys').description('the keys that seal stored secrets');
  meantFor(keys.command('rotate'), 'admins')
    .description('seal every stored secret anew under the newest key; where there is a key file, under a new one')
    .option('--json', 'print JSON')
    .action((options: { json?: boolean }, command: Command) =>
      withRollcall(command, async ({ engine, actor }) => {
        const bar = progress('secrets');
        const rotation = await engine.rotateKeys(actor, (sealed) => bar.at(sealed)).finally(() => bar.end());
        if (options.json) printJson(rotation);
        else for (const line of rotationLines(rotation)) console.log(line);
        if (rotation.unreadable.length > 0) process.exitCode = 1;
      }),
    );
}

/** What a rotation did, in full sentences. */
export function rotationLines(rotation: KeyRotation): string[] {
  const { key, source, place, made, sealed, unreadable } = rotation;
  if (key === null) return ['No sealing key was needed yet, so there is nothing to rotate.'];
  const newest = `${made ? 'a new one' : 'the newest one'} of ${place}`;
  return [
    ...(source === 'file' && !made ? ['Went on with a rotation that was begun earlier.'] : []),
    unreadable.length === 0 ? `Everything is sealed under key ${key}, ${newest}.` : `The key is ${key}, ${newest}.`,
    sealed === 1 ? '1 secret was sealed anew.' : `${sealed} secrets were sealed anew.`,
    ...spareLines(rotation),
    ...unreadable.map((left) => unreadableLine(left, place)),
  ];
}

function spareLines({ source, spare, relinked }: KeyRotation): string[] {
  if (spare.length === 0) return [];
  const one = spare.length === 1;
  const unused = `${one ? 'Key' : 'Keys'} ${spare.join(', ')} ${one ? 'is' : 'are'} no longer used`;
  if (source === 'environment')
    return [
      `${unused}: take ${one ? 'it' : 'them'} out of ROLLCALL_KEYS. Links to one-time pages that were sent under ${one ? 'it' : 'them'} open until then, and for three days at most.`,
    ];
  const people = relinked === 1 ? 'One person gets' : `${relinked} people get`;
  return [
    `${unused} and ${one ? 'was' : 'were'} taken out of the file.`,
    ...(relinked > 0 ? [`${people} a new link in Slack: the one they have went with the old key.`] : []),
    'A link to set a password that was sent before no longer opens: `/provision password` gives a new one.',
  ];
}

function unreadableLine({ key, count, held }: KeyRotation['unreadable'][number], place: string): string {
  const them = `${count === 1 ? '1 secret' : `${count} secrets`} under key ${key} could not be opened`;
  return held
    ? `${them}: changed in the store by somebody else, and lost. The key stays meanwhile.`
    : `${them}: put that key back into ${place}, behind the newest one, and rotate again.`;
}
