import type { Store } from './scim-store.ts';
import { signOns, type Visitors } from './sign-on-router.ts';
import { openSignOnStore } from './sign-on-store.ts';

type Signing = { name: string; store: Store; file: string; metadata: string; origin(): string };

/** People sign on by SAML to the account that was provisioned; nobody gets one that way. */
export function scimSignOns({ name, store, file, metadata, origin }: Signing): Visitors {
  const { used, saved } = openSignOnStore(file.replace(/(\.json)?$/, '-sign-ons.json'));
  const isHere = (userName: string) =>
    [...store.users.values()].some((user) => user.userName === userName && user.active !== false);
  return signOns({
    ...{ name, behind: 'pages', metadata, used, isHere, origin },
    async admit({ userName }) {
      await saved();
      if (isHere(userName)) return null;
      return { text: `${userName} has no active account in ${name}: accounts are made here by provisioning` };
    },
  });
}
