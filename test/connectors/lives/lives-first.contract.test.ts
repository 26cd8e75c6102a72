import { testLives } from './life-kit.ts';

testLives(0);
