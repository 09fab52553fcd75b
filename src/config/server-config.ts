/** A driver instance the configuration declares. */
export interface ConfiguredDriver {
  readonly name: string;
  readonly plugin: string;
  readonly endpoint: string;
  readonly options: Readonly<Record<string, string>>;
  /** References by the names the driver asks for. */
  readonly secrets: Readonly<Record<string, string>>;
}

/** A validator plugin the configuration declares. */
export interface ConfiguredValidator {
  readonly name: string;
  /** The program, found through PATH when it holds no slash, and its arguments. */
  readonly command: readonly [program: string, ...args: string[]];
}

/** What a configuration file may say. Absent members leave the choice to the command line, then to the defaults. */
export interface ServerConfig {
  readonly listen?: readonly string[];
  readonly data?: string;
  readonly services?: readonly string[];
  readonly secretsDirectory?: string;
  readonly plainIntrospection?: boolean;
  /** Base URL nodes reach the Introspection API at, when not the first listener's. */
  readonly introspectionUrl?: string;
  readonly tls?: { readonly certFile: string; readonly keyFile: string };
  /** URLs of services that run in other processes, by short name. */
  readonly peers?: Readonly<Record<string, string>>;
  readonly serviceTokenFile?: string;
  readonly drivers?: readonly ConfiguredDriver[];
  readonly validators?: readonly ConfiguredValidator[];
}
