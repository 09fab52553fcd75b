/** The rules of the consumers, for whoever tells people about them. */
export { CONSUMER_RULES } from "./reading/rules.ts";
