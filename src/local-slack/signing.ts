import { createHmac } from 'node:crypto';

/**
 * The headers by which an app knows that a request is Slack's: v0 HMAC-SHA256 over `v0:<seconds>:<body>`.
 * @see https://docs.slack.dev/authentication/verifying-requests-from-slack
 */
export const signedHeaders = (secret: string, seconds: number, body: string) => ({
  'x-slack-request-timestamp': String(seconds),
  'x-slack-signature': `v0=${createHmac('sha256', secret).update(`v0:${seconds}:${body}`).digest('hex')}`,
});
