import { type DescMethod, type DescService, getOption } from "@bufbuild/protobuf";
import { planned, Role, role } from "../../gen/bedplate/type/v1/options_pb.js";
import { Health } from "../../gen/grpc/health/v1/health_pb.js";
import { ServerReflection as ReflectionV1 } from "../../gen/grpc/reflection/v1/reflection_pb.js";
import { ServerReflection as ReflectionV1Alpha } from "../../gen/grpc/reflection/v1alpha/reflection_pb.js";

/** The services every listener has, whose contracts are not ours and carry no role. Anybody may call them. */
export const COMMON_SERVICES: readonly DescService[] = [Health, ReflectionV1, ReflectionV1Alpha];

/** The role an RPC needs; UNSPECIFIED means nobody may call it. */
export function roleOf(method: DescMethod): Role {
  return COMMON_SERVICES.some((each) => each.typeName === method.parent.typeName)
    ? Role.PUBLIC
    : getOption(method, role);
}

/** Whether an RPC is part of the contract but not built yet. */
export function isPlanned(method: DescMethod): boolean {
  return getOption(method, planned);
}

/** The name of a role as the contracts write it, without the prefix: `OPERATOR`. */
export function roleName(of: Role): string {
  return Role[of] ?? String(of);
}

/** The full name of an RPC: `bedplate.control.v1.ControlService/WhoAmI`. */
export function methodName(method: DescMethod): string {
  return `${method.parent.typeName}/${method.name}`;
}
