import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import express from 'express';
import SCIMMYRouters from 'scimmy-routers';
import { declareGroups, declareUsers } from '../examples/acme/scim-resources.ts';

/** A scimmy server in memory, in a process of its own, for both sides of a ratio. Prints its port; ends with its parent. */
const store = { users: new Map(), groups: new Map(), saved: async () => undefined };
declareUsers(store);
declareGroups(store);
const router = new SCIMMYRouters({ type: 'bearer', handler: () => '' });
const server = createServer(express().disable('x-powered-by').use('/scim/v2', router));
server.listen(0, '127.0.0.1', () => process.send?.((server.address() as AddressInfo).port));
process.once('disconnect', () => process.exit(0));
