import type { StepField } from '../../../blocks/connect-form.ts';
import { configSearches } from '../../../blocks/ids.ts';
import type { AppConfig } from '../../core/app-schema.ts';
import { parameterText } from '../../core/draft-words.ts';
import { RollcallError } from '../../core/errors.ts';
import { effectiveParameters } from '../../core/parameter.ts';
import { isPassword } from '../../core/password-parameter.ts';
import type { StepChange } from '../../engine/connect/connecting.ts';
import { type FormKind, type FormMeta, listIn, type State, sentenceOf, textIn } from '../forms/form.ts';
import { parameterForm } from '../forms/parameter.ts';
import { ruleForm } from '../forms/rule.ts';
import { appIn, type Filled, type StepForm, type StepGround } from './step.ts';

/** Which entry of a list the form is about: `new`, `own:2`, or a default of the connector, `default:title`. */
const which = (state: State): string => textIn(state, 'which') || 'new';
/** Slack keeps what was entered in a block of the same id: each entry has blocks of its own. */
const scoped = (state: State, block: string): string => `${which(state)}|${block}`;
const keep = 'keep';

type Part = {
  kind: FormKind;
  what: 'parameter' | 'rule';
  /** What the choice calls it. */
  entries(ground: StepGround): { value: string; text: string }[];
  /** What a new one begins with. */
  start(ground: StepGround, chosen: string): State;
  /** How the form calls the entry. */
  nameOf(ground: StepGround, index: number): string;
  changeOf(app: AppConfig): StepChange;
};

/** The form about one entry of the draft's parameters or rules, as the one about those of a connected app. */
function partStep(part: Part, head: (ground: StepGround) => string, notes: string[]): StepForm {
  return {
    ...{ what: part.what, head, notes: () => notes },
    lines: (ground) => part.entries(ground).map(({ text }) => text),
    fields(ground, state) {
      const own = fieldsOf(part, ground, state);
      return [choiceOf(part, ground, state), ...own, ...(isOwn(state) ? [keepField(state)] : [])];
    },
    read: (ground, state) => readPart(part, ground, state),
  };
}

const isOwn = (state: State): boolean => which(state).startsWith('own:');

const choiceOf = (part: Part, ground: StepGround, state: State): StepField => ({
  ...{ kind: 'choice', block: 'which', label: 'Which one?', optional: false, hint: '', value: which(state) },
  choices: [{ value: 'new', text: 'a new one' }, ...part.entries(ground)],
  asks: true,
});

const keepField = (state: State): StepField => ({
  ...{ kind: 'choice', block: scoped(state, keep), label: 'And then', optional: false, hint: '', value: 'yes' },
  choices: [
    { value: 'yes', text: 'it holds as it is written here' },
    { value: 'no', text: 'it is taken out, and what is usual holds' },
  ],
});

function metaOf(part: Part, ground: StepGround, state: State): FormMeta {
  const base = { what: part.what, app: ground.draft.name, rows: 3 } as const;
  if (!isOwn(state)) return { ...base, act: 'new' };
  const index = Number(which(state).slice(4));
  return { ...base, act: 'edit', name: part.nameOf(ground, index) };
}

function fieldsOf(part: Part, ground: StepGround, state: State): StepField[] {
  const meta = metaOf(part, ground, state);
  const begun = begunWith(part, ground, state);
  const held = Object.entries(unscoped(state)).filter(([, value]) => value !== undefined);
  return part.kind
    .fields(ground, meta, { ...begun, ...Object.fromEntries(held) })
    .map((field) => ({ ...field, block: scoped(state, field.block) }));
}

/** What the inputs of the entry begin with; one for which there was no room says this still. */
const begunWith = (part: Part, ground: StepGround, state: State): State => ({
  ...part.kind.state(ground, metaOf(part, ground, state)),
  ...(isOwn(state) ? {} : part.start(ground, which(state))),
});

/** The inputs of the entry that is chosen, by the names its form has for them. */
function unscoped(state: State): State {
  const prefix = scoped(state, '');
  return Object.fromEntries(
    Object.entries(state).flatMap(([block, value]) =>
      block.startsWith(prefix) ? [[block.slice(prefix.length), value]] : [],
    ),
  );
}

