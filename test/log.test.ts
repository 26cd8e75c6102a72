import { describe, expect, it } from 'vitest';
import { createLog, createScrubber } from '../src/log.ts';

/** What is written for these fields and this message. */
function written(fields: object, message: string, secrets: readonly string[] = []): string {
  const lines: string[] = [];
  const scrubber = createScrubber();
  for (const secret of secrets) scrubber.learn(secret);
  createLog('debug', scrubber, { write: (line) => void lines.push(line) }).info(fields, message);
  return lines.join('');
}

describe('the log', () => {
  it('takes e-mail addresses out of whatever others say', () => {
    for (const address of ['zoe@acme.test', "zoe.o'neil+crm@mail.acme.co.uk", 'ZOE_1%x@ACME.TEST'])
      expect(written({ error: new Error(`taken: <${address}>`) }, `no ${address}, no`)).not.toMatch(/acme/i);
    expect(written({}, 'no zoe@acme.test, no')).toContain('no [address], no');
  });

  it('leaves alone what is none', () => {
    const text = 'in node_modules/@slack/bolt@5 at #access: 3 @ 5, U0ADA00001';
    expect(written({ text }, text).split(text)).toHaveLength(3);
  });

  it('takes out secrets it was told of, and what looks like one', () => {
    const said = written(
      { deep: { list: ['a-secret-of-ours', 'xoxb-1-abc'], uri: 'mongodb://me:word@host/x' } },
      'Bearer abcdef123',
      ['a-secret-of-ours'],
    );
    expect(said).not.toMatch(/of-ours|xoxb-1|me:word|abcdef123/);
  });
});
