import type { TargetAttribute } from './connector.ts';
import type { Contribution } from './contribution.ts';
import type { Attributes, Value } from './model.ts';
import { fold, sortedUnique } from './text.ts';

/** What the contributions to one target come to, in their order. `unusable`: the last word could not be worked out. */
type Outcome = { values: readonly Value[]; unusable: boolean };

function outcomeOf(about: readonly Contribution[]): Outcome {
  let outcome: Outcome = { values: [], unusable: false };
  for (const part of about) outcome = after(outcome, part);
  return outcome;
}

function after({ values, unusable }: Outcome, part: Contribution): Outcome {
  if (part.act === 'remove') {
    if (part.all) return { values: [], unusable: false };
    const taken = new Set(part.values.map(fold));
    return { values: values.filter((value) => !taken.has(fold(value))), unusable };
  }
  if (part.values.length === 0) return { values, unusable: unusable || part.unusable };
  return { values: part.act === 'set' ? part.values : [...values, ...part.values], unusable: false };
}

/**
 * The value of each plain attribute; an empty list empties it. What the wish before named (`given`) and has no value any more
 * is emptied, or kept as it was where its new value cannot be worked out.
 */
export function attributesFrom(
  targets: readonly TargetAttribute[],
  parts: readonly Contribution[],
  given: Attributes,
): Attributes {
  const wished: [string, Value | readonly Value[]][] = [];
  for (const target of targets) {
    const about = parts.filter((part) => part.target === target.name);
    const { values, unusable } = outcomeOf(about);
    const [first] = values;
    const before = given[target.name];
    if (first !== undefined) wished.push([target.name, target.many === true ? [...new Set(values)] : first]);
    else if (before !== undefined) wished.push([target.name, unusable ? before : []]);
    else if (!unusable && about.some((part) => part.clears)) wished.push([target.name, []]);
  }
  return Object.fromEntries(wished);
}

/** All values of an entitlement; a rule's `set` says all of it, even that there is none. */
export function entitled(target: string, parts: readonly Contribution[]): string[] {
  let values: readonly Value[] = [];
  for (const part of parts) {
    if (part.target !== target) continue;
    values = part.act === 'set' ? part.values : after({ values, unusable: false }, part).values;
  }
  return sortedUnique(values.map((value) => String(value).trim()));
}
