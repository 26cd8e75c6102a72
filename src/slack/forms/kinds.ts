import { appForm } from './app.ts';
import { directoryForm } from './directory.ts';
import type { FormKind, FormMeta } from './form.ts';
import { mappingForm } from './mapping.ts';
import { parameterForm } from './parameter.ts';
import { roleForm } from './role.ts';
import { ruleForm } from './rule.ts';
import { settingsForm } from './settings.ts';

/** The one table of what can be changed in a form. */
export const formKinds: Readonly<Record<FormMeta['what'], FormKind>> = {
  mapping: mappingForm,
  role: roleForm,
  settings: settingsForm,
  rule: ruleForm,
  parameter: parameterForm,
  app: appForm,
  directory: directoryForm,
};
