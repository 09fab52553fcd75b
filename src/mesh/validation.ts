import { create, type DescMessage, type Message } from "@bufbuild/protobuf";
import { reflect } from "@bufbuild/protobuf/reflect";
import { createValidator, type Validator, type Violation } from "@bufbuild/protovalidate";
import { Code, type ConnectError, type Interceptor } from "@connectrpc/connect";
import { type Diagnostic, DiagnosticSchema, Severity } from "../../gen/bedplate/type/v1/diagnostic_pb.js";
import { ErrorReason } from "../../gen/bedplate/type/v1/error_pb.js";
import { failure } from "./failure.ts";
import { mapStream } from "./map-stream.ts";
import { fieldPath } from "./violation-path.ts";

/**
 * Checks every request message against the bounds its contract states. A message that breaks them is answered
 * INVALID_ARGUMENT with the first field at fault, and all of them (up to 100) as diagnostics.
 */
export function createValidationInterceptor(): Interceptor {
  const validator = createValidator();
  return (next) => (request) => {
    if (!request.stream) {
      check(validator, request.method.input, request.message);
      return next(request);
    }
    const schema = request.method.input;
    return next({ ...request, message: mapStream(request.message, (message) => check(validator, schema, message)) });
  };
}

function check<M extends Message>(validator: Validator, schema: DescMessage, message: M): M {
  const result = validator.validate(schema, message);
  if (result.kind === "valid") return message;
  if (result.kind === "error") throw result.error;
  throw violated(schema, message, result.violations);
}

function violated(schema: DescMessage, message: Message, violations: readonly Violation[]): ConnectError {
  const reflected = reflect(schema, message);
  const findings = violations
    .slice(0, 100)
    .map((violation) => finding(violation, fieldPath(reflected, violation.field)));
  const [first] = findings;
  const more = violations.length > 1 ? ` (and ${violations.length - 1} more)` : "";
  const place = first?.field === "" || first === undefined ? "the request" : first.field;
  return failure(Code.InvalidArgument, ErrorReason.INVALID_FIELD, `${place}: ${first?.message}${more}`, {
    fieldPath: first?.field,
    hint: `mend the request; ${schema.typeName} states its bounds`,
    diagnostics: findings,
  });
}

function finding(violation: Violation, field: string): Diagnostic {
  return create(DiagnosticSchema, {
    rule: "invalid-field",
    severity: Severity.ERROR,
    message: violation.message === "" ? `breaks the rule ${violation.ruleId}` : violation.message,
    field,
  });
}
