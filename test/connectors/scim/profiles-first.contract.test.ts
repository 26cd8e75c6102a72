import { testProfiles } from './profile-kit.ts';

testProfiles(0);
