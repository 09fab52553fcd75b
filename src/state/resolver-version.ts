/** The version of composition and resolution; it grows when the same documents would give another result. */
export const RESOLVER_VERSION = "2";
