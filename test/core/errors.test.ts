import { describe, expect, it } from 'vitest';
import { broken, ConnectorError, refused, remedies } from '../../src/core/errors.ts';

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
    for (const [kind, remedy] of Object.entries(remedies)) {
      expect(new ConnectorError(kind as keyof typeof remedies, 'none', 'x').remedy).toBe(remedy);
    }
    const cause = new Error('reset');
    const error = new ConnectorError('throttled', 'unknown', 'slow down', { remedy: 'Wait.', retryAfter: 5, cause });
    expect(error).toMatchObject({ kind: 'throttled', effect: 'unknown', remedy: 'Wait.', retryAfter: 5, cause });
  });
});
