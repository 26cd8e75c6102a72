import type { Config } from '../../core/config.ts';
import { RollcallError } from '../../core/errors.ts';
import { passwordOf } from '../../core/password-parameter.ts';
import type { Deps } from '../ports.ts';
import { count, sealedElsewhere } from '../secret/seal-anew.ts';
import { namesSealedElsewhere } from '../secret/seal-names.ts';
import { signingSealedElsewhere } from '../secret/seal-signing.ts';
import type { KeyRing } from '../secret/secret-ports.ts';
import { type Finding, note, right, wrong } from './finding.ts';

type KeyDeps = Pick<Deps, 'store'> & { keys: KeyRing };

/** Looks whether there are sealing keys, where they come from, and what is sealed under others than the newest; makes none. */
export async function examineKeys(deps: KeyDeps, config: Config | null): Promise<Finding[]> {
  try {
    const ids = deps.keys.ids();
    const others = new Map<string, number>();
    for await (const secrets of sealedElsewhere(deps.store, ids[0] ?? ''))
      for (const secret of secrets) count(others, secret);
    for (const secret of await namesSealedElsewhere(deps.store, ids[0] ?? '')) count(others, secret);
    for (const secret of await signingSealedElsewhere(deps.store, ids[0] ?? '')) count(others, secret);
    const opening = [...ids, ...deps.keys.retired()];
    return [sourceOf(deps.keys, ids, appsThatSeal(config)), ...leftBehind(deps.keys, opening, others)];
  } catch (error) {
    if (!(error instanceof RollcallError && error.code === 'key-file')) throw error;
    return [wrong(error.message, error.remedy)];
  }
}

/** Those with passwords, and those people sign on to: a signing key is sealed as well. */
const appsThatSeal = (config: Config | null): string[] =>
  (config?.apps ?? [])
    .filter((app) => app.saml !== undefined || (app.provisioning.enabled && passwordOf(app) !== 'none'))
    .map(({ name }) => name);

function sourceOf({ source, place }: KeyRing, ids: readonly string[], apps: readonly string[]): Finding {
  const [newest, ...older] = ids;
  if (source === 'missing') return missing(apps);
  if (newest === undefined) return right(`no sealing key was needed yet; the first one will be made in ${place}`);
  const behind =
    older.length === 0 ? '' : `, with ${older.length} older ${older.length === 1 ? 'one' : 'ones'} behind it`;
  return right(`secrets are sealed under key ${newest} of ${place}${behind}`);
}

function missing(apps: readonly string[]): Finding {
  const remedy = 'Make a key with `openssl rand -base64 32`, keep a copy in a safe place, and set ROLLCALL_KEYS to it.';
  const what = 'ROLLCALL_KEYS is not set, and NODE_ENV=production keeps no key file';
  return apps.length === 0
    ? note(`there are no sealing keys: ${what}`, `Before passwords are handed out: ${remedy}`)
    : wrong(`passwords and sign-on of ${apps.join(', ')} wait, as there is no key to seal with: ${what}`, remedy);
}

function leftBehind({ place }: KeyRing, ids: readonly string[], others: ReadonlyMap<string, number>): Finding[] {
  const found: Finding[] = [];
  const [ours, unknown] = [true, false].map((known) => [...others].filter(([key]) => ids.includes(key) === known));
  if (ours !== undefined && ours.length > 0)
    found.push(note(`${told(ours)} under older keys`, 'Seal them anew with `rollcall keys rotate`.'));
  if (unknown !== undefined && unknown.length > 0) {
    const keys = unknown.map(([key]) => key).join(', ');
    const remedy = `Put the keys with these ids back into ${place}, behind the newest one, then run \`rollcall keys rotate\`.`;
    found.push(wrong(`${told(unknown)} under keys that are not there: ${keys}`, remedy));
  }
  return found;
}

function told(entries: readonly (readonly [string, number])[]): string {
  const total = entries.reduce((sum, [, some]) => sum + some, 0);
  return total === 1 ? 'one secret is sealed' : `${total} secrets are sealed`;
}
