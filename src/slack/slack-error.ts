import { WebAPIPlatformError, WebAPIRateLimitedError } from '@slack/web-api';

/** Slack's own error word (`channel_not_found`), `ratelimited`, or null when Slack did not answer at all. */
export function slackErrorOf(error: unknown): string | null {
  if (error instanceof WebAPIPlatformError) return error.data.error;
  return error instanceof WebAPIRateLimitedError ? 'ratelimited' : null;
}

/** How long Slack asks us to wait, milliseconds; null when it does not. */
export const waitOf = (error: unknown): number | null =>
  error instanceof WebAPIRateLimitedError ? error.retryAfter * 1000 : null;

/** A short, secret-free account of a failed call for the log. */
export const describeError = (error: unknown): { error: string } => ({
  error: slackErrorOf(error) ?? (error instanceof Error ? `${error.name}: ${error.message}` : String(error)),
});
