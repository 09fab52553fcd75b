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

/** What every source of documents has that the configuration has a server follow. */
interface ConfiguredSourceBase {
  readonly name: string;
  /** Where it is, without credentials. */
  readonly url: string;
  /** The design it is committed to. */
  readonly design: string;
  /** Layer of all its documents; without it each goes to the layer it suggests. */
  readonly layer?: string;
  /** How often it is looked at. */
  readonly intervalSeconds: number;
  /** References by what they are for: "token", "ssh_key". */
  readonly secrets: Readonly<Record<string, string>>;
}

/** A Git repository whose files are documents. */
export interface ConfiguredGitSource extends ConfiguredSourceBase {
  readonly type: "git";
  /** The branch or tag that is followed. */
  readonly ref: string;
  /** The directory with the files; empty for all of them. */
  readonly path: string;
  /** The name that goes with a token. */
  readonly username: string;
}

/** A NetBox whose objects are documents. */
export interface ConfiguredNetboxSource extends ConfiguredSourceBase {
  readonly type: "netbox";
  /** Slug of the site whose objects are taken; those of all sites when absent. */
  readonly site?: string;
  /** Slugs of the roles of devices that are nodes; all when empty. */
  readonly roles: readonly string[];
  /** Slug of the tag of devices that are nodes; all when absent. */
  readonly tag?: string;
}

/** A source of documents the configuration declares. */
export type ConfiguredSource = ConfiguredGitSource | ConfiguredNetboxSource;

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
  readonly sources?: readonly ConfiguredSource[];
}
