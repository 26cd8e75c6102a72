import { failedToParse, MongoError } from '../mongo-error.ts';
import { compileExpression } from './expression.ts';
import { location } from './location-error.ts';
import { compileAddFields, compileProjection } from './projection.ts';
import { requireSupported } from './supported.ts';
import { type Document, field, fieldsOf, isDocument, show, typeOf } from './value.ts';

/** A stage that turns each document into one other. */
type DocumentStage = (document: Document, now: Date) => Document;

/** The stage's name and operand. */
export function openStage(stage: unknown): readonly [string, unknown] {
  const fields = isDocument(stage) ? fieldsOf(stage) : [];
  const [only] = fields;
  if (!only || fields.length !== 1) {
    throw location(40323, 'A pipeline stage specification object must contain exactly one field.');
  }
  requireSupported('stage', only[0]);
  return only;
}

/** Compiles an update's pipeline, in which only stages over single documents may stand. */
export function compileDocumentStages(stages: readonly unknown[]): DocumentStage {
  const compiled = stages.map((stage) => {
    const [name, operand] = openStage(stage);
    const compile = DOCUMENT_STAGES.get(name);
    if (!compile) throw new MongoError(72, 'InvalidOptions', `${name} is not allowed to be used within an update`);
    return compile(operand);
  });
  return (document, now) => compiled.reduce((current, stage) => stage(current, now), document);
}

function fieldsGiven(name: string, operand: unknown): Document {
  if (isDocument(operand) && fieldsOf(operand).length > 0) return operand;
  throw location(40272, `${name} specification stage must be an object with at least one field, got ${show(operand)}`);
}

function unsetFields(operand: unknown): DocumentStage {
  const names: unknown[] = Array.isArray(operand) ? operand : [operand];
  if (names.length === 0)
    throw location(31119, '$unset specification must be a string or an array with at least one field');
  const odd = names.find((name) => typeof name !== 'string');
  if (odd !== undefined)
    throw location(31120, '$unset specification must be a string or an array containing only string values');
  return compileProjection(Object.fromEntries(names.map((name) => [name, 0])), { aggregation: true });
}

function replaceRoot(operand: unknown, name: string): DocumentStage {
  const expression = compileExpression(operand);
  return (root, now) => {
    const value = expression({ root, variables: new Map(), now });
    if (isDocument(value)) return value;
    throw location(
      40228,
      `${name} must evaluate to an object, but resulting value was: ${show(value)}. Type of resulting value: '${value === undefined ? 'missing' : typeOf(value)}'.`,
    );
  };
}

function newRoot(operand: unknown): unknown {
  const source = isDocument(operand) ? field(operand, 'newRoot') : undefined;
  if (source === undefined) throw failedToParse("$replaceRoot needs a 'newRoot'");
  return source;
}

const addFields =
  (name: string) =>
  (operand: unknown): DocumentStage =>
    compileAddFields(fieldsGiven(name, operand));

export const DOCUMENT_STAGES: ReadonlyMap<string, (operand: unknown) => DocumentStage> = new Map<
  string,
  (operand: unknown) => DocumentStage
>([
  ['$addFields', addFields('$addFields')],
  ['$set', addFields('$set')],
  ['$unset', unsetFields],
  ['$project', (operand) => compileProjection(fieldsGiven('$project', operand), { aggregation: true })],
  ['$replaceRoot', (operand) => replaceRoot(newRoot(operand), "'newRoot' expression")],
  ['$replaceWith', (operand) => replaceRoot(operand, "'replacement document'")],
]);
