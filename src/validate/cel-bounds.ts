/** Longest expression, in UTF-16 units. */
export const CEL_LONGEST_EXPRESSION = 4096;
/** Deepest nesting of an expression: a chain of fields takes time that grows with its square. */
export const CEL_DEEPEST = 250;
/** Turns of all loops together that one evaluation of an expression may take. */
export const CEL_MOST_STEPS = 100_000;
/** Longest text an expression may put together, in UTF-16 units. */
export const CEL_LONGEST_TEXT = 65_536;
/** Longest list an expression may put together. */
export const CEL_LONGEST_LIST = 1000;
