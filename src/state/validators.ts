import { Code } from "@connectrpc/connect";
import { ErrorReason } from "../../gen/bedplate/type/v1/error_pb.js";
import type { Diagnostic } from "../design/diagnostic.ts";
import type { Evaluation } from "../design/evaluate-design.ts";
import { failure } from "../mesh/failure.ts";
import type { AskedDesign } from "../validate/ask-validator.ts";
import { digestOf } from "./digest.ts";
import type { Content } from "./store/content.ts";

/** Rules that run outside of this process: they may take their time, and say themselves when they could not be run. */
export interface DesignValidator {
  /** Everything it finds about a design. Never fails. */
  check(design: AskedDesign): Promise<readonly Diagnostic[]>;
}

/** What validators found about a content. */
export interface OutsideFindings {
  /** Whether there are no validators at all, so that nothing was or will be found. */
  readonly areNone: boolean;
  /** What they found; in a transaction that began before they had looked at this content it throws, which rolls it back. */
  of(content: Content, evaluation: Evaluation): readonly Diagnostic[];
}

const ATTEMPTS = 5;

/**
 * Runs work that makes a revision with what validators find about its content. They are asked between transactions, never in one: the work is run, and stopped
 * at the content they don't know yet; they look at it; the work is run again. Another change that came between makes another content, and another round; after
 * five of them it is ABORTED. Without validators the work is run once.
 */
export async function withValidators<Result>(
  validators: readonly DesignValidator[],
  work: (findings: OutsideFindings) => Promise<Result>,
): Promise<Result> {
  if (validators.length === 0) return work({ areNone: true, of: () => [] });
  const known = new Map<string, readonly Diagnostic[]>();
  for (let attempt = 0; attempt <= ATTEMPTS; attempt++) {
    try {
      return await work({
        areNone: false,
        of(content, evaluation) {
          const key = keyOf(content);
          const found = known.get(key);
          if (found === undefined) throw new UnknownContent(key, evaluation);
          return found;
        },
      });
    } catch (error) {
      if (!(error instanceof UnknownContent)) throw error;
      const found: Diagnostic[] = [];
      for (const validator of validators) found.push(...(await validator.check(error.evaluation)));
      known.set(error.key, found);
    }
  }
  throw failure(Code.Aborted, ErrorReason.REVISION_MOVED, "the design changed each time validators had looked at it", {
    hint: "commit again",
  });
}

class UnknownContent extends Error {
  override name = "UnknownContent";
  readonly key: string;
  readonly evaluation: Evaluation;

  constructor(key: string, evaluation: Evaluation) {
    super("validators have not looked at this content yet");
    this.key = key;
    this.evaluation = evaluation;
  }
}

function keyOf({ layers, documents, consumerDiagnostics }: Content): string {
  const identities = documents.map(({ layer, digest, document: { kind, name } }) => [layer, kind, name, digest]);
  return digestOf([layers, identities, consumerDiagnostics]);
}
