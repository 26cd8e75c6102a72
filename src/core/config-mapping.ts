import type { Config, Mapping } from './config.ts';
import { checkAttribute, checkConditions } from './config-condition.ts';
import { type Problem, problem } from './config-problem.ts';
import { checkTexts } from './config-value.ts';
import type { Place } from './secret.ts';
import { listOf } from './text.ts';

/** The conditions of mappings and contractors, and what mappings set. */
export const checkMappings = (config: Config): Problem[] => [
  ...config.mappings.flatMap((mapping, index) => checkMapping(mapping, ['mappings', index])),
  ...checkContractors(config),
];

const checkMapping = ({ conditions, set }: Mapping, place: Place): Problem[] => [
  ...checkConditions(conditions, [...place, 'conditions']),
  ...set.flatMap(({ attribute, value }, index) => [
    ...checkAttribute(attribute, [...place, 'set', index, 'attribute']),
    ...checkTexts(listOf(value), [...place, 'set', index, 'value']),
  ]),
];

/** Everybody a contractor would stop everybody's apps: who is one has to be said. */
function checkContractors({ settings: { contractors } }: Config): Problem[] {
  if (contractors === undefined) return [];
  const place = ['settings', 'contractors'];
  const remedy = 'add a condition, such as `{ attribute: employeeType, operator: "=", value: Contractor }`';
  const nobody = problem([...place, 'conditions'], 'it does not say who is a contractor', remedy);
  return [
    ...(contractors.conditions.length === 0 ? [nobody] : []),
    ...checkConditions(contractors.conditions, [...place, 'conditions']),
    ...checkAttribute(contractors.sponsor, [...place, 'sponsor']),
  ];
}
