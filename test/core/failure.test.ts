import { describe, expect, it } from 'vitest';
import { ConnectorError, type FailureKind, failureWords } from '../../src/core/errors.ts';
import { isFailureKind, troubleOf } from '../../src/core/failure.ts';

const noon = 1_700_000_000_000;

describe('a failure', () => {
  it('of the credentials reads Invalid authentication first, and names the connection to renew', () => {
    const error = new ConnectorError('auth', 'none', 'crm answered 401.');
    expect(troubleOf(error, 'crm', noon)).toEqual({
      kind: 'auth',
      message: 'Invalid authentication: crm answered 401.',
      remedy: 'Renew the connection of crm: its credentials are no longer taken. Then retry.',
      at: noon,
    });
    const said = new ConnectorError('auth', 'none', 'Invalid authentication');
    expect(troubleOf(said, 'crm', noon).message).toBe('Invalid authentication');
  });

  it('keeps the remedy its connector knows, and gets the one of the table otherwise, with the name of the app', () => {
    for (const kind of Object.keys(failureWords) as FailureKind[]) {
      const own = new ConnectorError(kind, 'none', 'x', { remedy: 'Turn it off and on.' });
      expect(troubleOf(own, 'crm', noon).remedy).toBe('Turn it off and on.');
      const general = troubleOf(new ConnectorError(kind, 'none', 'x'), 'crm', noon);
      expect(general.remedy).toBe(failureWords[kind].remedy('crm'));
      expect(general.remedy).not.toContain('the app ');
    }
  });

  it('is told from troubles of our own', () => {
    expect(isFailureKind('unavailable')).toBe(true);
    for (const own of ['threshold', 'match', 'paused', 'window', 'incomplete', 'toString'])
      expect(isFailureKind(own), own).toBe(false);
  });
});
