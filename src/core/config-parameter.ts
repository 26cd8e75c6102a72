import type { Parameter } from './app-schema.ts';
import { checkAttribute } from './config-condition.ts';
import { type Problem, problem } from './config-problem.ts';
import { checkTexts, checkWritten, findTarget, unknownTarget } from './config-value.ts';
import type { TargetAttribute, TargetConnector } from './connector.ts';
import { liquidProblem } from './liquid.ts';
import { isPassword } from './password-parameter.ts';
import type { Place } from './secret.ts';
import { listOf } from './text.ts';

export function checkParameter(parameter: Parameter, connector: TargetConnector, place: Place): Problem[] {
  if (isPassword(parameter)) return [];
  const attribute = findTarget(connector, parameter.target);
  if (attribute === undefined) return [unknownTarget(parameter.target, connector, [...place, 'target'])];
  const { from, value, template, translate } = parameter;
  const direct = translate === undefined ? listOf(value) : [];
  return [
    ...checkSources(parameter, place),
    ...(from === undefined ? [] : checkAttribute(from, [...place, 'from'])),
    ...checkWritten(direct, attribute, [...place, 'value']),
    ...(translate === undefined ? [] : checkTexts(listOf(value), [...place, 'value'])),
    ...(template === undefined ? [] : checkTemplate(template, [...place, 'template'])),
    ...checkWritten(Object.values(translate ?? {}), { ...attribute, kind: 'entitlement' }, [...place, 'translate']),
    ...checkWritten(listOf(parameter.default), attribute, [...place, 'default']),
    ...checkWhen(parameter, attribute, place),
  ];
}

const sources = ['from', 'value', 'template'] as const;

/** A value comes from one place. */
function checkSources(parameter: Parameter, place: Place): Problem[] {
  const [first, second] = sources.filter((source) => parameter[source] !== undefined);
  if (first === undefined || second === undefined) return [];
  return [problem([...place, second], `\`${first}\` and \`${second}\` exclude each other`, 'take one of them out')];
}

function checkTemplate(template: string, place: Place): Problem[] {
  const wrong = liquidProblem(template);
  if (wrong !== null) return [problem(place, wrong.message, wrong.remedy)];
  if (/\{\{|\{%/.test(template)) return checkTexts([template], place);
  return [problem(place, 'the template reads no attribute', 'write `{{ givenName }}` for one, or use `value`')];
}

/** `createOnly` and `clearWhenEmpty` are about what is written, and an entitlement is kept in step value by value. */
function checkWhen({ createOnly, clearWhenEmpty }: Parameter, attribute: TargetAttribute, place: Place): Problem[] {
  const set = { createOnly, clearWhenEmpty };
  const told = (['createOnly', 'clearWhenEmpty'] as const).filter((setting) => set[setting] === true);
  const [first, second] = told;
  if (first === undefined) return [];
  if (attribute.kind === 'entitlement') {
    const remedy = 'take it out: Rollcall takes back what it gave, and nothing else';
    return [problem([...place, first], `${attribute.name} is an entitlement, and those have no \`${first}\``, remedy)];
  }
  if (second === undefined) return [];
  const message = '`createOnly` and `clearWhenEmpty` exclude each other';
  return [problem([...place, second], message, 'take one of them out')];
}
