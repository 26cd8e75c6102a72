import { expect, it } from 'vitest';
import { appStatus } from '../../blocks/status.ts';

const noon = Date.parse('2026-07-06T12:00:00Z');

it('an app in quarantine says why, since when, when it is tried next, and how to try it now', () => {
  const quarantine = {
    ...{ since: noon, kind: 'auth' as const, nextTry: noon + 3_600_000, tries: 2 },
    reason: 'Invalid authentication: crm answered 401 <!channel>.',
  };
  const health = { pausedUntil: null, reason: null, quarantine };
  const { text } = appStatus({ app: 'crm', title: 'CRM', words: { provisioned: 3 }, health }, [], false);
  expect(text).toContain('in quarantine since');
  expect(text).toContain('2026-07-06 12:00 UTC');
  expect(text).toContain('Invalid authentication: crm answered 401 &lt;!channel&gt;.');
  expect(text).toContain('Only leaving goes on; next try');
  expect(text).toContain('2026-07-06 13:00 UTC');
  expect(text).toContain('`/provision retry crm`');
});
