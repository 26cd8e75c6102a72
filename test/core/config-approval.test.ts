import { describe, expect, it } from 'vitest';
import { parse, stringify } from 'yaml';
import { checkConfig, secretNames, warningsOf } from '../../src/core/config-check.ts';
import { connectors, good, problemsWith, tellsEach } from './config-sample.ts';

const create = 'apps[0].provisioning.approval.create';
const words = 'write an e-mail address, a Slack user id, manager, owners, approvers or admins';
const approval = 'apps[0].provisioning.approval';
const steps = (...all: object[]) => ({ [approval]: { create: { steps: all } } });

const stepUp = { issuer: 'https://login.acme.test/staff', clientId: 'rollcall', clientSecret: '${OIDC_SECRET}' };

function read(written: object, settings: object = {}) {
  const raw = good() as { settings: object; apps: { provisioning: object }[] };
  raw.settings = { ...raw.settings, ...settings };
  raw.apps[0] = { ...raw.apps[0], provisioning: { ...raw.apps[0]?.provisioning, approval: written } };
  const checked = checkConfig(raw, connectors);
  if ('problems' in checked) throw new Error(JSON.stringify(checked.problems));
  return checked.config;
}

describe('the steps of an approval', () => {
  tellsEach([
    ['a misspelt word', steps({ who: ['manger'] }), `${create}.steps[0].who[0]`, 'did you mean manager?'],
    ['a name', steps({ who: ['owners'] }, { who: ['Ada Lovelace'] }), `${create}.steps[1].who[0]`, words],
    [
      'a fallback that is nobody',
      steps({ who: ['manager'], fallback: ['boss'] }),
      `${create}.steps[0].fallback[0]`,
      words,
    ],
    [
      'owners of an app without any',
      { ...steps({ who: ['owners'] }), 'apps[0].owners': [] },
      `${create}.steps[0].who[0]`,
      'name owners of the app, or others in this step',
    ],
    [
      'approvers where there are none',
      { ...steps({ who: ['manager'], fallback: ['approvers'] }), 'settings.approvers': [] },
      `${create}.steps[0].fallback[0]`,
      'name settings.approvers, or others in this step',
    ],
    [
      'a quorum above the people there are',
      steps({ who: ['owners', 'manager'], quorum: 3 }),
      `${create}.steps[0].quorum`,
      'name more people, or lower the quorum',
    ],
    ['nobody in it', steps({ who: [] }), `${create}.steps[0].who`, 'Too small: expected array to have >=1 items'],
    [
      'steps of nothing',
      { [approval]: { create: {} } },
      create,
      'say who decides (`steps`) or how risky it is (`risk`), or write true or false',
    ],
    ['neither yes nor steps', { [approval]: { create: 'maybe' } }, create, 'write true or false'],
    [
      'the same of privileged access',
      { [approval]: { privileged: { steps: [{ who: ['sec'] }] } } },
      'apps[0].provisioning.approval.privileged.steps[0].who[0]',
      words,
    ],
    [
      'something risky without anywhere to sign in',
      { [approval]: { delete: { risk: 'high' } } },
      'apps[0].provisioning.approval.delete.risk',
      'name the OpenID Connect provider in settings.stepUp, or take `risk` out',
    ],
    [
      'an issuer without https',
      { 'settings.stepUp': { ...stepUp, issuer: 'http://login.acme.test' } },
      'settings.stepUp.issuer',
      'write an https address without a query',
    ],
    [
      'an issuer on this machine that is not named',
      { 'settings.stepUp': { ...stepUp, issuer: 'http://[::1]:8080/staff' } },
      'settings.stepUp.allowHosts',
      'name it, as it is this machine: allowHosts: ["::1"] beside the issuer',
    ],
    [
      'a client secret written out',
      { 'settings.stepUp': { ...stepUp, clientSecret: 'hunter2' } },
      'settings.stepUp.clientSecret',
      'write ${STEP_UP_CLIENTSECRET} and set STEP_UP_CLIENTSECRET in the environment',
    ],
    [
      'a variable of Rollcall itself',
      { 'settings.stepUp': { ...stepUp, clientSecret: '${SLACK_BOT_TOKEN}' } },
      'settings.stepUp.clientSecret',
      'use a variable of another name',
    ],
    [
      'a reminder after the end',
      { 'settings.reminders': { remind: 150 } },
      'settings.reminders.remind',
      'Too big: expected number to be <=100',
    ],
  ]);

  it('that are right are taken, a quorum of a group counts its people once', () => {
    const two = { who: ['owners', 'ADA@acme.test', 'admins'], quorum: 1 };
    expect(problemsWith(steps(two, { who: ['manager'], fallback: ['approvers', 'U024BE7LH'] }))).toEqual([]);
    expect(problemsWith(steps({ ...two, quorum: 2 }))).toHaveLength(1);
  });

  it('go out and come back without loss', () => {
    const written = {
      create: {
        steps: [
          { who: ['manager'], fallback: ['owners'] },
          { who: ['approvers'], quorum: 2 },
        ],
      },
      update: true,
      delete: { steps: [{ who: ['sec@acme.test'] }], risk: 'high' },
      privileged: { steps: [{ who: ['sec@acme.test'], fallback: ['admins'] }] },
    };
    const config = read(written, { reminders: { remind: false, escalate: 90, repeat: '2 days' }, stepUp });
    expect(secretNames(config)).toContain('OIDC_SECRET');
    expect(config.settings.stepUp).toEqual({ ...stepUp, maxAge: '5 minutes' });
    const again = checkConfig(parse(stringify(config)), connectors);
    expect(again).toEqual({ config });
    expect(config.apps[0]?.provisioning.approval).toMatchObject({ ...written, suspend: false, reactivate: true });
    expect(config.settings.reminders).toEqual({ remind: false, escalate: 90, repeat: '2 days' });
  });
});

describe('worth knowing', () => {
  const paths = (approval: object, settings: object = {}) =>
    warningsOf(read(approval, settings), { targets: new Map() }).map(({ path }) => path);

  it('is a step with a single person and nobody instead', () => {
    const alone = { create: { steps: [{ who: ['manager'], fallback: ['owners'] }, { who: ['sec@acme.test'] }] } };
    expect(paths(alone)).toEqual([`${create}.steps[1].who`]);
    expect(paths({ create: { steps: [{ who: ['sec@acme.test', 'manager'] }] } })).toEqual([]);
  });

  it('is an app with a single approver', () => {
    expect(paths({}, { approvers: ['ada@acme.test', 'owners'] })).toEqual(['apps[0].owners']);
    expect(paths({})).toEqual([]);
  });
});
