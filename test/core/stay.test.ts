import { describe, expect, it } from 'vitest';
import { rolesOf } from '../../src/core/role.ts';
import { endOf, lackingOf, startOf, zoneOf } from '../../src/core/stay.ts';
import { app, config, noon, person, wishOf } from './samples.ts';

const settingsOf = (settings: object) => config({ settings }).settings;
const { settings: plain } = config();
const conditions = [{ attribute: 'employeeType', operator: '=', value: 'Contractor' }];
const contracting = { contractors: { conditions, sponsor: 'manager', longest: '30 days' } };
const contractor = (change: object) =>
  person({ attributes: { ...person().attributes, employeeType: 'Contractor', ...change } });

describe('a time zone', () => {
  it('is the person’s own where there is such a one, else the company’s', () => {
    const berlin = settingsOf({ timezone: 'Europe/Berlin' });
    expect(zoneOf({ timezone: 'Asia/Tokyo' }, berlin)).toBe('Asia/Tokyo');
    expect(zoneOf({ timezone: 'Asia/Nowhere' }, berlin)).toBe('Europe/Berlin');
    expect(zoneOf({}, plain)).toBe('UTC');
  });

  it('decides when a start and an end are', () => {
    const dates = { startDate: '2026-03-15', endDate: '2026-03-15', timezone: 'Asia/Tokyo' };
    expect(startOf(dates, plain)).toBe(Date.UTC(2026, 2, 14, 15));
    expect(endOf(dates, plain)).toEqual({ at: Date.UTC(2026, 2, 15, 15), capped: false });
  });

  it('decides when a membership by hand ends', () => {
    const settings = config({
      roles: [{ name: 'Board', members: [{ email: 'zoe@acme.test', until: '2026-03-15' }] }],
      mappings: [],
    });
    const inZone = (timezone: string) => person({ attributes: { ...person().attributes, timezone } });
    const evening = Date.UTC(2026, 2, 15, 18);
    expect(rolesOf(inZone('UTC'), settings, evening)).toHaveLength(1);
    expect(rolesOf(inZone('Asia/Tokyo'), settings, evening)).toHaveLength(0);
    expect(rolesOf(inZone('America/New_York'), settings, Date.UTC(2026, 2, 16, 3, 59))).toHaveLength(1);
    expect(rolesOf(inZone('America/New_York'), settings, Date.UTC(2026, 2, 16, 4))).toHaveLength(0);
  });
});

it('a membership by hand ends for the same person and configuration as time goes on', () => {
  const zoe = person();
  const settings = config({
    roles: [{ name: 'Board', apps: ['crm'], members: [{ email: 'ZOE@acme.test', until: '2026-03-15' }] }],
    mappings: [],
  });
  expect(rolesOf(zoe, settings, noon)[0]?.reasons).toEqual([
    { kind: 'member', name: 'Board', because: 'zoe@acme.test is a member by hand until 2026-03-15' },
  ]);
  expect(rolesOf(zoe, settings, noon + 43_200_000)).toEqual([]);
  expect(rolesOf(zoe, settings, noon)).toHaveLength(1);
});

describe('an app that makes accounts before the start', () => {
  const early = (createDaysBefore: number) => app({ provisioning: { enabled: true, createDaysBefore } });
  const joiner = person({ attributes: { ...person().attributes, startDate: '2026-03-20' } });

  it('wishes one from that day on, and says why', () => {
    const found = wishOf(joiner, { app: early(5), hasAccount: false });
    expect(found.state).toBe('active');
    expect(found.reasons[1]).toEqual({
      kind: 'status',
      name: 'startDate',
      because: 'starts on 2026-03-20, and crm makes accounts 5 days before the start',
    });
  });

  it('wishes none before it', () => {
    expect(wishOf(joiner, { app: early(4), hasAccount: false })).toMatchObject({
      state: 'none',
      cause: 'not-started',
      reasons: [
        {
          name: 'startDate',
          because: 'the start date 2026-03-20 is still to come, and crm makes accounts 4 days before the start',
        },
      ],
    });
  });
});

describe('a contractor', () => {
  it('without a sponsor or an end date gets nothing new, and keeps what is there', () => {
    const settings = config({ settings: contracting });
    expect(wishOf(contractor({}), { config: settings, hasAccount: false })).toMatchObject({ state: 'none' });
    const kept = wishOf(contractor({ manager: 'ada@acme.test' }), { config: settings });
    expect(kept).toMatchObject({ state: 'kept', cause: 'role', attributes: {} });
    expect(kept.reasons.at(-1)).toEqual({
      kind: 'status',
      name: 'contractor',
      because: 'a contractor needs an end date (endDate) before anything new is given',
    });
    const complete = contractor({ manager: 'ada@acme.test', endDate: '2026-04-01' });
    expect(wishOf(complete, { config: settings, hasAccount: false }).state).toBe('active');
  });

  it('still loses what the role gave when the role is lost', () => {
    const settings = config({ settings: contracting, mappings: [] });
    expect(wishOf(contractor({}), { config: settings })).toMatchObject({ state: 'suspended', cause: 'role-loss' });
  });

  it('stays so long at most, however far away the end date', () => {
    const settings = settingsOf(contracting);
    const dates = { employeeType: 'Contractor', startDate: '2026-02-01', endDate: '2027-12-31' };
    expect(endOf(dates, settings)).toEqual({ at: Date.UTC(2026, 2, 3), capped: true });
    expect(endOf({ ...dates, endDate: '2026-02-15' }, settings)).toEqual({ at: Date.UTC(2026, 1, 16), capped: false });
    expect(endOf({ ...dates, employeeType: 'Staff' }, settings)?.capped).toBe(false);
    const over = wishOf(contractor(dates), { config: config({ settings: contracting }) });
    expect(over).toMatchObject({ state: 'suspended', cause: 'left' });
    expect(over.reasons[0]?.because).toBe(
      'contractors stay 30 days at most, and those have passed: the end date 2027-12-31 is too far away',
    );
  });

  it('lacks each thing by name, and nobody else lacks anything', () => {
    const settings = settingsOf(contracting);
    expect(lackingOf({ employeeType: 'contractor' }, settings)).toEqual([
      'a sponsor (manager)',
      'an end date (endDate)',
    ]);
    expect(lackingOf({ employeeType: 'contractor', manager: 'a', endDate: 'soon' }, settings)).toEqual([
      'an end date (endDate)',
    ]);
    expect(lackingOf({}, settings)).toEqual([]);
    expect(lackingOf({}, settingsOf({ contractors: {} }))).toEqual([]);
  });
});
