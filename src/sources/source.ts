import type { MessageInitShape } from "@bufbuild/protobuf";
import type { DocumentSchema } from "../../gen/bedplate/design/v1/document_pb.js";
import type { DiagnosticSchema } from "../../gen/bedplate/type/v1/diagnostic_pb.js";

/** What a source holds at one moment: all of it. */
export interface SourceContent {
  /** The source's own word for this moment, such as a Git commit. */
  readonly position: string;
  readonly documents: readonly MessageInitShape<typeof DocumentSchema>[];
  readonly diagnostics: readonly MessageInitShape<typeof DiagnosticSchema>[];
  /** What the revision shall be said to be for. */
  readonly message: string;
  /** What the revision shall keep of the source, such as "git.commit"; values of at most 1024 characters. */
  readonly metadata: Readonly<Record<string, string>>;
}

/** The way to one source, of whatever type. It changes nothing there. */
export interface SourceReader {
  /**
   * Reads the source, unless it is where it was: `since` is the position committed last, empty to read whatever is there. Throws `SourceError`, or the signal's
   * reason.
   */
  read(since: string, signal: AbortSignal): Promise<SourceContent | undefined>;
  /** Lets go of what it keeps between looks. */
  close?(): Promise<void>;
}

/** Finds the secret behind a reference; the value is for the call about to be made. Throws FAILED_PRECONDITION with SECRET_UNAVAILABLE. */
export type ResolveSecret = (ref: string, subject: string) => Promise<string>;
