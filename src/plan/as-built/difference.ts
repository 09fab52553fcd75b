/** One difference between as-designed and as-built. */
export interface HardwareDifference {
  /** Field path in the hardware profile, such as `device_aliases["nic1"].address`. */
  readonly field: string;
  readonly designed: string;
  /** What the machine has; empty when nothing was found. */
  readonly built: string;
  /** The difference in words, one line. */
  readonly message: string;
  /** An error makes the machine unfit for what the design puts on it; a warning doesn't; "waived" is one the profile accepts. */
  readonly severity: "error" | "warning" | "waived";
  /** Why the profile accepts it; empty when it doesn't. */
  readonly reason: string;
}

/** What was found by looking at one field of a profile, before the profile's policy says what it means. */
export interface Finding {
  readonly field: string;
  readonly designed: string;
  readonly built: string;
  readonly message: string;
  /**
   * How much it matters: a device that must be there and can't be found ("needed") stops whatever the policy; what is a difference yet ("open"), such as a module that the
   * installation brings, never does; everything else is as the policy says.
   */
  readonly weight: "needed" | "plain" | "open";
}

/** What looking at a profile's fields came to. */
export interface Looked {
  readonly findings: readonly Finding[];
  /** Fields the profile names and the machine doesn't tell of. */
  readonly untold: readonly string[];
}

/** Several looks as one. */
export function together(looks: readonly Looked[]): Looked {
  return { findings: looks.flatMap(({ findings }) => findings), untold: looks.flatMap(({ untold }) => untold) };
}

/** A look that found nothing to say. */
export const NOTHING: Looked = { findings: [], untold: [] };
