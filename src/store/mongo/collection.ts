import {
  type Connection,
  type IndexDefinition,
  type IndexOptions,
  type Model,
  Schema,
  type SchemaDefinition,
} from 'mongoose';
import { pack, unpack } from './keys.ts';

/** A stored document: the model's fields with escaped keys, and what only the store needs (`find`, `writes`). */
export type Row = { _id: string; [field: string]: unknown };
export type Collection = Model<Row>;
export type Index = readonly [keys: IndexDefinition, options?: IndexOptions];

export const Text = { type: String } as const;
export const Texts = { type: [String], default: undefined } as const;
export const Amount = { type: Number } as const;
export const Flag = { type: Boolean } as const;
/** Anything nested: its shape is the model's, its keys are escaped. */
export const Nested = { type: Schema.Types.Mixed } as const;

const options = {
  autoIndex: false,
  autoCreate: false,
  bufferCommands: false,
  id: false,
  minimize: false,
  strict: 'throw',
  strictQuery: 'throw',
  versionKey: false,
} as const;

/** Declares a collection with its fields and indexes; asking again gives the same one. */
export function collection(
  connection: Connection,
  name: string,
  fields: SchemaDefinition,
  indexes: readonly Index[],
): Collection {
  const known: Collection | undefined = connection.models[name];
  if (known !== undefined) return known;
  const schema = new Schema<Row>({ _id: { type: String, required: true }, ...fields }, options);
  for (const [keys, indexOptions] of indexes) schema.index(keys, indexOptions);
  return connection.model<Row>(name, schema, name);
}

/** The model's value as fields of a row, without `id`. */
export function toFields(value: { id: string }): Record<string, unknown> {
  const { id, ...fields } = value;
  return pack(fields) as Record<string, unknown>;
}

/** The model's value of a row: plain, complete, and trusted to be what `toFields` was given. */
export function fromRow<T extends { id: string }>(row: Row): T {
  const { _id, find, writes, ...fields } = row;
  return { id: _id, ...(unpack(fields) as object) } as T;
}
