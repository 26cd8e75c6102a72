import type { AppConfig, Parameter } from './app-schema.ts';
import { type Problem, problem } from './config-problem.ts';
import type { TargetConnector } from './connector.ts';
import { isPassword, passwordTarget } from './password-parameter.ts';
import type { Place } from './secret.ts';
import type { Settings } from './settings-schema.ts';

type Settled = Pick<Settings, 'passwordMapping'>;

/** The Password parameter of an app (a password comes from no attribute, constant or rule), and that nothing else writes one. */
export const checkPassword = (
  app: AppConfig,
  settings: Settled,
  connector: TargetConnector,
  place: Place,
): Problem[] => [
  ...app.parameters.flatMap((parameter, index) =>
    isPassword(parameter) ? checkOne(parameter, settings, connector, [...place, 'parameters', index]) : [],
  ),
  ...checkTwice(app, place),
  ...checkRules(app, place),
];

/** What any other parameter may say, and this one may not. */
const others = ['from', 'value', 'template', 'translate', 'default', 'createOnly', 'clearWhenEmpty'] as const;

function checkOne(parameter: Parameter, settings: Settled, connector: TargetConnector, place: Place): Problem[] {
  const { target, password } = parameter;
  if (target !== passwordTarget)
    return [
      problem(
        [...place, 'password'],
        `${target} is no password`,
        `write \`target: ${passwordTarget}\`, or take it out`,
      ),
    ];
  const wrong = others.filter((key) => parameter[key] !== undefined);
  const remedy = password === undefined ? 'write `password: none`, `generated` or `sso` instead' : 'take it out';
  return [
    ...wrong.map((key) =>
      problem([...place, key], 'a password is no attribute, and is filled in no other way', remedy),
    ),
    ...checkSource(password ?? 'none', settings, connector, [...place, 'password']),
  ];
}

function checkSource(
  source: NonNullable<Parameter['password']>,
  settings: Settled,
  { title, capabilities }: TargetConnector,
  place: Place,
): Problem[] {
  if (source === 'none') return [];
  if (capabilities.password !== true)
    return [problem(place, `${title} takes no passwords`, 'write `none`, or take the parameter out')];
  if (source !== 'sso' || settings.passwordMapping) return [];
  return [
    problem(
      place,
      'password mapping is not enabled',
      'set `settings.passwordMapping: true`, or write `generated` or `none`',
    ),
  ];
}

function checkTwice({ parameters }: AppConfig, place: Place): Problem[] {
  const places = parameters.flatMap(({ target }, index) => (target === passwordTarget ? [index] : []));
  return places
    .slice(1)
    .map((index) =>
      problem([...place, 'parameters', index, 'target'], `${passwordTarget} is filled twice`, 'keep one of the two'),
    );
}

const checkRules = ({ rules }: AppConfig, place: Place): Problem[] =>
  rules.flatMap((rule, index) =>
    rule.actions.flatMap(({ target }, at) =>
      target === passwordTarget
        ? [
            problem(
              [...place, 'rules', index, 'actions', at, 'target'],
              'no rule writes a password',
              `use a parameter: \`target: ${passwordTarget}, password: generated\``,
            ),
          ]
        : [],
    ),
  );
