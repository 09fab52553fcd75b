/** Reverse-domain name of this driver. */
export const DRIVER_NAME = "dev.bedplate.maas";

/** Version of this driver, semver. It changes whenever its capabilities do. */
export const DRIVER_VERSION = "0.1.0";
