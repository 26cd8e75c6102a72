import { ConnectorError } from '../../src/core/connector.ts';

/** One change of one group. */
type Step = { name: string; send(): Promise<void> };
type Refusal = { name: string; error: ConnectorError };

/**
 * Carries out the changes one by one. What is one group's own fault stops no other; what concerns the whole app ends it at once.
 * @throws ConnectorError that names every group that was refused, and why the first was.
 */
export async function eachGroup(app: string, steps: readonly Step[]): Promise<void> {
  const refused: Refusal[] = [];
  for (const { name, send } of steps) {
    try {
      await send();
    } catch (error) {
      if (!isOfOneGroup(error)) throw error;
      refused.push({ name, error });
    }
  }
  const [first] = refused;
  if (first !== undefined) throw refusalOf(app, first, refused);
}

const isOfOneGroup = (error: unknown): error is ConnectorError =>
  error instanceof ConnectorError &&
  error.effect === 'none' &&
  (error.kind === 'rejected' || error.kind === 'conflict' || error.kind === 'missing');

const shown = 5;

/** Never `missing`: the account is there, a group is not. */
function refusalOf(app: string, { name, error }: Refusal, refused: readonly Refusal[]): ConnectorError {
  const names = refused.slice(0, shown).map((one) => `"${one.name}"`);
  const more = refused.length > shown ? ` and ${refused.length - shown} more` : '';
  const which = refused.length === 1 ? `the group "${name}"` : `${refused.length} groups (${names.join(', ')}${more})`;
  const message = `${app} refused ${which}: ${error.message}`;
  const remedy =
    error.kind === 'rejected' && error.remedy.includes('group')
      ? error.remedy
      : 'Look at the group in the app, or take it out of the parameter or rule that gives it, then retry.';
  return new ConnectorError(error.kind === 'conflict' ? 'conflict' : 'rejected', 'none', message, {
    remedy,
    cause: error,
  });
}
