import type { Command } from 'commander';
import { accessVerbs } from './access.ts';
import { delegateVerbs } from './delegate.ts';
import { digestVerbs } from './digest.ts';
import { discoverVerbs } from './discover.ts';
import { explainVerbs } from './explain.ts';
import { leaveVerbs } from './leave.ts';
import { linkVerbs } from './link.ts';
import { passwordVerbs } from './password.ts';
import { pauseVerbs } from './pause.ts';
import { requestVerbs } from './request.ts';
import { roleVerbs } from './role.ts';
import { statusVerbs } from './status.ts';
import { twinVerbs } from './twins.ts';
import { undoVerbs } from './undo.ts';
import { addVerbs } from './verb.ts';

/** What admins and auditors do by name: the twins of the verbs of `/provision`. */
export const addGovernance = (program: Command): void =>
  addVerbs(program, [
    ...[...explainVerbs, ...statusVerbs, ...accessVerbs, ...undoVerbs, ...linkVerbs, ...digestVerbs],
    ...[...discoverVerbs, ...pauseVerbs, ...leaveVerbs, ...roleVerbs, ...twinVerbs, ...delegateVerbs, ...requestVerbs],
    ...passwordVerbs,
  ]);
