import { describe, expect, it } from 'vitest';
import { broken, ConnectorError, type FailureKind, failureWords, refused } from '../../src/core/errors.ts';

describe('errors', () => {
  it('are classed by what the caller does next', () => {
    expect(refused('x', 'what', 'how')).toMatchObject({
      name: 'RollcallError',
      code: 'x',
      next: 'show',
      message: 'what',
      remedy: 'how',
    });
    expect(broken('x', 'what').next).toBe('crash');
  });

  it('of a connector carry a remedy for each kind, unless it knows a better one', () => {
    for (const [kind, { reason, remedy }] of Object.entries(failureWords)) {
      const error = new ConnectorError(kind as FailureKind, 'none', 'x');
      expect(error.remedy).toBe(remedy('the app'));
      expect(`${reason}. ${error.remedy}`).toMatch(/^[A-Z].*\. [A-Z].*\.$/);
    }
    const cause = new Error('reset');
    const error = new ConnectorError('throttled', 'unknown', 'slow down', { remedy: 'Wait.', retryAfter: 5, cause });
    expect(error).toMatchObject({ kind: 'throttled', effect: 'unknown', remedy: 'Wait.', retryAfter: 5, cause });
  });
});
