import type { AppConfig } from './app-schema.ts';
import { checkAttribute } from './config-condition.ts';
import { meant, type Problem, problem } from './config-problem.ts';
import type { TargetAttribute, TargetConnector } from './connector.ts';
import type { Value } from './model.ts';
import { converted, effectiveParameters } from './parameter.ts';
import type { Place } from './secret.ts';
import { isTemplate, namesIn, templateProblem } from './template.ts';

export const findTarget = (connector: TargetConnector, target: string): TargetAttribute | undefined =>
  connector.attributes.find(({ name }) => name === target);

export function unknownTarget(target: string, connector: TargetConnector, place: Place): Problem {
  const names = connector.attributes.map(({ name }) => name);
  return problem(
    place,
    `${connector.title} has no attribute ${target}`,
    meant(target, names, `use one of: ${names.join(', ')}`),
  );
}

/** The targets that a parameter or a rule fills. */
export function filledIn(app: Pick<AppConfig, 'parameters' | 'rules'>, connector: TargetConnector): Set<string> {
  const giving = app.rules.flatMap((rule) => rule.actions).filter(({ remove }) => remove === undefined);
  return new Set([...effectiveParameters(app, connector), ...giving].map(({ target }) => target));
}

/** May the target hold several values at once? */
export const takesMany = (attribute: TargetAttribute): boolean =>
  attribute.kind === 'entitlement' || attribute.many === true;

/** Constants must fit the attribute's type and number of values; templates are checked for themselves. */
export function checkWritten(values: readonly Value[], attribute: TargetAttribute, place: Place): Problem[] {
  const constants = values.filter((value) => typeof value !== 'string' || !isTemplate(value));
  const wrong = constants.some((value) => converted(value, attribute).length === 0);
  const many = !takesMany(attribute) && values.length > 1;
  return [
    ...checkTexts(values, place),
    ...(wrong ? [problem(place, `${attribute.name} takes a ${attribute.type}`, `write a ${attribute.type}`)] : []),
    ...(many ? [problem(place, `${attribute.name} takes one value`, 'write one value')] : []),
  ];
}

/** Every text that is a template must be one that works, over attributes people can have. */
export const checkTexts = (values: readonly Value[], place: Place): Problem[] =>
  values.flatMap((value) => {
    if (typeof value !== 'string') return [];
    const wrong = templateProblem(value);
    if (wrong !== null) return [problem(place, wrong.message, wrong.remedy)];
    return namesIn(value).flatMap((name) => checkAttribute(name, place));
  });
