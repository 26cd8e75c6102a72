import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { choiceOption, choiceValue } from '../../blocks/choose.ts';
import { lintMessage, lintView, optionProblems } from '../../blocks/lint.ts';
import { configuration } from '../blocks/extremes/configuration.ts';
import { connecting } from '../blocks/extremes/connecting.ts';
import { decisions } from '../blocks/extremes/decisions.ts';
import { type Extreme, given } from '../blocks/extremes/given.ts';
import { governance } from '../blocks/extremes/governance.ts';
import { lookUps } from '../blocks/extremes/look-ups.ts';
import { signOn } from '../blocks/extremes/sign-on.ts';
import { hostileText, listLength } from '../blocks/hostile.ts';

/** Every builder, every limit, every hostile text: nothing Slack refuses, nothing unescaped. */
const builtAt = (extreme: Extreme) => ({
  ...decisions(extreme),
  ...governance(extreme),
  ...lookUps(extreme),
  ...configuration(extreme),
  ...connecting(extreme),
  ...signOn(extreme),
});
const names = Object.keys(builtAt({ text: hostileText, listLength }));

/** A name or text of each kind, for every list of these lengths. */
const texts = ['<!channel> ', 'x', 'ا\u202Eb\u202C ', '👩‍👩‍👧‍👦'].map((part) => part.repeat(10_000).slice(0, 10_000));
const lengths = [0, 1, 40, 10_000];
const corners: Extreme[] = [...texts, '<!channel>', '👍 Zoe', ''].flatMap((text) =>
  lengths.map((length) => ({ text: fc.constant(text), listLength: fc.constant(length) })),
);
const eachCorner = 1;
const wild = 20;

/** Whole messages and views: what goes to Slack by itself. */
const whole = /\): (Message|ModalView|HomeView) (\{|=>)/;
/** Parts of the kit that every builder ends in. */
const kit = ['kit.ts', 'lint.ts'];

/** The builders of a source, by the type of what they answer. */
const buildersIn = (source: string): string[] =>
  source.split(/^(?=(?:export )?(?:function|const|type) )/m).flatMap((declaration) => {
    const [, name] = /^export (?:function|const) (\w+)/.exec(declaration) ?? [];
    const [signature = ''] = /\): [^\n]*?(?:\{|=>)/.exec(declaration) ?? [];
    return name !== undefined && whole.test(signature) ? [name] : [];
  });

it('no builder is left out', () => {
  const folder = join(import.meta.dirname, '../../blocks');
  const files = readdirSync(folder).filter((file) => file.endsWith('.ts') && !kit.includes(file));
  const builders = files.flatMap((file) => buildersIn(readFileSync(join(folder, file), 'utf8')));
  expect(builders.length).toBeGreaterThan(50);
  expect(builders.filter((name) => !names.includes(name))).toEqual([]);
  expect(names.length * (corners.length * eachCorner + wild)).toBeGreaterThanOrEqual(2_000);
});

/** Button values carry ids as they are, which Slack shows nowhere; an input starts from what somebody typed, and is no markup. */
const shownOf = (built: unknown): string =>
  JSON.stringify(built, (key, value: unknown) => (['value', 'initial_value'].includes(key) ? '' : value));

function expectSound(built: Parameters<typeof lintMessage>[0] | Parameters<typeof lintView>[0]): void {
  const problems = 'type' in built ? lintView(built) : lintMessage(built);
  expect(problems.slice(0, 3)).toEqual([]);
  expect(/<@UEVIL|<!channel|<https?:\/\/evil/.exec(shownOf(built))).toBeNull();
}

describe('at the extremes it keeps to Slack’s limits and escapes everything', () => {
  it.each(names)(
    '%s',
    (name) => {
      for (const [extreme, numRuns] of [
        ...corners.map((corner) => [corner, eachCorner] as const),
        [{ text: hostileText, listLength }, wild] as const,
      ]) {
        const built = builtAt(extreme)[name];
        if (built === undefined) throw new Error(`nothing builds ${name}`);
        fc.assert(fc.property(built, expectSound), { numRuns });
      }
    },
    120_000,
  );
});

it('every option of a menu keeps to Slack’s limits and escapes everything', () => {
  fc.assert(
    fc.property(given({ text: hostileText, listLength }).loginViews, (view) => {
      expect(optionProblems('option', choiceOption(view))).toEqual([]);
      expect(choiceValue(view)).toMatch(/^p-zoe (o-1)?$/);
    }),
    { numRuns: 40 },
  );
});
