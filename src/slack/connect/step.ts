import type { StepField } from '../../../blocks/connect-form.ts';
import type { AppConfig } from '../../core/app-schema.ts';
import type { DirectoryConnector, TargetConnector } from '../../core/connector.ts';
import type { Draft, StepName } from '../../core/draft.ts';
import { draftApp } from '../../core/draft-config.ts';
import type { StepChange } from '../../engine/connect/connecting.ts';
import type { SlackDeps } from '../deps.ts';
import type { FormMeta, Ground, Misfit, State } from '../forms/form.ts';

/** What a step's form is made from: as a form about the configuration, with the draft's app already in it. */
export type StepGround = Ground & {
  draft: Draft;
  connector: TargetConnector | DirectoryConnector;
  /** Null for a directory. */
  target: TargetConnector | null;
};

/** What was filled in, and the input that a path within the app or its connection is asked in; null: none. */
export type Filled = { change: StepChange; blockOf(path: string): string | null };

/** A step as a form asks for it. */
export type StepForm = {
  /** What its searches look for. */
  what: FormMeta['what'];
  head(ground: StepGround): string;
  /** What is there already. */
  lines(ground: StepGround): string[];
  /** What the inputs begin with, as they are drawn with `state` in them. */
  fields(ground: StepGround, state: State): StepField[];
  notes(ground: StepGround): string[];
  read(ground: StepGround, state: State): Filled | Misfit;
};

export const formSteps = [
  'connection',
  'provisioning',
  'owners',
  'approvals',
  'timing',
  'entitlements',
  'parameters',
  'password',
  'rules',
  'roles',
  'reading',
] as const satisfies readonly StepName[];
export type FormStep = (typeof formSteps)[number];
export const isFormStep = (step: string): step is FormStep => formSteps.some((one) => one === step);

/** Null: the draft, its connector or the configuration is gone. */
export async function stepGround(deps: Pick<SlackDeps, 'useCases'>, id: string): Promise<StepGround | null> {
  const [view, stored] = await Promise.all([deps.useCases.draft(id), deps.useCases.configuration()]);
  const draft = view?.draft;
  if (draft === undefined || draft.state !== 'open' || stored === null) return null;
  const connector = deps.useCases.connectorOf(draft);
  if (connector === null) return null;
  const target = connector.kind === 'target' ? connector : null;
  return { draft, connector, target, attributes: target?.attributes ?? [], config: withApp(stored.config, draft) };
}

/** The app on its way, as far as it is filled in. */
export const appIn = ({ config, draft }: Pick<StepGround, 'config' | 'draft'>): AppConfig | undefined =>
  config.apps.find(({ name }) => name === draft.name);

/** What the forms read of the app; where it is reached stands in the draft. */
function withApp(config: Ground['config'], draft: Draft): Ground['config'] {
  if (draft.kind !== 'app') return config;
  return { ...config, apps: [...config.apps.filter(({ name }) => name !== draft.name), draftApp(draft)] };
}