function readPart(part: Part, ground: StepGround, state: State): Filled | { errors: Record<string, string> } {
  const meta = metaOf(part, ground, state);
  const own = { ...begunWith(part, ground, state), ...unscoped(state) };
  const edit = textIn(own, keep) === 'no' ? { edit: part.kind.removal(meta) } : part.kind.draft(ground, meta, own);
  if ('errors' in edit) return { errors: at(state, edit.errors) };
  try {
    const app = appIn({ draft: ground.draft, config: edit.edit(ground.config) });
    const blockOf = 'blockOf' in edit ? edit.blockOf : () => null;
    return {
      change: app === undefined ? {} : part.changeOf(app),
      blockOf: (path) => {
        const block = blockOf(path.replace(/^(parameters|rules)\[\d+\]\.?/, ''));
        return block === null ? null : scoped(state, block);
      },
    };
  } catch (error) {
    if (!(error instanceof RollcallError && error.next === 'show')) throw error;
    return { errors: at(state, { name: sentenceOf(error) }) };
  }
}

const at = (state: State, errors: Readonly<Record<string, string>>): Record<string, string> =>
  Object.fromEntries(Object.entries(errors).map(([block, text]) => [scoped(state, block), text]));

/** What an option may be called. */
const longest = 75;
const short = (text: string): string => (text.length > longest ? `${text.slice(0, longest - 1)}…` : text);

export const parametersStep: StepForm = partStep(
  {
    ...{ kind: parameterForm, what: 'parameter' },
    entries: (ground) => [...ownParameters(ground), ...defaults(ground)],
    start: (ground, chosen): State => {
      const found = defaultsOf(ground).find(({ target }) => chosen === `default:${target}`);
      return found === undefined ? {} : { target: found.target, from: found.from ?? '' };
    },
    nameOf: (_ground, index) => String(index),
    changeOf: ({ parameters }) => ({ parameters }),
  },
  ({ draft }) => `How people’s attributes fill those of ${draft.title ?? draft.name}. The defaults are safe to accept.`,
  ['Whether Rollcall sets passwords is a step of its own: Password.'],
);

const ownParameters = ({ draft }: StepGround) =>
  draft.parameters.flatMap((parameter, index) =>
    isPassword(parameter) ? [] : [{ value: `own:${index}`, text: short(parameterText(parameter)) }],
  );
const defaultsOf = ({ draft, target }: StepGround) => {
  const own = new Set(draft.parameters.map((parameter) => parameter.target));
  return target === null ? [] : effectiveParameters({ parameters: [] }, target).filter((one) => !own.has(one.target));
};
const defaults = (ground: StepGround) =>
  defaultsOf(ground).map((parameter) => ({
    value: `default:${parameter.target}`,
    text: short(`${parameterText(parameter)} (default)`),
  }));

export const rulesStep: StepForm = partStep(
  {
    ...{ kind: ruleForm, what: 'rule' },
    entries: ({ draft }) => draft.rules.map(({ name }, index) => ({ value: `own:${index}`, text: short(name) })),
    start: () => ({}),
    nameOf: ({ draft }, index) => draft.rules[index]?.name ?? '',
    changeOf: ({ rules }) => ({ rules }),
  },
  ({ draft }) => `Which groups of people get which attributes and entitlements in ${draft.title ?? draft.name}.`,
  [],
);

export const rolesStep: StepForm = {
  what: 'role',
  head: ({ draft }) => `Who is in one of these roles gets an account in ${draft.title ?? draft.name}.`,
  lines: () => [],
  fields: ({ draft }, state) => [
    {
      ...{ kind: 'names', block: 'roles', label: 'Roles', optional: true, action: configSearches.role },
      ...{ value: state.roles === undefined ? draft.roles : listIn(state, 'roles'), hint: 'None: nobody gets it yet.' },
    },
  ],
  notes: () => ['A new role is made with /provision role new.'],
  read: (_ground, state) => ({ change: { roles: listIn(state, 'roles') }, blockOf: () => 'roles' }),
};
