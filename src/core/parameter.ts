import { describeAll, holdsAll } from './condition.ts';
import type { AppConfig, Parameter, Rule } from './config.ts';
import type { DefaultParameter, TargetAttribute } from './connector.ts';
import type { Attributes, Reason, Value } from './model.ts';
import { fill } from './template.ts';
import { fold, listOf, valuesOf } from './text.ts';

/** The parameters that hold: the connector's safe defaults, each replaced by the app's own for the same target. */
export function effectiveParameters(
  app: Pick<AppConfig, 'parameters'>,
  connector: { parameters: readonly DefaultParameter[] },
): Parameter[] {
  const own = new Set(app.parameters.map((parameter) => parameter.target));
  return [...connector.parameters.filter((parameter) => !own.has(parameter.target)), ...app.parameters];
}

/**
 * What one parameter or rule action says about a target. No values with `unusable` is a value that could not be translated
 * or converted: what is in the app then stays. No values otherwise means there is none.
 */
export type Contribution = {
  target: string;
  values: readonly Value[];
  unusable: boolean;
  /** `add` joins what others say about an entitlement; anything else replaces it. */
  adds: boolean;
  reasons: readonly Reason[];
};

export function contributionOf(parameter: Parameter, declared: TargetAttribute, attributes: Attributes): Contribution {
  const { target } = parameter;
  const source = sourceOf(parameter, attributes);
  const usable = source.flatMap((value) => converted(translated(value, parameter), declared));
  const base = { target, adds: false };
  if (usable.length > 0) return { ...base, values: usable, unusable: false, reasons: [used(parameter, source)] };
  const fallback = listOf(parameter.default).flatMap((value) => converted(value, declared));
  if (fallback.length > 0)
    return { ...base, values: fallback, unusable: false, reasons: [defaulted(parameter, source)] };
  return { ...base, values: [], unusable: source.length > 0, reasons: [missed(parameter, source, declared)] };
}

/** `from` is a person's attribute; without one `value` is a constant or template. */
function sourceOf(parameter: Parameter, attributes: Attributes): readonly Value[] {
  if (parameter.from !== undefined) return valuesOf(attributes, parameter.from);
  return listOf(parameter.value).flatMap((value) => fill(value, attributes));
}

const dictionaries = new WeakMap<object, Map<string, Value>>();

/** The translated value, looked up trimmed and without regard to case; undefined when the table does not know it. */
function translated(value: Value, parameter: Parameter): Value | undefined {
  const { translate } = parameter;
  if (translate === undefined) return value;
  const entries = () => Object.entries(translate).map(([from, to]) => [fold(from), to] as const);
  const dictionary = dictionaries.get(translate) ?? new Map(entries());
  dictionaries.set(translate, dictionary);
  return dictionary.get(fold(value));
}

const yes = new Set(['true', 'yes', '1']);
const no = new Set(['false', 'no', '0']);

/** The value in the declared type, as a list of one; an empty list when it cannot be written that way. */
export function converted(value: Value | undefined, declared: Pick<TargetAttribute, 'type'>): readonly Value[] {
  if (value === undefined) return [];
  const text = String(value).trim();
  if (declared.type === 'string') return text === '' ? [] : [text];
  if (declared.type === 'number') return text !== '' && Number.isFinite(Number(text)) ? [Number(text)] : [];
  if (yes.has(fold(text))) return [true];
  return no.has(fold(text)) ? [false] : [];
}

const inWords = (values: readonly Value[]): string => values.map((value) => String(value).trim()).join(', ');

const sourceName = (parameter: Parameter): string =>
  parameter.from ?? (parameter.value === undefined ? 'nothing' : 'a constant');

function used(parameter: Parameter, source: readonly Value[]): Reason {
  const { target, translate } = parameter;
  const because =
    translate === undefined
      ? `from ${sourceName(parameter)}`
      : `${sourceName(parameter)} ${inWords(source)}, translated`;
  return { kind: 'parameter', name: target, because, target };
}

function defaulted(parameter: Parameter, source: readonly Value[]): Reason {
  const { target } = parameter;
  const why = source.length === 0 ? `no ${sourceName(parameter)}` : `no translation of ${inWords(source)}`;
  const because =
    parameter.from === undefined && parameter.value === undefined ? 'always the default' : `${why}, so the default`;
  return { kind: 'default', name: target, because, target };
}

function missed(parameter: Parameter, source: readonly Value[], declared: TargetAttribute): Reason {
  const { target } = parameter;
  const unknown =
    parameter.translate === undefined ? `is not a ${declared.type}` : 'has no translation and there is no default';
  const because =
    source.length === 0 ? `no value: ${sourceName(parameter)} is empty` : `no value: ${inWords(source)} ${unknown}`;
  return { kind: 'parameter', name: target, because, target };
}

/** What the rules that hold for this person say, in the order of the rules. */
export function ruleContributions(
  app: Pick<AppConfig, 'rules'>,
  declared: ReadonlyMap<string, TargetAttribute>,
  attributes: Attributes,
): Contribution[] {
  const holding = app.rules.filter((rule) => holdsAll(rule, attributes));
  return holding.flatMap((rule) =>
    rule.actions.flatMap((action) => {
      const attribute = declared.get(action.target);
      return attribute === undefined ? [] : [actionContribution(rule, action, attribute, attributes)];
    }),
  );
}

type Action = Rule['actions'][number];

function actionContribution(
  rule: Rule,
  action: Action,
  declared: TargetAttribute,
  attributes: Attributes,
): Contribution {
  const { target } = action;
  const source = listOf(action.add ?? action.set).flatMap((value) => fill(value, attributes));
  const values = source.flatMap((value) => converted(value, declared));
  const reasons: Reason[] = [{ kind: 'rule', name: rule.name, because: describeAll(rule), target }];
  return { target, values, unusable: values.length < source.length, adds: action.add !== undefined, reasons };
}
