import type { Profile } from '../profile.ts';
import { atlassian } from './atlassian.ts';
import { authentik } from './authentik.ts';
import { aws } from './aws.ts';
import { dockerHub } from './docker-hub.ts';
import { entra } from './entra.ts';
import { generic } from './generic.ts';
import { githubEnterprise } from './github-enterprise.ts';
import { githubOrganization } from './github-organization.ts';
import { okta } from './okta.ts';
import { salesforce } from './salesforce.ts';
import { servicenow } from './servicenow.ts';
import { slack } from './slack.ts';

/** By the name a connection gives. */
export const profiles = {
  generic,
  aws,
  entra,
  okta,
  authentik,
  slack,
  'github-organization': githubOrganization,
  'github-enterprise': githubEnterprise,
  'docker-hub': dockerHub,
  atlassian,
  salesforce,
  servicenow,
} as const satisfies Readonly<Record<string, Profile>>;

export type ProfileName = keyof typeof profiles;
export const profileNames = Object.keys(profiles) as [ProfileName, ...ProfileName[]];
