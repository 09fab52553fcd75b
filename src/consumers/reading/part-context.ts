import type { Problems } from "./problems.ts";

/** What is known of the part of a file that is one YAML document. */
export interface PartContext {
  /** The layer the file's name stands for; empty when it says nothing. */
  readonly part: string;
  /** False when the text broke off in it. */
  readonly complete: boolean;
  readonly problems: Problems;
}
