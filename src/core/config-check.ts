import { Config } from './config.ts';
import { appRemarks, checkApps } from './config-app.ts';
import { approvalWarnings, checkApprovals } from './config-approval.ts';
import { checkMappings } from './config-mapping.ts';
import { checkPeople } from './config-people.ts';
import { type Problem, problem, problemsOf } from './config-problem.ts';
import { type Connectors, checkDirectories, checkNames, checkReferences } from './config-reference.ts';
import { samlRemarks } from './config-saml.ts';
import { keysIn } from './schema.ts';

export type { Problem } from './config-problem.ts';
export type { Connectors } from './config-reference.ts';
export { namesWithin, resolveSecrets, secretNames } from './secret.ts';

/** Every key the file may hold, for *did you mean*. */
const keys = keysIn(Config);

/**
 * Reads a configuration: its shape, then everything its parts say of each other and of the connectors. Either it is good, or
 * every problem is told with its path and a remedy.
 */
export function checkConfig(raw: unknown, connectors: Connectors): { config: Config } | { problems: Problem[] } {
  if (raw === null || raw === undefined) return { problems: [problem([], 'it is empty', 'begin with `version: 1`')] };
  const parsed = Config.safeParse(raw);
  if (!parsed.success) return { problems: problemsOf(parsed.error, raw, [], keys) };
  const config = parsed.data;
  const problems = [
    ...checkNames(config),
    ...checkReferences(config),
    ...checkDirectories(config, connectors.directories),
    ...checkMappings(config),
    ...checkApps(config, connectors.targets),
    ...checkPeople(config),
    ...checkApprovals(config),
  ];
  return problems.length === 0 ? { config } : { problems };
}

/** What is worth knowing of a configuration that is good; nothing of it keeps it from being used. */
export const warningsOf = (config: Config, connectors: Pick<Connectors, 'targets'>): Problem[] => [
  ...approvalWarnings(config),
  ...appRemarks(config, connectors.targets),
  ...samlRemarks(config),
];
