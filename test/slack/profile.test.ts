import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { profileOf, refusalOf } from '../../src/slack/profile.ts';

const ours = { id: 'T1', enterprise: null };
const grid = { id: 'T1', enterprise: 'E1' };
const user = (change: object = {}) => ({
  id: 'U1',
  team_id: 'T1',
  real_name: 'Zoe',
  profile: { email: 'zoe@acme.test' },
  ...change,
});
const refusal = (change: object, team: typeof ours | typeof grid = ours) => refusalOf(profileOf(user(change), team));

describe('who may use Rollcall', () => {
  it('takes a full member', () => {
    expect(profileOf(user(), ours)).toEqual({
      email: 'zoe@acme.test',
      name: 'Zoe',
      guest: false,
      bot: false,
      deleted: false,
      stranger: false,
    });
    expect(refusal({})).toBeNull();
  });

  it.each([
    ['a guest', { is_restricted: true }, 'guests'],
    ['a single-channel guest', { is_ultra_restricted: true }, 'guests'],
    ['an app', { is_bot: true }, 'not apps'],
    ['an app’s user', { is_app_user: true }, 'not apps'],
    ['Slackbot', { id: 'USLACKBOT' }, 'not apps'],
    ['a deactivated account', { deleted: true }, 'deactivated'],
    ['a stranger', { is_stranger: true }, 'own organisation'],
    ['somebody of another team', { team_id: 'T2' }, 'own organisation'],
    ['somebody of no team', { team_id: undefined }, 'own organisation'],
    [
      'somebody of another organisation',
      { team_id: 'T2', enterprise_user: { enterprise_id: 'E2' } },
      'own organisation',
    ],
  ])('refuses %s', (_who, change, sentence) => {
    expect(refusal(change)).toContain(sentence);
    expect(refusal(change, grid)).toContain(sentence);
  });

  it('takes another workspace of the same organisation', () => {
    const sister = { team_id: 'T2', enterprise_user: { enterprise_id: 'E1' } };
    expect(refusal(sister, grid)).toBeNull();
    expect(refusal(sister, ours)).not.toBeNull();
  });

  it('reads nobody out of what is no user', () => {
    for (const nobody of [undefined, null, {}, { id: 1 }, 'U1']) expect(() => profileOf(nobody, ours)).toThrow();
  });

  it('never makes a member of somebody with one wrong sign', () => {
    const signs = fc.record({
      is_restricted: fc.boolean(),
      is_ultra_restricted: fc.boolean(),
      is_bot: fc.boolean(),
      deleted: fc.boolean(),
      is_stranger: fc.boolean(),
      team_id: fc.constantFrom('T1', 'T2'),
    });
    fc.assert(
      fc.property(signs, (given) => {
        const { team_id, ...flags } = given;
        const clean = team_id === 'T1' && Object.values(flags).every((flag) => !flag);
        expect(refusal(given) === null).toBe(clean);
      }),
    );
  });
});
