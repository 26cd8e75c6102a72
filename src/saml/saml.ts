import type { Time } from '../core/model.ts';
import { certificateEnds } from './certificate.ts';
import { makeKey } from './key-pair.ts';
import { metadata } from './metadata.ts';
import { deny, respond } from './response.ts';
import { readRequest } from './sent-request.ts';
import { readMetadata } from './service-provider.ts';

/** SAML as it is written and read, for the port of the engine. The clock tells whether metadata is still valid. */
export const createSaml = ({ now }: { now(): Time }) => ({
  makeKey,
  certificateEnds,
  respond,
  deny,
  readRequest,
  metadata,
  readMetadata: (xml: string) => readMetadata(xml, now()),
});
