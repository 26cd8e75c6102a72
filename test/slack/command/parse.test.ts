import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isDecision, parse } from '../../../src/slack/command/parse.ts';
import { eachOf, type Token, textOf, tokenize } from '../../../src/slack/command/tokens.ts';
import { helpFor, usageHint, usageOf } from '../../../src/slack/command/usage.ts';
import { fieldsOf, verbNames, verbs } from '../../../src/slack/command/verbs.ts';

/** Made once, outside the tests: making it takes seconds on a busy machine. */
const anything = fc.string({ unit: 'binary', maxLength: 100 });

const word = (text: string): Token => ({ kind: 'word', text });
const user = (id: string): Token => ({ kind: 'user', id });
const flag = (name: string): Token => ({ kind: 'flag', name });

describe('tokenize', () => {
  it.each<[string, Token[]]>([
    ['', []],
    ['  status   crm ', [word('status'), word('crm')]],
    ['status <@U024BE7LH|zoe>', [word('status'), user('U024BE7LH')]],
    ['status <@W1>', [word('status'), user('W1')]],
    ['status <mailto:zoe@acme.test|zoe@acme.test>', [word('status'), word('zoe@acme.test')]],
    ['see <https://crm.acme.test/a|crm.acme.test/a>', [word('see'), word('https://crm.acme.test/a')]],
    ['in <#C024BE7LR|general>', [word('in'), word('#general')]],
    ['status “Zoe Ångström” crm', [word('status'), word('Zoe Ångström'), word('crm')]],
    ['status "Zoe Ångström"', [word('status'), word('Zoe Ångström')]],
    ['status „Zoe Å“', [word('status'), word('Zoe Å')]],
    ['status «Zoe Å»', [word('status'), word('Zoe Å')]],
    ['status "Zoe', [word('status'), word('Zoe')]],
    ['status O’Brien', [word('status'), word('O’Brien')]],
    ['status —app crm', [word('status'), flag('app'), word('crm')]],
    ['status –app=crm', [word('status'), flag('app'), word('crm')]],
    ['status --app crm', [word('status'), flag('app'), word('crm')]],
    ['reject a-1 no — later', [word('reject'), word('a-1'), word('no'), word('—'), word('later')]],
    ['reject a-1 R&amp;D &lt;!channel&gt;', [word('reject'), word('a-1'), word('R&D'), word('<!channel>')]],
    ['status &lt;@U1&gt;', [word('status'), word('<@U1>')]],
    ['a<@U1>b', [word('a'), user('U1'), word('b')]],
    ['a < b', [word('a'), word('<'), word('b')]],
  ])('%s', (text, tokens) => {
    expect(tokenize(text)).toEqual(tokens);
  });

  it('ends, and loses no visible character outside markup', () => {
    fc.assert(
      fc.property(anything, (text) => {
        const tokens = tokenize(text);
        expect(tokens.length).toBeLessThanOrEqual(text.length);
        if (/[<>&"“”„«»—–]|--/.test(text)) return;
        const joined = tokens.map((token) => (token.kind === 'word' ? token.text : '')).join('');
        expect(joined).toBe(text.replace(/\s/gu, ''));
      }),
    );
  });
});

describe('names in a row', () => {
  it.each<[string, string[][]]>([
    ['zoe@acme.test bob@acme.test', [['zoe@acme.test'], ['bob@acme.test']]],
    ['<@U1> Max Miller, Zoe', [['<@U1>'], ['Max', 'Miller'], ['Zoe']]],
    ['“Max Miller” “Stone, Zoe”', [['Max Miller'], ['Stone, Zoe']]],
    ['zoe,bob , max@acme.test,', [['zoe'], ['bob'], ['max@acme.test']]],
    ['Max zoe@acme.test Miller', [['Max'], ['zoe@acme.test'], ['Miller']]],
    [',', []],
  ])('%s', (text, names) => {
    expect(eachOf(tokenize(text)).map((name) => name.map((token) => textOf([token])))).toEqual(names);
  });
});

const read = (text: string) => parse(text);
const misread = (text: string) => {
  const parsed = parse(text);
  return parsed.ok ? null : parsed;
};

describe('parse', () => {
  it.each([
    ['', { verb: 'help', input: {} }],
    ['HELP approve', { verb: 'help', input: { verb: 'approve' } }],
    ['whoami', { verb: 'whoami', input: {} }],
    ['me', { verb: 'whoami', input: {} }],
    ['pending', { verb: 'pending', input: {} }],
    ['status', { verb: 'status', input: {} }],
    ['status Zoe Ångström crm', { verb: 'status', input: { who: [word('Zoe'), word('Ångström'), word('crm')] } }],
    ['status <@U1|zoe> --app crm', { verb: 'status', input: { who: [user('U1')], app: 'crm' } }],
    ['dry-run crm', { verb: 'plan', input: { who: [word('crm')] } }],
    ['approve a-1', { verb: 'approve', input: { id: 'a-1' } }],
    ['reject a-1', { verb: 'reject', input: { id: 'a-1' } }],
    [
      'approve a-1 only <@U1|zoe> Max Miller',
      { verb: 'approve', input: { id: 'a-1', only: [user('U1'), word('Max'), word('Miller')] } },
    ],
    ['approve a-1 --only zoe', { verb: 'approve', input: { id: 'a-1', only: [word('zoe')] } }],
    [
      'reject a-1 Only zoe@acme.test —reason not --now, please',
      { verb: 'reject', input: { id: 'a-1', only: [word('zoe@acme.test')], reason: 'not --now, please' } },
    ],
    ['reject a-1 we only want May', { verb: 'reject', input: { id: 'a-1', reason: 'we only want May' } }],
    ['reject a-1 She starts in May', { verb: 'reject', input: { id: 'a-1', reason: 'She starts in May' } }],
    ['reject a-1 not --now, please', { verb: 'reject', input: { id: 'a-1', reason: 'not --now, please' } }],
    ['reject a-1 --reason “too early”', { verb: 'reject', input: { id: 'a-1', reason: 'too early' } }],
    ['sync', { verb: 'sync', input: {} }],
    ['sync hr', { verb: 'sync', input: { directory: 'hr' } }],
    ['retry crm --cause auth', { verb: 'retry', input: { who: [word('crm')], cause: 'auth' } }],
    ['why crm', { verb: 'explain', input: { who: [word('crm')] } }],
    [
      'pause crm --until 2026-12-31 --reason the vendor --migrates',
      { verb: 'pause', input: { who: [word('crm')], until: '2026-12-31', reason: 'the vendor --migrates' } },
    ],
    ['keep zoe crm --until “3 days”', { verb: 'keep', input: { who: [word('zoe'), word('crm')], until: '3 days' } }],
    [
      'closed Zoe Miller Image Hub --note ticket --4711',
      {
        verb: 'closed',
        input: { who: ['Zoe', 'Miller', 'Image', 'Hub'].map(word), note: 'ticket --4711' },
      },
    ],
    [
      'closed <@U1|zoe> hub —mistake another Zoe',
      { verb: 'closed', input: { who: [user('U1'), word('hub')], mistake: 'another Zoe' } },
    ],
    ['who-had crm --on 2026-06-30', { verb: 'who-had', input: { who: [word('crm')], on: '2026-06-30' } }],
    ['pause', { verb: 'pause', input: {} }],
    ['re-provision zoe@acme.test crm', { verb: 'reprovision', input: { who: [word('zoe@acme.test'), word('crm')] } }],
  ])('understands “%s”', (text, expected) => {
    expect(read(text)).toEqual({ ok: true, ...expected });
  });

  it.each([
    ['aprove a-1', 'Did you mean “approve”?', '/provision approve <id> [only person …]'],
    ['statsu', 'Did you mean “status”?', '/provision status [person|app]'],
    ['reprovison x', 'Did you mean “reprovision”?', '/provision reprovision <person> [app]'],
    ['retyr crm', 'Did you mean “retry”?', '/provision retry <person|app> [--cause kind]'],
    ['expain crm', 'Did you mean “explain”?', '/provision explain [person] [app]'],
    ['undo', 'Say which id or person you mean.', '/provision undo <id|person> [app]'],
    ['retry', 'Say which person or app you mean.', '/provision retry <person|app> [--cause kind]'],
    ['refresh', 'Say which app you mean.', '/provision refresh <app>'],
    [
      'keep zoe crm --until 2026-02-30',
      'The until is not as it should be: write 2026-12-31',
      '/provision keep <person> <app> [--until 2026-12-31]',
    ],
    [
      'role a add b --until “3 days”',
      'write the day as 2026-12-31',
      '/provision role [role|new] [add|remove person | edit | delete] [--until 2026-12-31]',
    ],
    ['closed zoe hub --note', 'Say what --note is.', '/provision closed <person> <app> [--note text] [--mistake why]'],
    ['closed', 'Say which person you mean.', '/provision closed <person> <app> [--note text] [--mistake why]'],
    ['abc', 'I do not know that verb.', '/provision help [verb]'],
    ['xyzzy', 'I do not know that verb.', '/provision help [verb]'],
    ['<@U1>', 'I do not know that verb.', '/provision help [verb]'],
    ['approve', 'Say which id you mean.', '/provision approve <id> [only person …]'],
    ['reprovision', 'Say which person you mean.', '/provision reprovision <person> [app]'],
    ['approve a-1 only', 'Say who, after “only”.', '/provision approve <id> [only person …]'],
    ['approve a-1 --only', 'Say who, after “only”.', '/provision approve <id> [only person …]'],
    ['reject a-1 only --reason no', 'Say who, after “only”.', '/provision reject <id> [only person …] [reason]'],
    ['approve a-1 now', 'That is more than I understand here.', '/provision approve <id> [only person …]'],
    ['status --since today', 'There is no flag --since here.', '/provision status [person|app]'],
    ['status --app', 'Say what --app is.', '/provision status [person|app]'],
    ['status --app crm --app wiki', 'The app is given twice.', '/provision status [person|app]'],
    [
      `reject a-1 ${'x'.repeat(501)}`,
      'The reason is not as it should be',
      '/provision reject <id> [only person …] [reason]',
    ],
  ])('explains what is wrong with “%s”', (text, sentence, usage) => {
    expect(misread(text)?.text).toContain(sentence);
    expect(misread(text)?.usage).toBe(usage);
  });

  it('never throws, and never repeats what was typed', () => {
    const piece = fc.oneof(
      fc.constantFrom(
        ...verbNames,
        '--app',
        '<@U1>',
        '"',
        '“',
        '<',
        '<!channel>',
        '&amp;',
        '—x',
        '__proto__',
        'constructor',
      ),
      anything,
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 8 }), (pieces) => {
        const parsed = parse(pieces.join(' '));
        if (parsed.ok) expect(verbs[parsed.verb].input.safeParse(parsed.input).success).toBe(true);
        else expect(parsed.text).not.toContain('<!channel>');
      }),
    );
  });

  it('knows which texts decide', () => {
    expect(isDecision('approve a-1')).toBe(true);
    expect(isDecision('reject a-1 no')).toBe(true);
    expect(isDecision('disable @zoe')).toBe(true);
    expect(isDecision('undo o-1')).toBe(false);
    expect(isDecision('approve')).toBe(false);
    expect(isDecision('status')).toBe(false);
  });
});

describe('the registry', () => {
  it('makes the hint, and a usage and a help line for each verb', () => {
    expect(usageHint()).toBe(`[${verbNames.join(' | ')}]`);
    for (const name of verbNames) {
      expect(usageOf(name)).toMatch(new RegExp(`^/provision ${name}`));
      expect(helpFor(name).summary).toMatch(/\.$/);
    }
    expect(helpFor('sync').note).toBe('admins');
  });

  it('has no two verbs under one name', () => {
    const names = verbNames.flatMap((name) => [name, ...verbs[name].aliases]);
    expect(new Set(names).size).toBe(names.length);
  });

  it('writes optional fields in square brackets and required ones in angles', () => {
    for (const name of verbNames) {
      for (const field of fieldsOf(name).filter(({ flagOnly }) => !flagOnly)) {
        expect(field.usage.startsWith(field.required ? '<' : '[')).toBe(true);
      }
    }
  });

  it('has examples that it understands itself', () => {
    for (const name of verbNames) {
      const { example } = verbs[name];
      if (example !== null) expect(parse(example)).toMatchObject({ ok: true, verb: name });
    }
  });
});
