/** What a plugin is: a driver, rules, or a reader of an input form. */
export type PluginContract = "driver" | "validator" | "consumer";

/** How a plugin's process is started. */
export type PluginCommand = {
  /** Name it is called by, such as "maas"; unique in one host, at most 253 characters. */
  readonly name: string;
  /** The program, found through PATH when it holds no slash. */
  readonly command: string;
  readonly args: readonly string[];
  /** What it is greeted as; a driver when absent. */
  readonly contract?: PluginContract;
  /** Variables beside those every plugin gets. Never put a secret here: secrets go with each call. */
  readonly env?: Readonly<Record<string, string>>;
  /** Whether it is started with the host instead of at its first use. */
  readonly eager?: boolean;
};
