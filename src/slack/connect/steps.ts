import type { ModalView } from '@slack/types';
import { stepForm } from '../../../blocks/connect-form.ts';
import { stepWords } from '../../../blocks/connect-view.ts';
import { md } from '../../../blocks/markup.ts';
import type { FormMeta, State } from '../forms/form.ts';
import { connectionStep } from './connection-step.ts';
import { parametersStep, rolesStep, rulesStep } from './part-steps.ts';
import { readingStep, sectionStep } from './section-steps.ts';
import type { FormStep, StepForm, StepGround } from './step.ts';

/** The one table of the steps that are filled in in a form. */
export const stepForms: Readonly<Record<FormStep, StepForm>> = {
  connection: connectionStep,
  provisioning: sectionStep('provisioning'),
  owners: sectionStep('owners'),
  approvals: sectionStep('approvals'),
  timing: sectionStep('timing'),
  entitlements: sectionStep('entitlements'),
  parameters: parametersStep,
  password: sectionStep('password'),
  rules: rulesStep,
  roles: rolesStep,
  reading: readingStep,
};

/** What a step's form carries: which draft and which step, and what its searches look for. */
export const metaFor = (step: FormStep, { draft }: StepGround): FormMeta => ({
  ...{ what: stepForms[step].what, act: 'new', rows: 0, draft: draft.id, step },
  ...(draft.kind === 'app' ? { app: draft.name } : {}),
});

/** A step's form with what was filled in, or with what is in its inputs. */
export function drawnStep(step: FormStep, ground: StepGround, state: State): ModalView {
  const form = stepForms[step];
  return stepForm({
    ...{ title: stepWords[step].title, head: md`${form.head(ground)}`, lines: form.lines(ground) },
    ...{ fields: form.fields(ground, state), notes: form.notes(ground), submit: 'Save' },
    metadata: JSON.stringify(metaFor(step, ground)),
  });
}

/** The inputs of a step's form as it is drawn: what errors can be told at. */
export const blocksOf = (step: FormStep, ground: StepGround, state: State): string[] =>
  drawnStep(step, ground, state).blocks.flatMap(({ type, block_id }) =>
    type === 'input' && block_id !== undefined ? [block_id] : [],
  );
