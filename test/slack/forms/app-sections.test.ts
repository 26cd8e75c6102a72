import { describe, expect, it } from 'vitest';
import { connector } from '../../../connectors/scim/index.ts';
import { App } from '../../../src/core/app-schema.ts';
import { Config } from '../../../src/core/config.ts';
import { connectorFor, type TargetConnector } from '../../../src/core/connector.ts';
import { type AppSection, sections } from '../../../src/slack/forms/app-sections.ts';

const { settings } = Config.parse({ version: 1, settings: { admins: ['ada@acme.test'] } });
const app = App.parse({ name: 'crm', connector: 'scim' });
const ground = (profile: string) => ({
  ...{ app, settings },
  target: connectorFor(connector as TargetConnector, { profile }),
});
const notes = (section: AppSection, profile: string) => sections[section].notes(ground(profile));
const choices = (profile: string) =>
  JSON.stringify(
    sections.provisioning
      .inputs(ground(profile))
      .find(({ block }) => block === 'provisioning.onDelete')
      ?.field('nothing'),
  );

describe('the form about provisioning', () => {
  it('says what changes really come to in the chosen app', () => {
    expect(notes('provisioning', 'generic')).toEqual([]);
    expect(notes('provisioning', 'github-organization').join(' ')).toContain('an invitation');
    expect(notes('provisioning', 'docker-hub').join(' ')).toContain('out of the organization');
    expect(notes('entitlements', 'aws').join(' ')).toContain('never tells who is in a group');
    expect(notes('entitlements', 'slack')).toEqual([]);
  });

  it('offers only what the chosen app can do', () => {
    const offered = (profile: string) =>
      ['suspended', 'deleted'].filter((one) => choices(profile).includes(`"${one}"`));
    expect(offered('generic')).toEqual(['suspended', 'deleted']);
    expect(offered('docker-hub')).toEqual(['suspended']);
    expect(offered('github-organization')).toEqual(['deleted']);
  });
});
