import { describe, expect, it } from 'vitest';
import { target } from '../../../connectors/google-workspace/index.ts';
import { connectorFor } from '../../../src/core/connector.ts';

const namesIn = (connection: Record<string, unknown>) =>
  connectorFor(target as never, connection).attributes.map(({ name }) => name);

describe('the shape of an app in Google Workspace', () => {
  it('has no groups where they are switched off, and the attributes its connection adds', () => {
    expect(namesIn({})).toContain('groups');
    const off = { options: { groups: false, attributes: { costCentre: 'HR.costCentre' } } };
    expect(namesIn(off)).not.toContain('groups');
    expect(namesIn(off)).toContain('costCentre');
    expect(connectorFor(target as never, off).capabilities.entitlements).toBe(false);
  });

  it('is as by default while the connection is unfinished or wrong', () => {
    for (const wrong of [{ options: 7 }, { options: { groups: '${GROUPS}' } }, { auth: null }])
      expect(namesIn(wrong)).toEqual(namesIn({}));
  });

  it('takes no attribute under a name that is taken', () => {
    const auth = { issuer: 'a@b.example', subject: 'ada@acme.test', privateKey: '${GOOGLE_PRIVATEKEY}' };
    const problem = (name: string) =>
      target.config.safeParse({ auth, options: { attributes: { [name]: 'HR.x' } } }).error;
    expect(problem('costCentre')).toBeUndefined();
    for (const taken of ['title', 'groups']) expect(problem(taken)?.issues[0]?.message).toContain('no other attribute');
  });
});
