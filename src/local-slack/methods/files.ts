import type { FilesCompleteUploadExternalResponse, FilesGetUploadURLExternalResponse } from '@slack/web-api';
import { z } from 'zod';
import { invalidArguments, SlackRefusal } from '../errors.ts';
import type { SharedFile } from '../model.ts';
import { fileOutput } from '../payloads.ts';
import { checkContent, post } from '../posting.ts';
import { present } from '../present.ts';
import { ownChannel } from './access.ts';
import { threadRoot } from './chat.ts';
import { type Method, method, type Reply, structured, whole } from './method.ts';

/** The largest file this workspace takes. */
export const mostBytes = 20_000_000;

const getUploadUrl = method({
  scopes: ['files:write'],
  tier: 4,
  arguments: {
    filename: z.string().min(1).max(255),
    length: whole,
    alt_txt: z.string().max(1000).optional(),
    alt_text: z.string().max(1000).optional(),
    snippet_type: z.string().optional(),
  },
  run(context, args): Reply<FilesGetUploadURLExternalResponse> {
    if (args.length === 0) throw invalidArguments('missing required field: length');
    if (args.length > mostBytes) throw new SlackRefusal('file_upload_size_restricted');
    const { id, url } = context.uploads.begin(args.filename, args.length);
    return { file_id: id, upload_url: url };
  },
});

const uploaded = z
  .array(z.strictObject({ id: z.string(), title: z.string().optional() }))
  .min(1)
  .max(10);

const completeUpload = method({
  scopes: ['files:write'],
  tier: 4,
  arguments: {
    files: structured,
    channel_id: z.string().optional(),
    thread_ts: z.string().optional(),
    initial_comment: z.string().optional(),
    blocks: structured.optional(),
  },
  run(context, args): Reply<FilesCompleteUploadExternalResponse> {
    const parsed = uploaded.safeParse(args.files);
    if (!parsed.success) throw invalidArguments('invalid value [json-pointer:/files]');
    const channel = args.channel_id === undefined ? undefined : ownChannel(context, args.channel_id);
    const threadTs = channel && threadRoot(context, channel.id, args.thread_ts);
    const said = args.initial_comment !== undefined || args.blocks !== undefined;
    const content = said
      ? checkContent({ text: args.initial_comment, blocks: args.blocks }, { text: 40_000, together: true })
      : { text: '', blocks: [] };
    const files = parsed.data.map(({ id, title }): SharedFile => {
      const { name, size } = context.uploads.take(id);
      return {
        id,
        name,
        title: title ?? name,
        size,
        url: `${context.publicUrl}/files/${id}/${encodeURIComponent(name)}`,
      };
    });
    if (channel)
      post(context, present({ ...content, channel: channel.id, user: context.identity.botUser, threadTs, files }));
    return { files: files.map(fileOutput) };
  },
});

export const files: Readonly<Record<string, Method>> = {
  'files.getUploadURLExternal': getUploadUrl,
  'files.completeUploadExternal': completeUpload,
};
