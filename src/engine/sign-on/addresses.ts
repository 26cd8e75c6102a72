import { refused } from '../../core/errors.ts';
import type { SignOnDeps } from './deps.ts';

/** Where this identity provider is; its name is where its metadata is (SAML 2.0 metadata, section 2.2.1: any URI). @throws RollcallError `no-address` (show) */
export function addresses({ publicUrl }: Pick<SignOnDeps, 'publicUrl'>) {
  if (publicUrl === undefined)
    throw refused(
      'no-address',
      'nobody reaches this process from a browser',
      'Set PUBLIC_URL, and do it where the bot runs.',
    );
  const metadata = `${publicUrl}/saml/metadata`;
  return { entityId: metadata, signOn: `${publicUrl}/saml/sso`, metadata, link: `${publicUrl}/saml/go` };
}
