import { testEach } from './each-operation/cells.ts';

/* Every change of an account, and every task of people, under every fault; in a file of its own, so that it runs beside the others. */
testEach(['update', 'rename', 'grant', 'revoke', 'task: create', 'task: delete']);
