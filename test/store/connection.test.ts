import { expect, it } from 'vitest';
import { writeConcernFor } from '../../src/store/mongo/connection.ts';

it('asks the majority where there is one: on replica sets and routers', () => {
  expect(writeConcernFor({ setName: 'rs0' })).toEqual({ w: 'majority' });
  expect(writeConcernFor({ msg: 'isdbgrid' })).toEqual({ w: 'majority' });
  expect(writeConcernFor({})).toBeUndefined();
  expect(writeConcernFor(undefined)).toBeUndefined();
});
