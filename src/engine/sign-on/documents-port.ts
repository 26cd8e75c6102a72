/** Texts that stand at addresses of others, such as the metadata of an app. */
export type Documents = {
  /**
   * Read once: public addresses over https alone, no redirects, a deadline, and no more than a megabyte.
   * @throws ConnectorError and nothing else, in words for whoever gave the address.
   */
  read(url: string): Promise<string>;
};
