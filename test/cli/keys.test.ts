import { describe, expect, it } from 'vitest';
import { rotationLines } from '../../src/cli/keys.ts';
import type { KeyRotation } from '../../src/engine/secret/rotate-keys.ts';

const none = { sealed: 0, relinked: 0, spare: [], unreadable: [] };
const inFile = (change: Partial<KeyRotation>): string[] =>
  rotationLines({ source: 'file', place: '/data/keys', key: 'new', made: true, ...none, ...change });
const inEnvironment = (change: Partial<KeyRotation>): string[] =>
  rotationLines({ source: 'environment', place: 'ROLLCALL_KEYS', key: 'new', made: false, ...none, ...change });

describe('a rotation in the terminal', () => {
  it('says what became of the key file, and of links people have', () => {
    expect(inFile({ sealed: 12, relinked: 2, spare: ['old'] })).toEqual([
      'Everything is sealed under key new, a new one of /data/keys.',
      '12 secrets were sealed anew.',
      'Key old is no longer used and was taken out of the file.',
      '2 people get a new link in Slack: the one they have went with the old key.',
      'A link to set a password that was sent before no longer opens: `/provision password` gives a new one.',
    ]);
  });

  it('says that it went on, and that nothing was needed', () => {
    expect(inFile({ made: false, sealed: 1, spare: ['a', 'b'] }).slice(0, 4)).toEqual([
      'Went on with a rotation that was begun earlier.',
      'Everything is sealed under key new, the newest one of /data/keys.',
      '1 secret was sealed anew.',
      'Keys a, b are no longer used and were taken out of the file.',
    ]);
    expect(inFile({ key: null })).toEqual(['No sealing key was needed yet, so there is nothing to rotate.']);
  });

  it('says which keys can be taken out of ROLLCALL_KEYS, and takes none', () => {
    expect(inEnvironment({ sealed: 3, spare: ['old'] })).toEqual([
      'Everything is sealed under key new, the newest one of ROLLCALL_KEYS.',
      '3 secrets were sealed anew.',
      'Key old is no longer used: take it out of ROLLCALL_KEYS. Links to one-time pages that were sent under it open until then, and for three days at most.',
    ]);
    expect(inEnvironment({})).toHaveLength(2);
  });

  it('does not say everything where something could not be opened', () => {
    const unreadable = [
      { key: 'lost', count: 2, held: false },
      { key: 'old', count: 1, held: true },
    ];
    expect(inEnvironment({ unreadable })).toEqual([
      'The key is new, the newest one of ROLLCALL_KEYS.',
      '0 secrets were sealed anew.',
      '2 secrets under key lost could not be opened: put that key back into ROLLCALL_KEYS, behind the newest one, and rotate again.',
      '1 secret under key old could not be opened: changed in the store by somebody else, and lost. The key stays meanwhile.',
    ]);
  });
});
