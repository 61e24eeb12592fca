export { useAnswer } from "#web/kit/api/use-answer.ts";
