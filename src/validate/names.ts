import { keyPath } from "../design/field-path.ts";

/** The path of a member of a keyed list or map: `path["key"]`. */
export const memberPath: (path: string, key: string) => string = keyPath;
