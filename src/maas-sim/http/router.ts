import { badRequest } from "./api-error.ts";
import type { Resource } from "./resource.ts";

/** A resource found for a path, with the path's arguments. */
export interface Match {
  readonly resource: Resource;
  readonly args: ReadonlyMap<string, string>;
}

/** Finds the resource of a path below the API's root, still percent-encoded; `undefined` for an unknown one. */
export type Router = (path: string) => Match | undefined;

/** A router over a list of resources. A path matches in full, trailing slash or its absence included. */
export function createRouter(resources: readonly Resource[]): Router {
  const byLength = new Map<number, { readonly resource: Resource; readonly segments: readonly string[] }[]>();
  for (const resource of resources) {
    const segments = resource.path.split("/");
    const group = byLength.get(segments.length) ?? [];
    group.push({ resource, segments });
    byLength.set(segments.length, group);
  }
  return (path) => {
    const parts = path.split("/").map(decodeSegment);
    for (const { resource, segments } of byLength.get(parts.length) ?? []) {
      const args = matchSegments(segments, parts);
      if (args !== undefined) return { resource, args };
    }
    return undefined;
  };
}

function matchSegments(segments: readonly string[], parts: readonly string[]): Map<string, string> | undefined {
  const args = new Map<string, string>();
  for (const [index, segment] of segments.entries()) {
    const part = parts[index] ?? "";
    if (segment.startsWith("{")) {
      if (part === "") return undefined;
      args.set(segment.slice(1, -1), part);
    } else if (segment !== part) return undefined;
  }
  return args;
}

function decodeSegment(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    throw badRequest("Malformed percent-encoding in the path.");
  }
}
