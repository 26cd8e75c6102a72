import type { Action, AppConfig, Rule } from './app-schema.ts';
import { attributesIn, describeAll, holdsAll } from './condition.ts';
import type { TargetAttribute } from './connector.ts';
import type { Contribution } from './contribution.ts';
import { chainOf, type Mapped } from './mapping.ts';
import type { Attributes, Reason, Value } from './model.ts';
import { converted } from './parameter.ts';
import { allMatches } from './pattern.ts';
import { fill, namesIn } from './template.ts';
import { listOf, valuesOf } from './text.ts';

/** What the rules that hold for this person say, in the order of the rules. */
export function ruleContributions(
  app: Pick<AppConfig, 'rules'>,
  declared: ReadonlyMap<string, TargetAttribute>,
  { attributes, setBy }: Pick<Mapped, 'attributes' | 'setBy'>,
): Contribution[] {
  const holding = app.rules.filter((rule) => holdsAll(rule, attributes));
  return holding.flatMap((rule) =>
    rule.actions.flatMap((action) => {
      const attribute = declared.get(action.target);
      if (attribute === undefined) return [];
      const { target } = action;
      const chain = chainOf([...attributesIn(rule), ...readBy(action)], setBy).map((link) => ({ ...link, target }));
      return [actionContribution(rule, action, attribute, attributes, chain)];
    }),
  );
}

/** The attributes of the person an action reads, beside its rule's conditions. */
const readBy = (action: Action): string[] => [
  ...textsIn(action).flatMap((text) => namesIn(String(text))),
  ...(action.extract === undefined ? [] : [action.extract.from]),
];

const textsIn = (action: Action): readonly Value[] => listOf(action.add ?? action.set ?? removed(action));

const removed = ({ remove }: Action): readonly string[] => (remove === undefined || remove === true ? [] : remove);

function actionContribution(
  rule: Rule,
  action: Action,
  declared: TargetAttribute,
  attributes: Attributes,
  chain: readonly Reason[],
): Contribution {
  const { target, extract } = action;
  const source =
    extract === undefined
      ? textsIn(action).flatMap((text) => fill(text, attributes))
      : extracted(extract, valuesOf(attributes, extract.from));
  const values = source.flatMap((value) => converted(value, declared));
  const reason: Reason = { kind: 'rule', name: rule.name, because: because(rule, action, values), target };
  return {
    ...{ target, values, act: actOf(action), all: action.remove === true },
    ...{ unusable: values.length < source.length, createOnly: false, clears: false },
    reasons: [...chain, reason],
  };
}

function actOf(action: Action): Contribution['act'] {
  if (action.set !== undefined) return 'set';
  return action.remove === undefined ? 'add' : 'remove';
}

/** `department is Sales`, and what is taken back or taken out, where that does not show by itself. */
function because(rule: Rule, { remove, extract }: Action, values: readonly Value[]): string {
  const when = describeAll(rule);
  if (remove !== undefined) return `${when}: takes back ${remove === true ? 'everything' : values.join(', ')}`;
  if (extract === undefined) return when;
  return `${when}: ${extract.from} gives ${values.length === 0 ? 'nothing' : values.join(', ')}`;
}

type Extraction = NonNullable<Action['extract']>;

/** Each match of the pattern gives the value with `$0` for the whole match and `$1` … `$9` for its groups; each once. */
export function extracted({ pattern, value }: Extraction, from: readonly Value[]): string[] {
  const matches = from.flatMap((text) => allMatches(pattern, String(text)));
  const given = matches.map((match) =>
    value.replace(/\$(\d)/g, (_, group: string) => match[Number(group)] ?? '').trim(),
  );
  return [...new Set(given.filter((text) => text !== ''))];
}

/** The highest `$n` a value names; 0 without one. */
export const highestGroup = (value: string): number =>
  Math.max(0, ...[...value.matchAll(/\$(\d)/g)].map(([, group]) => Number(group)));
