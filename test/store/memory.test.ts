import { memoryStore } from '../../src/store/memory.ts';
import { testStore } from '../contracts/store.ts';

testStore({ name: 'in memory', open: async () => ({ store: memoryStore(), close: async () => {} }) });
