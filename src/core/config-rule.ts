import type { Action, Rule } from './app-schema.ts';
import { checkAttribute, checkConditions, checkPattern } from './config-condition.ts';
import { type Problem, problem } from './config-problem.ts';
import { checkTexts, checkWritten, findTarget, takesMany, unknownTarget } from './config-value.ts';
import type { TargetAttribute, TargetConnector } from './connector.ts';
import { passwordTarget } from './password-parameter.ts';
import { groupsIn, patternProblem } from './pattern.ts';
import { highestGroup } from './rule.ts';
import type { Place } from './secret.ts';
import { listOf } from './text.ts';

export const checkRule = (rule: Rule, connector: TargetConnector, place: Place): Problem[] => [
  ...checkConditions(rule.conditions, [...place, 'conditions']),
  ...rule.actions.flatMap((action, index) => checkAction(action, connector, [...place, 'actions', index])),
];

function checkAction(action: Action, connector: TargetConnector, place: Place): Problem[] {
  if (action.target === passwordTarget) return [];
  const attribute = findTarget(connector, action.target);
  if (attribute === undefined) return [unknownTarget(action.target, connector, [...place, 'target'])];
  const { add, set, remove, extract } = action;
  if (add !== undefined)
    return checkJoining('add', attribute, place) ?? checkWritten(add, attribute, [...place, 'add']);
  if (set !== undefined) return checkWritten(listOf(set), attribute, [...place, 'set']);
  if (extract !== undefined)
    return checkJoining('extract', attribute, place) ?? checkExtract(extract, [...place, 'extract']);
  return remove === undefined || remove === true ? [] : checkTexts(remove, [...place, 'remove']);
}

/** What joins other values needs a target that takes several. */
function checkJoining(act: 'add' | 'extract', attribute: TargetAttribute, place: Place): Problem[] | null {
  if (takesMany(attribute)) return null;
  const remedy = act === 'add' ? 'use `set`' : 'name an entitlement, or use a parameter with `from`';
  return [problem([...place, act], `${attribute.name} takes one value`, remedy)];
}

function checkExtract({ from, pattern, value }: NonNullable<Action['extract']>, place: Place): Problem[] {
  const wrong = checkPattern(pattern, [...place, 'pattern']);
  const asked = highestGroup(value);
  const groups = patternProblem(pattern) === null ? groupsIn(pattern) : asked;
  const some = groups === 0 ? 'put the part that is meant in ( )' : `use $0 to $${groups}`;
  return [
    ...checkAttribute(from, [...place, 'from']),
    ...wrong,
    ...(asked > groups ? [problem([...place, 'value'], `the pattern has no group $${asked}`, some)] : []),
  ];
}
