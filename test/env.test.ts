import { describe, expect, it } from 'vitest';
import { readEnv } from '../src/env.ts';

const [first, second] = [Buffer.alloc(32, 1), Buffer.alloc(32, 2)];

/** What `readEnv` says about the variables. */
function saidOf(source: Record<string, string>): string {
  try {
    readEnv(source);
    return '';
  } catch (error) {
    return String(error);
  }
}

describe('ROLLCALL_KEYS', () => {
  it('is read newest first, in any of its forms', () => {
    const { keys } = readEnv({ ROLLCALL_KEYS: `${first.toString('base64')}, ${second.toString('hex')}` });
    expect(keys?.map((bytes) => bytes[0])).toEqual([1, 2]);
  });

  it.each([undefined, '', '  '])('is not set when it is %j', (value) => {
    expect(readEnv(value === undefined ? {} : { ROLLCALL_KEYS: value }).keys).toBeUndefined();
  });

  it('is refused as part of the environment, each wrong key named by its place and never by its value', () => {
    const short = Buffer.alloc(16, 3).toString('base64');
    const doubled = second.toString('base64url');
    const value = [short, second.toString('base64'), '', doubled, 'not a key!'].join(',');
    const said = saidOf({ ROLLCALL_KEYS: value });
    expect(said).toContain('ROLLCALL_KEYS: key 1 of 5 is 16 bytes long instead of 32');
    expect(said).toContain('ROLLCALL_KEYS: key 3 of 5 is blank');
    expect(said).toContain('ROLLCALL_KEYS: key 4 of 5 is the same as key 2');
    expect(said).toContain('ROLLCALL_KEYS: key 5 of 5 is neither base64 nor hex');
    for (const secret of [short, doubled, second.toString('base64'), 'not a key!']) expect(said).not.toContain(secret);
    expect(() => readEnv({ ROLLCALL_KEYS: value })).toThrow(expect.objectContaining({ code: 'environment' }));
  });
});

describe('LOCAL_SLACK_*', () => {
  it('says how the local workspace delivers, and what goes wrong there', () => {
    expect(readEnv({}).slack).toEqual({ mode: 'local' });
    const { slack } = readEnv({ LOCAL_SLACK_TRANSPORT: 'socket', LOCAL_SLACK_FAULTS: '7' });
    expect(slack).toEqual({ mode: 'local', socketMode: true, faults: 7 });
    expect(readEnv({ LOCAL_SLACK_TRANSPORT: 'http' }).slack).toEqual({ mode: 'local', socketMode: false });
  });

  it('is refused where it says neither, or no number', () => {
    const said = saidOf({ LOCAL_SLACK_TRANSPORT: 'pigeon', LOCAL_SLACK_FAULTS: 'often' });
    expect(said).toContain('LOCAL_SLACK_TRANSPORT');
    expect(said).toContain('LOCAL_SLACK_FAULTS: write a seed');
  });
});
