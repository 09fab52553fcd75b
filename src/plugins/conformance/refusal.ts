import { Code, ConnectError } from "@connectrpc/connect";
import { ErrorDetailSchema, ErrorReason } from "../../../gen/bedplate/type/v1/error_pb.js";
import { CaseFailed, CaseSkipped, hold } from "./verdict.ts";

/** Waits for a call that must be refused with one of the codes, and with the reason when one is given. Returns the refusal. */
export async function refusalOf(
  what: string,
  call: Promise<unknown>,
  codes: readonly Code[],
  reason?: ErrorReason,
): Promise<ConnectError> {
  const wanted = codes.map((code) => nameOf(Code, code)).join(" or ");
  let error: ConnectError;
  try {
    await call;
    throw new CaseFailed(`${what} succeeded and must be refused with ${wanted}`);
  } catch (failure) {
    if (failure instanceof CaseFailed || failure instanceof CaseSkipped) throw failure;
    error = ConnectError.from(failure);
  }
  const found = `${what} was answered ${nameOf(Code, error.code)} (${error.rawMessage})`;
  hold(codes.includes(error.code), `${found}, not ${wanted}`);
  if (reason !== undefined) {
    const [detail] = error.findDetails(ErrorDetailSchema);
    hold(detail !== undefined, `${found} without a bedplate.type.v1.ErrorDetail`);
    const given = nameOf(ErrorReason, detail.reason);
    hold(detail.reason === reason, `${found} with reason ${given}, not ${nameOf(ErrorReason, reason)}`);
  }
  return error;
}

function nameOf(names: Readonly<Record<number, string>>, value: number): string {
  return names[value]?.replace(/(?<=[a-z])(?=[A-Z])/g, "_").toUpperCase() ?? String(value);
}
