import { digestOf } from "../digest.ts";

/** Characters of a text that every index can hold, whatever they are; keys of items have fewer. */
const LONGEST = 600;

/**
 * What stands for an input or a look in the traces: itself, or its digest where the database couldn't hold it in an index. Authors may refer to, and rules look
 * up, names of any length.
 */
export function indexed(text: string): string {
  return text.length <= LONGEST ? text : `#${digestOf(text)}`;
}
