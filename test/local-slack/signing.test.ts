import { isValidSlackRequest } from '@slack/bolt';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { signedHeaders } from '../../src/local-slack/signing.ts';

const accepted = (signingSecret: string, body: string, headers: ReturnType<typeof signedHeaders>): boolean =>
  isValidSlackRequest({
    signingSecret,
    body,
    headers: {
      'x-slack-signature': headers['x-slack-signature'],
      'x-slack-request-timestamp': Number(headers['x-slack-request-timestamp']),
    },
  });

test('Bolt accepts every body that we sign, and none that was changed since', () => {
  const now = Math.floor(Date.now() / 1000);
  fc.assert(
    fc.property(fc.string({ minLength: 1 }), fc.string(), fc.string({ minLength: 1 }), (secret, body, extra) => {
      const headers = signedHeaders(secret, now, body);
      expect(accepted(secret, body, headers)).toBe(true);
      expect(accepted(secret, body + extra, headers)).toBe(false);
      expect(accepted(secret + extra, body, headers)).toBe(false);
    }),
  );
});
