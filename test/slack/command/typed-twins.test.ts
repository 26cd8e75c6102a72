import { describe, expect, it } from 'vitest';
import { actionIds, callbackIds } from '../../../blocks/ids.ts';
import { stepNames } from '../../../src/core/draft.ts';
import { parse } from '../../../src/slack/command/parse.ts';
import { buttonTwins, formTwins, sectionTwin, stepTwin, twinOf } from '../../../src/slack/command/typed-twins.ts';
import { verbs } from '../../../src/slack/command/verbs.ts';
import { appSections } from '../../../src/slack/forms/app-sections.ts';
import { settingsSectionNames } from '../../../src/slack/forms/settings-sections.ts';

/** Views that are looked at, and have nothing to submit. */
const shown = ['details', 'seeAll', 'login', 'answer', 'proposal'];
const verbOf = (line: string) => {
  const parsed = parse(line);
  if (!parsed.ok) throw new Error(`${line}: ${parsed.text}`);
  return parsed.verb;
};

describe('what buttons do can be typed', () => {
  it.each(Object.keys(actionIds))('%s', (button) => {
    const line = buttonTwins[button as keyof typeof actionIds];
    expect(line).toBeDefined();
    expect(verbOf(line)).toBe(line.split(' ')[0]);
  });

  it.each(Object.keys(callbackIds).filter((form) => !shown.includes(form)))('the form %s', (form) => {
    expect(verbOf(formTwins[form as keyof typeof formTwins])).toBeDefined();
  });

  it('each step of connecting, each section of an app and of the settings', () => {
    for (const step of [...stepNames, 'refresh', 'drop', 'apply']) expect(verbOf(stepTwin(step))).toBe('connect');
    for (const section of settingsSectionNames) expect(verbOf(sectionTwin(section))).toBe('settings');
    for (const section of appSections) expect(verbOf(`configure APP ${section} edit`)).toBe('configure');
  });

  it('by those who may press them: what decides is typed by approvers, what configures by admins', () => {
    const audience = (button: keyof typeof actionIds) => verbs[verbOf(buttonTwins[button])].audience;
    for (const button of ['approve', 'reject', 'choose', 'ask'] as const) expect(audience(button)).toBe('approvers');
    for (const button of ['configEdit', 'connectApply', 'retryAll', 'undo', 'unlink', 'renew'] as const)
      expect(audience(button)).toBe('admins');
  });

  it('with what the button carries, names of several words in quotes', () => {
    expect(twinOf('details', { ID: 'a-7k2' })).toBe('/provision pending a-7k2');
    expect(twinOf('openLogin', { PERSON: 'Zoe Ångström', APP: 'crm' })).toBe('/provision explain "Zoe Ångström" crm');
  });
});
