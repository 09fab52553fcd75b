import { Code, type ServiceImpl } from "@connectrpc/connect";
import type { DesignStateService } from "../../../gen/bedplate/design/v1/design_state_service_pb.js";
import { ErrorReason } from "../../../gen/bedplate/type/v1/error_pb.js";
import { SecretNotOpened } from "../../db/secret-store.ts";
import { failure } from "../../mesh/failure.ts";
import type { StateDeps } from "../deps.ts";

/** The RPC that opens a sealed literal for a driver call. */
export function createSecretHandlers({
  database: { db },
  secrets,
}: StateDeps): Pick<ServiceImpl<typeof DesignStateService>, "unsealSecret"> {
  return {
    async unsealSecret({ design, ref }) {
      try {
        const value = await secrets.unseal(db, design, ref);
        if (value !== undefined) return { value };
      } catch (error) {
        if (!(error instanceof SecretNotOpened)) throw error;
        throw failure(Code.FailedPrecondition, ErrorReason.SECRET_UNAVAILABLE, `${ref}: ${error.message}`, {
          subject: ref,
          hint: "give Bedplate the secret key it had when the secret was committed, or commit the secret again",
        });
      }
      throw failure(Code.NotFound, ErrorReason.NOT_FOUND, `design "${design}" has no secret ${ref}`, { subject: ref });
    },
  };
}
