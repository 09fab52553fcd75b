import { AsyncLocalStorage } from "node:async_hooks";

/**
 * Runs something outside of whatever workflow or step asks for it. The engine follows its steps through everything they call, events included, and what they begin that is
 * no part of them it would refuse, for as long as that lasts.
 */
// Taken when this file is loaded, which no step does.
export const outsideWorkflows: <Result>(work: () => Result) => Result = AsyncLocalStorage.snapshot();
