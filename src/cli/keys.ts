import type { Command } from 'commander';
import type { KeyRotation } from '../engine/rotate-keys.ts';
import { printJson, progress } from './print.ts';
import { withRollcall } from './session.ts';

export function addKeys(program: Command): void {
  const keys = program.command('keys').description('the keys that seal stored secrets');
  keys
    .command('rotate')
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
  const began = source === 'file' && !made ? ['Went on with a rotation that was begun earlier.'] : [];
  const lines = [`Everything is sealed under key ${key}, ${made ? 'a new one' : 'the newest one'} of ${place}.`];
  if (unreadable.length > 0) lines[0] = `Key ${key} is the newest one of ${place}.`;
  return [...began, ...lines, sealedLine(sealed), ...spareLines(rotation), ...unreadable.map(unreadableLine(place))];
}

const sealedLine = (sealed: number): string =>
  sealed === 1 ? '1 secret was sealed anew.' : `${sealed} secrets were sealed anew.`;

function spareLines({ source, spare }: KeyRotation): string[] {
  if (spare.length === 0) return [];
  const [words, are] = spare.length === 1 ? [`Key ${spare[0]}`, 'is'] : [`Keys ${spare.join(', ')}`, 'are'];
  const gone = 'Links to one-time pages that were sent under an older key no longer open then: ask for new ones.';
  if (source === 'file') return [`${words} ${are} no longer used and was taken out of the file.`, gone];
  return [`${words} ${are} no longer used: take ${spare.length === 1 ? 'it' : 'them'} out of ROLLCALL_KEYS.`, gone];
}

const unreadableLine =
  (place: string) =>
  ({ key, count }: KeyRotation['unreadable'][number]): string =>
    `${count === 1 ? '1 secret' : `${count} secrets`} under key ${key} could not be opened: put that key back into ${place} and rotate again.`;
