import { expect, it } from 'vitest';
import { passwordLines } from '../../src/cli/password.ts';

it('where somebody’s passwords stand is a line each, or one that there are none', () => {
  const view = { kind: 'sso', state: 'done', waiting: [], delivered: ['crm'], until: null, nextAt: null } as const;
  expect(passwordLines('Zoe', [{ ...view, text: 'The password for CRM was set by Rollcall.' }])).toEqual([
    'Zoe:',
    '  The password for CRM was set by Rollcall.',
  ]);
  expect(passwordLines('Zoe', [])).toEqual(['No password of Zoe waits, and Rollcall sets none in their apps.']);
});
