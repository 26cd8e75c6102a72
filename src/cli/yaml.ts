import { parseDocument, stringify } from 'yaml';
import type { Config } from '../core/config.ts';
import { refused } from '../core/errors.ts';

/** The configuration as a file, defaults written out; read again it is the same. */
export const toYaml = (config: Config): string => stringify(config);

/** What a file holds, unchecked; `file` names it in errors. @throws RollcallError `yaml`. */
export function fromYaml(text: string, file: string): unknown {
  const document = parseDocument(text);
  const [error] = document.errors;
  if (error !== undefined) throw refused('yaml', `${file} is no YAML: ${error.message}`, 'Mend the line it names.');
  return document.toJS();
}
