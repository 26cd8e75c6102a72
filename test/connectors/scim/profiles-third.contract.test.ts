import { testProfiles } from './profile-kit.ts';

testProfiles(2);
