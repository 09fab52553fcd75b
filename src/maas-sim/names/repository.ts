/** A package repository. */
export interface Repository {
  readonly id: number;
  name: string;
  url: string;
  distributions: readonly string[];
  disabledPockets: readonly string[];
  disabledComponents: readonly string[];
  components: readonly string[];
  disableSources: boolean;
  arches: readonly string[];
  key: string;
  enabled: boolean;
  /** Whether it is one of Ubuntu's own archives, which cannot be deleted nor disabled. */
  readonly isDefault: boolean;
}

/** The architectures of the main archive, and of a repository that names none. */
export const MAIN_ARCHES: readonly string[] = ["amd64", "i386"];

/** The architectures of the ports archive. */
export const PORTS_ARCHES: readonly string[] = ["armhf", "arm64", "ppc64el", "s390x"];

/** Pockets that can be left out. */
export const POCKETS: readonly string[] = ["updates", "security", "backports"];

/** Components of Ubuntu's archives that can be left out. */
export const COMPONENTS: readonly string[] = ["restricted", "universe", "multiverse"];

/** Ubuntu's archives, which are there from the beginning. */
export function defaultRepositories(): Repository[] {
  const archive = (id: number, name: string, url: string, arches: readonly string[]): Repository => ({
    ...{ id, name, url, arches, distributions: [], disabledPockets: [], disabledComponents: [], components: [] },
    ...{ disableSources: true, key: "", enabled: true, isDefault: true },
  });
  return [
    archive(1, "main_archive", "http://archive.ubuntu.com/ubuntu", MAIN_ARCHES),
    archive(2, "ports_archive", "http://ports.ubuntu.com/ubuntu-ports", PORTS_ARCHES),
  ];
}
