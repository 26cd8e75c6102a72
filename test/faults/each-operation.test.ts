import { testEach } from './each-operation/cells.ts';

/* Every operation that makes, takes over, closes or opens an account, under every fault; its changes are in `each-change.test.ts`. */
testEach(['create', 'adopt', 'suspend', 'reactivate', 'delete']);
