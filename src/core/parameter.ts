import type { AppConfig, Parameter } from './app-schema.ts';
import type { DefaultParameter, TargetAttribute } from './connector.ts';
import type { Contribution } from './contribution.ts';
import type { Attributes, Reason, Value } from './model.ts';
import { isPassword } from './password-parameter.ts';
import { fill, fillTemplate, namesIn } from './template.ts';
import { fold, listOf, valuesOf } from './text.ts';

/**
 * The parameters that hold: the connector's safe defaults, each replaced by the app's own for the same target. The Password
 * parameter is none of them: no plan knows a password.
 */
export function effectiveParameters(
  app: Pick<AppConfig, 'parameters'>,
  connector: { parameters: readonly DefaultParameter[] },
): Parameter[] {
  const own = new Set(app.parameters.map((parameter) => parameter.target));
  const attributes = app.parameters.filter((parameter) => !isPassword(parameter));
  return [...connector.parameters.filter((parameter) => !own.has(parameter.target)), ...attributes];
}

/** The attributes of the person a parameter reads. */
export const readBy = ({ from, value, template }: Parameter): string[] => {
  const texts = [...listOf(value), ...listOf(template)].map(String);
  return [...listOf(from).map(String), ...texts.flatMap(namesIn)];
};

export function contributionOf(parameter: Parameter, declared: TargetAttribute, attributes: Attributes): Contribution {
  const { target, createOnly = false, clearWhenEmpty: clears = false } = parameter;
  const source = sourceOf(parameter, attributes);
  const usable = source.values.flatMap((value) => converted(translated(value, parameter), declared));
  const act = declared.kind === 'entitlement' || declared.many === true ? ('add' as const) : ('set' as const);
  const base = { target, act, all: false, createOnly, clears, unusable: false };
  if (usable.length > 0) return { ...base, values: usable, reasons: [used(parameter, source)] };
  const fallback = listOf(parameter.default).flatMap((value) => converted(value, declared));
  if (fallback.length > 0) return { ...base, values: fallback, reasons: [defaulted(parameter, source)] };
  const unusable = source.failed !== null || source.values.length > 0;
  return { ...base, values: [], unusable, reasons: [missed(parameter, source, declared)] };
}

/** What a parameter starts from. `missing`: what has no value; `failed`: why a template could not be worked out. */
type Source = { values: readonly Value[]; missing: string; failed: string | null };

/** `from` is a person's attribute, `template` a Liquid template; without either `value` is a constant. */
function sourceOf(parameter: Parameter, attributes: Attributes): Source {
  const { from, template } = parameter;
  if (from !== undefined) return { values: valuesOf(attributes, from), missing: from, failed: null };
  if (template !== undefined) {
    const { values, missing, failed } = fillTemplate(template, attributes);
    return { values, missing: missing ?? 'the template', failed };
  }
  const values = listOf(parameter.value).flatMap((value) => fill(value, attributes));
  return { values, missing: parameter.value === undefined ? 'nothing' : 'a constant', failed: null };
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

function sourceName({ from, template, value }: Parameter): string {
  if (template !== undefined) return 'a template';
  return from ?? (value === undefined ? 'nothing' : 'a constant');
}

function used(parameter: Parameter, { values }: Source): Reason {
  const { target, translate } = parameter;
  const from = translate === undefined ? '' : `${sourceName(parameter)} ${inWords(values)}, translated`;
  const because = `${from === '' ? `from ${sourceName(parameter)}` : from}${onlyAtFirst(parameter)}`;
  return { kind: 'parameter', name: target, because, target };
}

const onlyAtFirst = ({ createOnly }: Parameter): string =>
  createOnly === true ? ', only when the account is made' : '';

function defaulted(parameter: Parameter, { values, missing, failed }: Source): Reason {
  const { target, from, value, template } = parameter;
  const none = values.length === 0 ? `no ${missing}` : `no translation of ${inWords(values)}`;
  const why = failed === null ? none : `the template failed (${failed})`;
  const always = [from, value, template].every((source) => source === undefined);
  const because = `${always ? 'always the default' : `${why}, so the default`}${onlyAtFirst(parameter)}`;
  return { kind: 'default', name: target, because, target };
}

function missed(parameter: Parameter, { values, missing, failed }: Source, declared: TargetAttribute): Reason {
  const { target, translate } = parameter;
  const unknown = translate === undefined ? `is not a ${declared.type}` : 'has no translation and there is no default';
  const empty = values.length === 0 ? `${missing} is empty` : `${inWords(values)} ${unknown}`;
  const because = `no value: ${failed === null ? empty : `the template failed (${failed})`}`;
  return { kind: 'parameter', name: target, because, target };
}
