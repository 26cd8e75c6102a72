import { defineDirectory } from '../../src/core/connector.ts';
import { CsvConfig } from './config.ts';
import { csvDirectory } from './directory.ts';

/** A CSV file, such as a nightly export of an HR system. */
export const connector = defineDirectory<CsvConfig>({
  kind: 'directory',
  name: 'csv',
  title: 'CSV file',
  config: CsvConfig,
  connect: csvDirectory,
});
